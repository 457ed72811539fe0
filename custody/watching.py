"""What the clock looks after of vials, beside expiry."""

from datetime import datetime

from custody.actions.hold_blind_unit import hold_blind_unit
from custody.actions.judge_nitrogen import judge_nitrogen
from custody.actions.judge_time_out import judge_time_out
from custody.actions.report_gap import report_gap
from custody.blind_holds import blind_to_hold
from custody.gaps import due_gaps
from custody.nitrogen import tanks_to_settle
from custody.time_alarms import time_out_to_settle


def watch_gaps(*, at: datetime) -> int:
    """
    Report every gap that goes on and has lasted too long, one Change after the other.

    Returns how many. Source: URS-108, URS-113.
    """
    keys = list(due_gaps(at=at).order_by("unit", "pk").values_list("pk", flat=True))
    for key in keys:
        report_gap(gap_id=key, at=at)
    return len(keys)


def watch_blind_units(*, at: datetime) -> int:
    """
    Hold what stands in each unit that is blind for as long as the rules say.

    Returns of how many units. Source: REQUIREMENTS B4; URS-108, URS-113.
    """
    keys = blind_to_hold(at=at)
    for key in keys:
        hold_blind_unit(alarm_id=key, at=at)
    return len(keys)


def watch_nitrogen(*, at: datetime) -> int:
    """
    Raise the alarm of each tank whose nitrogen runs low, and resolve what is over.

    Returns for how many tanks. Source: REQUIREMENTS B4; URS-104, URS-107.
    """
    keys = tanks_to_settle(at=at)
    for key in keys:
        judge_nitrogen(unit_id=key, at=at)
    return len(keys)


def watch_time_out(*, at: datetime) -> int:
    """
    Raise the alarm of each vial that is out beyond its budget, and resolve what is over.

    Returns for how many vials. Source: REQUIREMENTS B5; URS-107, URS-113.
    """
    keys = time_out_to_settle(at=at)
    for key in keys:
        judge_time_out(vial_id=key, at=at)
    return len(keys)
