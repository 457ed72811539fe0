"""What the clock looks after of vials, beside expiry."""

from datetime import datetime

from custody.actions.hold_due import hold_due
from custody.actions.hold_open_excursions import hold_open_excursions
from custody.actions.judge_time_out import judge_time_out
from custody.actions.report_gap import report_gap
from custody.due_holds import units_due
from custody.gaps import due_gaps
from custody.time_alarms import time_out_to_settle
from custody.waiting_holds import units_to_hold


def watch_gaps(*, at: datetime) -> int:
    """
    Report every gap that goes on and has lasted too long, one Change after the other.

    Returns how many. Source: URS-108, URS-113.
    """
    keys = list(due_gaps(at=at).order_by("unit", "pk").values_list("pk", flat=True))
    for key in keys:
        report_gap(gap_id=key, at=at)
    return len(keys)


def watch_holds(*, at: datetime) -> int:
    """
    Hold where an excursion goes on that rules signed since hold for, one Change for each unit.

    Returns for how many units. Source: REQUIREMENTS B4; URS-113.
    """
    keys = units_to_hold()
    for key in keys:
        hold_open_excursions(unit_id=key, at=at)
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


def watch_due_holds(*, at: datetime) -> int:
    """
    Hold what excursions touched and was put off, one unit after the other; return for how many.

    Source: 21 CFR 211.150(b); URS-113, URS-115.
    """
    keys = units_due()
    for key in keys:
        hold_due(unit_id=key, at=at)
    return len(keys)
