"""Drills, how each went, and where one is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, QuerySet

from inventory.models import Site
from temperature.models import Drill
from temperature.rules.drills import is_overdue
from temperature.telling_rules import rules_in_force

DRILLS_SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class DrillLine:
    """
    One drill: when the first message was taken, and who acknowledged the alarm when.

    took: from its start to the acknowledgement; absent as long as nobody did.
    """

    drill: Drill
    told_at: datetime | None
    took: timedelta | None


def drill_lines(sites: QuerySet[Site]) -> list[DrillLine]:
    """Return the last drills of some sites, the newest first; one query."""
    rows = Drill.objects.filter(site__in=sites).select_related("site", "alarm__acknowledged_by")
    rows = rows.annotate(told_at=Min("alarm__tellings__notifications__sent_at"))
    return [_line(drill) for drill in rows.order_by("-started_at")[:DRILLS_SHOWN]]


def _line(drill: Drill) -> DrillLine:
    done_at = drill.alarm.acknowledged_at
    took = None if done_at is None else done_at - drill.started_at
    return DrillLine(drill=drill, told_at=vars(drill)["told_at"], took=took)


def overdue_drills(sites: QuerySet[Site], *, at: datetime) -> Sequence[Site]:
    """
    Return the sites with probes at which no drill was acknowledged lately; two queries.

    Source: URS-110.
    """
    every = timedelta(days=rules_in_force().drill_days)
    watched = sites.filter(
        containers__fittings__ended_at__isnull=True, containers__fittings__isnull=False
    )
    rows = Site.objects.filter(pk__in=watched.values("pk")).annotate(
        passed_at=Max("drills__alarm__acknowledged_at")
    )
    return [
        site
        for site in rows.order_by("code")
        if is_overdue(vars(site)["passed_at"], every=every, at=at)
    ]
