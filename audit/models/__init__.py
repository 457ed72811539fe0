"""The tables of the ground: changes, signatures, refusals, seals, events, and their base."""

from audit.models.change import Change, Door, in_words
from audit.models.clock_measurement import ClockMeasurement
from audit.models.refused_attempt import RefusedAttempt
from audit.models.regulated import ChangeHistory, RegulatedModel
from audit.models.restore import AnchorStanding, RestoreReconciliation
from audit.models.seal import Seal, SealedAttempt, SealedChange, SealLayout
from audit.models.seal_post import SealPost
from audit.models.signature import Meaning, Signature
from audit.models.signed_sheet import SignedSheet
from audit.models.system_event import SystemEvent
from audit.models.trail_check import TrailCheck, Verdict

__all__ = [
    "AnchorStanding",
    "Change",
    "ChangeHistory",
    "ClockMeasurement",
    "Door",
    "Meaning",
    "RefusedAttempt",
    "RegulatedModel",
    "RestoreReconciliation",
    "Seal",
    "SealLayout",
    "SealPost",
    "SealedAttempt",
    "SealedChange",
    "Signature",
    "SignedSheet",
    "SystemEvent",
    "TrailCheck",
    "Verdict",
    "in_words",
]
