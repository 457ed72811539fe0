"""Drills in the paper of what measures: those of alarms, those of probes, and what is overdue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inventory.models import Site
from reports.dossier.ledger import named
from reports.records.record import Listing, Shown
from temperature.models import Drill, DrillResult, ProbeDrill
from temperature.queries.drills import chain_of
from temperature.rules.drills import is_overdue
from temperature.rules.probe_drills import missing_link


@dataclass(frozen=True, kw_only=True)
class Drills:
    """The drills of some sites in some time, the newest first."""

    of_alarms: Sequence[Drill]
    of_probes: Sequence[ProbeDrill]

    def are_overdue(self, site: Site, *, every: timedelta, at: datetime) -> bool:
        """Say whether no drill of either kind was passed lately at a site. Source: URS-110."""
        of_alarms = [row.alarm.acknowledged_at for row in self.of_alarms if row.site_id == site.pk]
        of_probes = [
            row.acknowledged_at
            for row in self.of_probes
            if row.unit.site_id == site.pk and row.result == DrillResult.PASSED
        ]
        done = (each for each in (*of_alarms, *of_probes) if each is not None and each <= at)
        return is_overdue(max(done, default=None), every=every, at=at)


def drills_at(site_ids: Collection[int], *, since: datetime, as_of: datetime) -> Drills:
    """Read the drills that were started at some sites in a time; two queries."""
    span = {"started_at__gt": since, "started_at__lte": as_of}
    of_alarms = Drill.objects.filter(site__in=site_ids, **span).select_related(
        "site", "alarm__acknowledged_by", "alarm__unit", "alarm__probe"
    )
    of_probes = ProbeDrill.objects.filter(unit__site__in=site_ids, **span).select_related(
        "unit__site", "probe", "started_by", "acknowledged_by"
    )
    return Drills(
        of_alarms=list(of_alarms.order_by("-started_at", "-pk")),
        of_probes=list(of_probes.order_by("-started_at", "-pk")),
    )


def drills_listing(rows: Sequence[Drill]) -> Listing:
    """List drills that began at an alarm."""
    return Listing(
        name="drills",
        title="Drills of alarms in the year before",
        header=(
            *("drill", "site", "unit", "probe", "started_at", "acknowledged_at"),
            *("acknowledged_by", "took_seconds", "comment"),
        ),
        rows=[
            (
                *(row.pk, row.site.code, row.alarm.unit.name),
                "" if row.alarm.probe is None else row.alarm.probe.code,
                *(row.started_at, row.alarm.acknowledged_at, named(row.alarm.acknowledged_by)),
                None
                if row.alarm.acknowledged_at is None
                else row.alarm.acknowledged_at - row.started_at,
                row.alarm.comment,
            )
            for row in rows
        ],
        shown=(
            Shown(title="No.", names=("drill",), share=0.7),
            Shown(title="Site, unit", names=("site", "unit", "probe"), share=1.8),
            Shown(title="Started", names=("started_at",), share=2),
            Shown(title="Acknowledged", names=("acknowledged_at", "acknowledged_by"), share=2.4),
            Shown(title="After", names=("took_seconds",)),
            Shown(title="Comment", names=("comment",), share=3),
        ),
    )


def probe_drills_listing(rows: Sequence[ProbeDrill]) -> Listing:
    """List drills that began at a probe, with when each link of the chain came."""
    return Listing(
        name="probe_drills",
        title="Drills that began at a probe, in the year before",
        header=(
            *("drill", "site", "unit", "probe", "started_at", "started_by", "until", "read_at"),
            *("raised_at", "told_at", "acknowledged_at", "acknowledged_by", "result", "missing"),
            *("alarm", "excursion"),
        ),
        rows=[
            (
                *(row.pk, row.unit.site.code, row.unit.name, row.probe.code, row.started_at),
                *(named(row.started_by), row.until, row.read_at, row.raised_at, row.told_at),
                *(row.acknowledged_at, named(row.acknowledged_by), row.result or "goes on"),
                missing_link(chain_of(row)) if row.result else "",
                *(row.alarm_id, row.excursion_id),
            )
            for row in rows
        ],
        shown=(
            Shown(title="No.", names=("drill",), share=0.7),
            Shown(title="Unit, probe", names=("unit", "probe"), share=1.6),
            Shown(title="Started", names=("started_at", "started_by"), share=2.2),
            Shown(title="Read, raised", names=("read_at", "raised_at"), share=2),
            Shown(title="Told, acknowledged", names=("told_at", "acknowledged_at"), share=2),
            Shown(title="Result", names=("result", "missing"), share=2),
        ),
    )
