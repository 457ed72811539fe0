"""The tables of what happens to vials."""

from custody.models.acceptance import ExposureAcceptance
from custody.models.carrier import Carrier, CarrierKind
from custody.models.clinic_notice import AnswerWay, ClinicNotice
from custody.models.count import (
    DIFFERENCES,
    Count,
    CountLine,
    CountResult,
    CountScan,
    CountStatus,
    ScanKind,
)
from custody.models.due_hold import DueHold
from custody.models.emptying import COUNT_WITHIN, EmptiedRack, Emptying
from custody.models.evaluation import Cause, Evaluation
from custody.models.event import CustodyEvent, EventKind
from custody.models.exposure import EvidenceClass, Exposure
from custody.models.gap_report import GapReport
from custody.models.handling_rules import HandlingRules, HoldsFrom
from custody.models.hold import HeldVial, Hold, HoldScope, is_held
from custody.models.lift import Lift
from custody.models.receipt import Outcome, Receipt
from custody.models.retrieval import Claim, PickScan, Retrieval, RetrievalStatus, Seat
from custody.models.review import ReviewedEntry, ReviewOutcome, ReviewScope, TrailReview
from custody.models.stay import Stay
from custody.models.warming_curve import WarmingCurve, Way

__all__ = [
    "COUNT_WITHIN",
    "DIFFERENCES",
    "AnswerWay",
    "Carrier",
    "CarrierKind",
    "Cause",
    "Claim",
    "ClinicNotice",
    "Count",
    "CountLine",
    "CountResult",
    "CountScan",
    "CountStatus",
    "CustodyEvent",
    "DueHold",
    "EmptiedRack",
    "Emptying",
    "Evaluation",
    "EventKind",
    "EvidenceClass",
    "Exposure",
    "ExposureAcceptance",
    "GapReport",
    "HandlingRules",
    "HeldVial",
    "Hold",
    "HoldScope",
    "HoldsFrom",
    "Lift",
    "Outcome",
    "PickScan",
    "Receipt",
    "Retrieval",
    "RetrievalStatus",
    "ReviewOutcome",
    "ReviewScope",
    "ReviewedEntry",
    "ScanKind",
    "Seat",
    "Stay",
    "TrailReview",
    "WarmingCurve",
    "Way",
    "is_held",
]
