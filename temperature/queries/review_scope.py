"""What a review of readings or alarms has in scope, unit by unit, as it stands now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import pairwise

from django.db.models import Q, QuerySet

from audit.authors import Author
from inventory.models import UNITS, Container
from temperature.models import (
    LOUD,
    Alarm,
    AlarmPause,
    Calibration,
    ChannelOutage,
    Excursion,
    Fitting,
    Gap,
    ProbeState,
    ReviewKind,
)
from temperature.queries.unit import summaries
from temperature.review_digests import digests_of
from temperature.rules.reviewing import without_calibration
from temperature.telling_rules import rules_in_force


@dataclass(frozen=True, kw_only=True)
class Asked:
    """
    What is to be reviewed: a kind of record, of units of a site, from `since` up to `until`.

    unit_ids: empty for every unit of the site.
    """

    kind: ReviewKind
    site_id: int
    unit_ids: tuple[int, ...]
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class UnitSeen:
    """One unit in scope: its digest, and what was counted by name."""

    unit: Container
    digest: str
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """
    Everything in scope as it stands now.

    digest: over those of the units. is_judged: whether no reading of that time waits to be judged.
    Excursions and gaps are those of a review of readings, the others those of one of alarms.
    """

    units: list[UnitSeen]
    digest: str
    is_judged: bool
    excursions: list[Excursion]
    gaps: list[Gap]
    alarms: list[Alarm]
    pauses: list[AlarmPause]
    outages: list[ChannelOutage]


def seen_of(asked: Asked) -> Seen:
    """
    Read what is in scope; the number of statements does not grow with it.

    Source: URS-104, URS-107.
    """
    fittings = list(_fittings(asked))
    units = list({row.unit_id: row.unit for row in fittings}.values())
    digests = digests_of(asked.kind, [(unit.pk, asked.since, asked.until) for unit in units])
    is_readings = asked.kind is ReviewKind.READINGS
    excursions, gaps = _excursions_and_gaps(asked, units) if is_readings else ([], [])
    alarms, pauses, outages = ([], [], []) if is_readings else _of_alarms(asked, units)
    if is_readings:
        counts = _counted_readings(asked, fittings, excursions, gaps)
    else:
        counts = _counted_alarms(alarms, pauses, outages)
    return Seen(
        units=[
            UnitSeen(unit=unit, digest=digest, counts=dict(counts[unit.pk]))
            for unit, digest in zip(units, digests, strict=True)
        ],
        digest=digest_over(digests),
        is_judged=not _waits(fittings, asked.until),
        excursions=excursions,
        gaps=gaps,
        alarms=alarms,
        pauses=pauses,
        outages=outages,
    )


def digest_over(digests: Iterable[str]) -> str:
    """Return the digest of a review out of those of its units."""
    return sha256("\n".join(digests).encode()).hexdigest()


def _fittings(asked: Asked) -> QuerySet[Fitting]:
    """Return which probes sat in the units in that time, by unit."""
    still = Q(ended_at__isnull=True) | Q(ended_at__gt=asked.since)
    rows = Fitting.objects.filter(
        still, began_at__lt=asked.until, unit__site=asked.site_id, unit__type__category__in=UNITS
    )
    if asked.unit_ids:
        rows = rows.filter(unit__in=asked.unit_ids)
    related = rows.select_related("probe", "unit__site", "unit__type")
    return related.order_by("unit__name", "unit", "probe__code", "began_at")


def _waits(fittings: Sequence[Fitting], until: datetime) -> bool:
    probes = [row.probe_id for row in fittings]
    return ProbeState.objects.filter(probe__in=probes, dirty_from__lt=until).exists()


def _excursions_and_gaps(
    asked: Asked, units: Sequence[Container]
) -> tuple[list[Excursion], list[Gap]]:
    still = Q(ended_at__isnull=True) | Q(ended_at__gt=asked.since)
    about = {"unit__in": units, "began_at__lt": asked.until}
    found = Excursion.objects.standing().filter(still, **about).select_related("probe", "unit")
    gaps = Gap.objects.standing().filter(still, **about).select_related("probe", "unit")
    return list(found.order_by("began_at", "pk")), list(gaps.order_by("began_at", "pk"))


def _of_alarms(
    asked: Asked, units: Sequence[Container]
) -> tuple[list[Alarm], list[AlarmPause], list[ChannelOutage]]:
    alarms = Alarm.objects.filter(
        unit__in=units, raised_at__gte=asked.since, raised_at__lt=asked.until
    ).select_related("probe", "unit", "acknowledged_by")
    outages = ChannelOutage.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=asked.since), began_at__lt=asked.until
    )
    return (
        list(alarms.order_by("raised_at", "pk")),
        list(_pauses(asked, units)),
        list(outages.select_related("channel").order_by("began_at", "pk")),
    )


def _pauses(asked: Asked, units: Iterable[Container]) -> QuerySet[AlarmPause]:
    still = Q(ended_at__gt=asked.since) | Q(ended_at__isnull=True, until__gt=asked.since)
    rows = AlarmPause.objects.filter(still, unit__in=units, began_at__lt=asked.until)
    return rows.select_related("unit", "paused_by", "ended_by").order_by("began_at", "pk")


def _counted_readings(
    asked: Asked, fittings: Sequence[Fitting], excursions: Sequence[Excursion], gaps: Sequence[Gap]
) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(
            ("readings", "usable", "excursions", "gaps", "gap_minutes", "past_due"), 0
        )
    )
    for line in summaries(fittings, since=asked.since, until=asked.until):
        found[line.fitting.unit_id]["readings"] += line.readings
        found[line.fitting.unit_id]["usable"] += line.usable
    for row in excursions:
        found[row.unit_id]["excursions"] += 1
    for gap in gaps:
        lasted = min(gap.ended_at or asked.until, asked.until) - max(gap.began_at, asked.since)
        found[gap.unit_id]["gaps"] += 1
        found[gap.unit_id]["gap_minutes"] += round(lasted.total_seconds() / 60)
    for unit_id in past_due(fittings, since=asked.since, until=asked.until):
        found[unit_id]["past_due"] += 1
    return found


def past_due(fittings: Sequence[Fitting], *, since: datetime, until: datetime) -> Iterator[int]:
    """
    Yield the unit of each fitting in which, for a time, no calibration counted; one query.

    Contacts have none.
    """
    spans = calibrated(fittings)
    for row in (each for each in fittings if not each.probe.is_contact):
        begins, ends = max(row.began_at, since), min(row.ended_at or until, until)
        if without_calibration(spans[row.probe_id], since=begins, until=ends):
            yield row.unit_id


def calibrated(fittings: Iterable[Fitting]) -> dict[int, list[tuple[datetime, datetime]]]:
    """
    Return from when until when each calibration of these probes counted; one query.

    A newer one takes the place of an older one from its own time on.
    """
    rows = Calibration.objects.filter(probe__in={row.probe_id for row in fittings})
    by_probe: dict[int, list[Calibration]] = defaultdict(list)
    for row in rows.order_by("calibrated_at", "pk"):
        by_probe[row.probe_id].append(row)
    return defaultdict(list, {key: list(_spans(own)) for key, own in by_probe.items()})


def _spans(rows: Sequence[Calibration]) -> Iterator[tuple[datetime, datetime]]:
    for row, after in pairwise(rows):
        yield row.calibrated_at, min(row.due_at, after.calibrated_at)
    yield rows[-1].calibrated_at, rows[-1].due_at


def _counted_alarms(
    alarms: Sequence[Alarm], pauses: Sequence[AlarmPause], outages: Sequence[ChannelOutage]
) -> dict[int, dict[str, int]]:
    rules = rules_in_force()
    names = ("alarms", "late", "unacknowledged", "without_comment", "pauses")
    found: dict[int, dict[str, int]] = defaultdict(
        lambda: {**dict.fromkeys(names, 0), "outages": len(outages)}
    )
    for row in alarms:
        counts, acknowledged_at = found[row.unit_id], row.acknowledged_at
        counts["alarms"] += 1
        if row.level not in LOUD:
            continue
        if acknowledged_at is None:
            counts["unacknowledged"] += 1
        else:
            counts["late"] += acknowledged_at - row.told_from > rules.wait_of(row.level)
            counts["without_comment"] += not row.comment
    for pause in pauses:
        found[pause.unit_id]["pauses"] += 1
    return found


def own_in(asked: Asked, seen: Seen, signer: Author) -> list[str]:
    """
    Name the alarms in scope that somebody acknowledged, also before they called again, or silenced.

    Source: URS-43.
    """
    if asked.kind is not ReviewKind.ALARMS:
        return []
    keys = [row.pk for row in seen.alarms]
    taken = Alarm.history.filter(id__in=keys, acknowledged_by=signer.pk)
    own = sorted(set(taken.values_list("id", flat=True)))
    silenced = [row.pk for row in seen.pauses if signer.pk in {row.paused_by_id, row.ended_by_id}]
    return [*(f"alarm {key}" for key in own), *(f"pause {key}" for key in silenced)]
