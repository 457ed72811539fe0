"""
Which actions a procedure must govern; each is decided.

What only reads a copy out, or takes a message of another system in, is no work in storage.
Source: 21 CFR 211.100(b).
"""

from sop.action import Action

NOT_STORAGE_WORK = frozenset(
    {Action.REGISTER_BATCHES, Action.REQUEST_RETRIEVAL, Action.EXPORT_DOSSIER}
)
GOVERNED = frozenset(Action) - NOT_STORAGE_WORK
