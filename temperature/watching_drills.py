"""Following the drills of probes by the clock."""

from datetime import datetime

import structlog

from temperature.actions.follow_probe_drill import follow_probe_drill
from temperature.models import ProbeDrill
from temperature.probe_drills import evidence_of, is_new
from temperature.rules.probe_drills import result_of

log = structlog.get_logger(__name__)


def watch_probe_drills(*, at: datetime) -> int:
    """
    Write what drills have shown, and end those that are passed or failed; return how many changed.

    Worker and watchdog may both do it at once: a drill is locked, and ends once.
    Source: URS-46, URS-110.
    """
    changed = 0
    for drill in ProbeDrill.objects.going_on().order_by("pk"):
        try:
            evidence = evidence_of(drill)
            result = result_of(evidence.chain, until=drill.until, at=at)
            if result is not None or is_new(evidence, drill):
                follow_probe_drill(drill_id=drill.pk, at=at)
                changed += 1
        except Exception:  # one drill never stops the telling; the next run finds it again
            log.exception("drill_not_followed", drill=drill.pk)
    return changed
