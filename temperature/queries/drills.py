"""Drills, how each went, and where one is overdue."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from inventory.models import Site
from temperature.models import Drill, DrillResult, Fitting, ProbeDrill
from temperature.rules.drills import is_overdue
from temperature.rules.probe_drills import Chain, missing_link
from temperature.telling_rules import rules_in_force

DRILLS_SHOWN = 30
GOES_ON_FOR = timedelta(days=1)
"""A drill of an alarm that nobody acknowledged for so long has shown that nobody comes."""


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


@dataclass(frozen=True, kw_only=True)
class ProbeDrillLine:
    """
    One drill of a probe: why it failed, empty otherwise, and how long each link took.

    links: words, the instant, and the time since the link before; only those that came in time.
    """

    drill: ProbeDrill
    failed_by: str
    links: Sequence[tuple[str, datetime, timedelta]]


def probe_drill_lines(sites: QuerySet[Site]) -> list[ProbeDrillLine]:
    """Return the last drills of probes at some sites, the newest first; one query."""
    rows = ProbeDrill.objects.filter(unit__site__in=sites).select_related(
        "probe", "unit", "started_by", "acknowledged_by"
    )
    return [_probe_line(drill) for drill in rows.order_by("-started_at")[:DRILLS_SHOWN]]


def _probe_line(drill: ProbeDrill) -> ProbeDrillLine:
    has_failed = drill.result == DrillResult.FAILED
    return ProbeDrillLine(
        drill=drill,
        failed_by=missing_link(chain_of(drill)) if has_failed else "",
        links=list(_links(drill)),
    )


def chain_of(drill: ProbeDrill) -> Chain:
    """Return the instants that are written of a drill."""
    return Chain(
        read_at=drill.read_at,
        raised_at=drill.raised_at,
        told_at=drill.told_at,
        acknowledged_at=drill.acknowledged_at,
    )


def _links(drill: ProbeDrill) -> Iterator[tuple[str, datetime, timedelta]]:
    before = drill.started_at
    links = {
        "first reading beyond": drill.read_at,
        "alarm raised": drill.raised_at,
        "first message taken": drill.told_at,
        "acknowledged": drill.acknowledged_at,
    }
    for words, came_at in links.items():
        if came_at is not None:
            yield words, came_at, came_at - before
            before = came_at


def fitted_probes(sites: QuerySet[Site]) -> list[Fitting]:
    """Return where the probes in service sit that can be drilled at some sites; one query."""
    rows = Fitting.objects.filter(
        unit__site__in=sites, ended_at__isnull=True, probe__retired_at__isnull=True
    )
    return list(rows.select_related("probe", "unit").order_by("unit__name", "probe__code"))


def drilled_now(sites: Collection[Site], *, at: datetime) -> set[int]:
    """Return at which of these sites a drill of either kind goes on, by key; two queries."""
    alarms = Drill.objects.filter(
        site__in=sites, alarm__acknowledged_at__isnull=True, started_at__gt=at - GOES_ON_FOR
    )
    probes = ProbeDrill.objects.going_on().filter(unit__site__in=sites, until__gt=at)
    return {*alarms.values_list("site", flat=True), *probes.values_list("unit__site", flat=True)}


def overdue_drills(sites: QuerySet[Site], *, at: datetime) -> Sequence[Site]:
    """
    Return the sites with probes at which no drill of either kind was passed lately; two queries.

    Source: URS-110.
    """
    return [
        site
        for site in _with_last_drill(sites)
        if is_overdue(vars(site)["passed_at"], every=_every(), at=at)
    ]


def drills_missed(*, at: datetime) -> list[Site]:
    """
    Return the sites whose people must be told that a drill is overdue, with `passed_at` of each.

    Where none was ever passed, the first probe that was fitted there begins the time.
    Source: URS-110.
    """
    first = Fitting.objects.filter(unit__site=OuterRef("pk"), ended_at__isnull=True)
    first = first.order_by("began_at")
    rows = _with_last_drill(Site.objects.all()).annotate(
        fitted_at=Subquery(first.values("began_at")[:1])
    )
    every = _every()
    return [
        site
        for site in rows
        if is_overdue(vars(site)["passed_at"] or vars(site)["fitted_at"], every=every, at=at)
    ]


def _every() -> timedelta:
    return timedelta(days=rules_in_force().drill_days)


def _with_last_drill(sites: QuerySet[Site]) -> QuerySet[Site]:
    """Return the sites with probes, and when a drill of either kind was passed last."""
    watched = sites.filter(
        containers__fittings__ended_at__isnull=True, containers__fittings__isnull=False
    )
    probe_drills = ProbeDrill.objects.passed().filter(unit__site=OuterRef("pk"))
    probe_drills = probe_drills.order_by("-acknowledged_at")
    rows = Site.objects.filter(pk__in=watched.values("pk")).annotate(
        passed_at=Greatest(
            Max("drills__alarm__acknowledged_at"),
            Subquery(probe_drills.values("acknowledged_at")[:1]),
        )
    )
    return rows.order_by("code")
