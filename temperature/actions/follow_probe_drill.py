"""Writing what a drill of a probe has shown, and how it ended."""

from dataclasses import asdict
from datetime import datetime

from audit.changes import machine_change
from temperature.models import ProbeDrill
from temperature.probe_drills import evidence_of
from temperature.rules.probe_drills import result_of


def follow_probe_drill(*, drill_id: int, at: datetime) -> ProbeDrill:
    """
    Tie what came in time to a drill as its evidence, and end it when it is passed or failed.

    One that has ended stays as it is. Source: URS-110.
    """
    with machine_change(
        "temperature watch", action="follow_probe_drill", reason="A drill went on"
    ) as change:
        rows = ProbeDrill.objects.select_for_update(of=("self",), no_key=True)
        drill = rows.select_related("probe").get(pk=drill_id)
        change.subject.update(drill=drill.pk, probe=drill.probe.code)
        if drill.ended_at is not None:
            return drill
        evidence = evidence_of(drill)
        for name, value in asdict(evidence).items():
            setattr(drill, name, value)
        result = result_of(evidence.chain, until=drill.until, at=at)
        if result is not None:
            drill.result, drill.ended_at = result, at
        drill.save(update_fields=[*asdict(evidence), "result", "ended_at"])
    return drill
