"""Reporting a time without evidence that goes on and has lasted too long."""

from datetime import datetime

from audit.changes import machine_change
from custody.gaps import report
from sop.models import Deviation
from temperature.models import Gap


def report_gap(*, gap_id: int, at: datetime) -> Deviation | None:
    """
    Open a deviation for a gap that goes on, or add to that of its unit; None where it is over.

    Whoever else finds the gap or its end waits for the row: it is reported once.
    Source: 21 CFR 211.192, 1271.260(e); URS-108, URS-113.
    """
    with machine_change(
        "temperature watch", action="report_gap", reason="It lasted as long as the rules say"
    ) as change:
        rows = Gap.objects.open().select_related("probe").filter(pk=gap_id, report__isnull=True)
        gap = rows.select_for_update(of=("self",), no_key=True).first()
        if gap is None:
            return None
        change.subject.update(gap=gap.pk, probe=gap.probe.code)
        return report(change, gap, at=at)
