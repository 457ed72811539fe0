"""The tables of what happens to vials."""

from custody.models.event import CustodyEvent, EventKind
from custody.models.hold import HeldVial, Hold, HoldScope, is_held
from custody.models.receipt import Outcome, Receipt
from custody.models.retrieval import Claim, PickScan, Retrieval, RetrievalStatus, Seat
from custody.models.stay import Stay

__all__ = [
    "Claim",
    "CustodyEvent",
    "EventKind",
    "HeldVial",
    "Hold",
    "HoldScope",
    "Outcome",
    "PickScan",
    "Receipt",
    "Retrieval",
    "RetrievalStatus",
    "Seat",
    "Stay",
    "is_held",
]
