"""Judging whether the calibration of a probe still counts."""

from datetime import datetime

from audit.changes import machine_change
from temperature.alarms import settle_calibration
from temperature.registering import locked_probe


def judge_calibration(*, probe_id: int, at: datetime) -> None:
    """
    Raise the alarm of a calibration that is past due, or resolve it.

    Raises NotFound (UNKNOWN_PROBE). Source: 21 CFR 211.68(a); URS-30.
    """
    with machine_change(
        "temperature watch", action="judge_calibration", reason="A calibration came due or counts"
    ) as change:
        probe = locked_probe(probe_id)
        change.subject.update(probe=probe.code)
        settle_calibration(probe, at=at)
