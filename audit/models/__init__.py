"""The tables of the ground: changes, signatures, refused attempts, and the regulated base."""

from audit.models.change import Change, Door
from audit.models.refused_attempt import RefusedAttempt
from audit.models.regulated import ChangeHistory, RegulatedModel
from audit.models.signature import Meaning, Signature

__all__ = [
    "Change",
    "ChangeHistory",
    "Door",
    "Meaning",
    "RefusedAttempt",
    "RegulatedModel",
    "Signature",
]
