"""What the clock looks after of vials, beside expiry."""

from datetime import datetime

from custody.actions.report_gap import report_gap
from custody.gaps import due_gaps


def watch_gaps(*, at: datetime) -> int:
    """
    Report every gap that goes on and has lasted too long, one Change after the other.

    Returns how many. Source: URS-108, URS-113.
    """
    keys = list(due_gaps(at=at).order_by("unit", "pk").values_list("pk", flat=True))
    for key in keys:
        report_gap(gap_id=key, at=at)
    return len(keys)
