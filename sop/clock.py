"""
Which actions a wrong clock stops; each is decided, none by default.

Never a move to safe storage. Source: FDA time-stamp draft; URS-72.
"""

from audit.clocks.gate import set_rule
from sop.action import Action

STOPPED_BY_CLOCK: dict[Action, bool] = {
    # what takes product out of its safe place, ends it, or decides on it
    Action.CHECK_OUT_VIALS: True,
    Action.PACK_VIALS: True,
    Action.HAND_OVER_VIALS: True,
    Action.CONSUME_VIALS: True,
    Action.DISCARD_VIALS: True,
    Action.TRANSFER_VIALS: True,
    Action.SPLIT_VIAL: True,
    Action.RELABEL_VIAL: True,
    Action.RELEASE_HOLD: True,
    Action.DECIDE_QUALITY: True,
    Action.WITNESS_PICK: True,
    Action.SCAN_PICK: True,
    Action.RECORD_ADMINISTRATION: True,
    # what states a time of its own, and moves nothing now
    Action.STORE_LATE: True,
    # what brings product to safety, or keeps it from harm
    Action.RECEIVE_BATCH: False,
    Action.PLACE_VIALS: False,
    Action.MOVE_VIALS: False,
    Action.MOVE_CONTAINER: False,
    Action.PUT_BACK_VIALS: False,
    Action.RETURN_VIALS: False,
    Action.CONFIRM_ARRIVAL: False,
    Action.REPORT_MISSING: False,
    Action.RECORD_FOUND: False,
    Action.COUNT: False,
    Action.PLACE_HOLD: False,
    # what changes nothing about product
    Action.REGISTER_BATCHES: False,
    Action.REQUEST_RETRIEVAL: False,
    Action.CLAIM_VIALS: False,
    Action.RELEASE_CLAIM: False,
    Action.PRINT_LABELS: False,
    Action.EXPORT_DOSSIER: False,
}


def register_clock_rules() -> None:
    """Tell the write door what a wrong clock stops."""
    for action, stops in STOPPED_BY_CLOCK.items():
        set_rule(action, stops=stops)
