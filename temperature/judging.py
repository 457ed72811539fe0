"""Judging the readings of one probe: what they show, against what is written of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from inventory.models import Category
from temperature.judging_fills import judge_fills
from temperature.models import (
    ContactSpell,
    Excursion,
    ExcursionRule,
    Gap,
    GapCause,
    Probe,
)
from temperature.pairs import Neighbour
from temperature.points import points_of, read_points, usable_readings
from temperature.rules.beyond import beyond_limits
from temperature.rules.contacts import SETTLES, settled
from temperature.rules.disagreement import disagreements, together
from temperature.rules.intervals import (
    METHOD,
    Beyond,
    Missing,
    Point,
    Stretch,
    heard_until,
    silent_after,
    without_evidence,
)
from temperature.rules.noise import Doubts, not_believed
from temperature.rules.parts import beginning_at, sittings, split
from temperature.surroundings import Surroundings, surroundings_of

WORTH_WRITING_SECONDS = 900
WORTH_WRITING_DEGREES = 1.0


@dataclass
class Differences:
    """What of a probe's excursions and gaps must be written; rows are not saved yet."""

    begun: list[Excursion | Gap] = field(default_factory=list)
    changed: list[Excursion | Gap] = field(default_factory=list)
    withdrawn: list[Excursion | Gap] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.begun or self.changed or self.withdrawn)


def differences(
    probe: Probe,
    *,
    dirty_from: datetime | None,
    at: datetime,
    around: Surroundings | None = None,
) -> Differences:
    """
    Say what the readings of `probe` show otherwise than what is written of it.

    dirty_from: the earliest reading that was never judged, None to look only for silence; at: the
    instant at which this is asked; around: by `surroundings_of`, where many are judged. Recomputed
    from raw readings, so that late data is judged as data in time.
    Source: URS-105, URS-108, URS-111.
    """
    around = around or surroundings_of([probe])
    if dirty_from is not None:
        dirty_from = min([dirty_from, *_unread_trips(probe, around, dirty_from)])
    since = _begins(probe, around, dirty_from or at)
    if since is None:
        return Differences()
    beyond, missing = _found(probe, around, since, at)
    written = Differences()
    _compare_excursions(written, probe, beyond, _standing(probe, since), at)
    if dirty_from is not None:
        _compare_excursions(written, probe, *judge_fills(probe, around, dirty_from, at=at), at)
    _compare_gaps(written, probe, missing, since, at)
    return written


def _unread_trips(probe: Probe, around: Surroundings, dirty_from: datetime) -> list[datetime]:
    """Return when trips of a logger began of which a reading from `dirty_from` on is the next."""
    trips = [
        row
        for row in around.fittings.get(probe.pk, ())
        if row.unit.type.category == Category.SHIPPER and row.began_at < dirty_from
    ]
    if not trips:
        return []
    before = usable_readings(probe).filter(device_at__lt=dirty_from).order_by("-device_at")
    last = before.values_list("device_at", flat=True).first()
    return [
        row.began_at for row in trips if last is None or row.ended_at is None or row.ended_at > last
    ]


def _begins(probe: Probe, around: Surroundings, dirty_from: datetime) -> datetime | None:
    """Return from where on readings must be read again: a usable one, or the fitting's start."""
    stretches = around.stretches(probe, since=dirty_from)
    if not stretches:
        return None
    # What began by the reading before may be found only now, by limits that were in force then.
    judged = _last_usable(probe, Q(device_at__lt=dirty_from)) or dirty_from
    held = around.stretches(probe, since=judged)
    lead = _lead(probe, held, around.neighbours(probe, held))
    touched = Q(ended_at__isnull=True) | Q(ended_at__gte=judged - lead)
    wanted = min(_earliest(probe, touched) or judged, judged) - lead
    while True:
        heard = _last_usable(probe, Q(device_at__lte=wanted))
        since = heard or min(wanted, stretches[0].fitted_at or stretches[0].begins_at)
        goes_on = Q(ended_at__isnull=True) | Q(ended_at__gt=since)
        began_at = _earliest(probe, goes_on & Q(began_at__lt=since))
        if began_at is None:
            return since
        wanted = began_at - lead


def _last_usable(probe: Probe, when: Q) -> datetime | None:
    rows = usable_readings(probe).filter(when).order_by("-device_at")
    return rows.values_list("device_at", flat=True).first()


def _earliest(probe: Probe, which: Q) -> datetime | None:
    """Return when the first of what is written of a probe began; one statement."""
    limits = Excursion.objects.standing().filter(rule=ExcursionRule.LIMIT)
    rows: list[QuerySet[Any]] = [limits, Gap.objects.standing()]
    if probe.is_contact:
        rows.append(ContactSpell.objects.all())
    first, *others = (
        each.filter(which, probe=probe).values_list("began_at", flat=True) for each in rows
    )
    found: datetime | None = first.union(*others).order_by("began_at").first()
    return found


def _lead(probe: Probe, stretches: Sequence[Stretch], others: Sequence[Neighbour]) -> timedelta:
    """Return how long before a reading another one may bear on what it shows."""
    waits = [band.delay for stretch in stretches for band in stretch.bands]
    waits += [SETTLES] if probe.is_contact else []
    paces = [neighbour.pace for neighbour in others]
    waits += [pace.lasting + pace.silent + pace.other_silent for pace in paces]
    return max(*waits, silent_after(probe.expected_every), _doubts(probe).reach)


def _doubts(probe: Probe) -> Doubts:
    return Doubts(probe.flat_after, probe.flat_within, probe.most_jump)


def _found(
    probe: Probe, around: Surroundings, since: datetime, at: datetime
) -> tuple[list[Beyond], list[Missing]]:
    """Read the readings once, and return what is beyond limits and what is missing."""
    whole = around.stretches(probe, since=since)
    stretches = [beginning_at(stretch, since) for stretch in whole]
    silent = silent_after(probe.expected_every)
    points, broken = read_points(probe, since, around.corrections.get(probe.pk))
    judged = settled(points, silent=silent, until=at) if probe.is_contact else points
    beyond = beyond_limits(
        split(judged, stretches), silent=silent, until=at, is_contact=probe.is_contact
    )
    is_lost = probe.retired_at is not None
    missing = [
        found
        for sitting, own in split(points, sittings(stretches))
        for until in (heard_until(sitting, points, is_lost=is_lost, at=at),)
        for found in (
            *without_evidence(own, sitting, silent=silent, until=until, broken=broken),
            *not_believed(own, sitting, _doubts(probe), silent=silent, until=until),
        )
    ]
    return beyond, missing + _disagreeing(
        around, around.neighbours(probe, whole), points, since, at
    )


def _disagreeing(
    around: Surroundings,
    others: Sequence[Neighbour],
    own: list[Point],
    since: datetime,
    at: datetime,
) -> list[Missing]:
    """Compare the readings with those of each other probe in the unit."""
    found = [
        missing
        for other in others
        for missing in disagreements(
            own,
            points_of(
                other.probe,
                since - other.pace.other_silent,
                around.corrections.get(other.probe.pk),
            ),
            other.times,
            pace=other.pace,
            until=at,
        )
    ]
    return together(found)


def _standing(probe: Probe, since: datetime) -> list[Excursion]:
    """Return what is written of excursions of limits that began since then."""
    rows = Excursion.objects.standing().filter(probe=probe, began_at__gte=since)
    return list(rows.filter(rule=ExcursionRule.LIMIT))


def _compare_excursions(
    written: Differences,
    probe: Probe,
    found: list[Beyond],
    rows: list[Excursion],
    at: datetime,
) -> None:
    standing = {(row.level, row.side, row.rule, row.began_at): row for row in rows}
    for one in found:
        row = standing.pop((one.level, one.side, one.rule, one.began_at), None)
        if row is None:
            written.begun.append(_new_excursion(probe, one, at))
        elif _is_worth_writing(row, one):
            row.ended_at, row.peak, row.peak_at = one.ended_at, one.peak, one.peak_at
            row.seconds_beyond = round(one.seconds)
            row.limits_id, row.limit = one.limits_id, one.limit
            written.changed.append(row)
    written.withdrawn += standing.values()


def _new_excursion(probe: Probe, one: Beyond, at: datetime) -> Excursion:
    return Excursion(
        probe=probe,
        unit_id=one.unit_id,
        limits_id=one.limits_id,
        level=one.level,
        side=one.side,
        rule=one.rule,
        limit=one.limit,
        began_at=one.began_at,
        ended_at=one.ended_at,
        peak=one.peak,
        peak_at=one.peak_at,
        seconds_beyond=round(one.seconds),
        found_at=at,
        method=METHOD,
    )


def _is_worth_writing(row: Excursion, one: Beyond) -> bool:
    """Say whether a row is written anew: each minute of a long excursion would fill the trail."""
    return (
        (row.ended_at, row.limits_id) != (one.ended_at, one.limits_id)
        or abs(row.peak - one.peak) >= WORTH_WRITING_DEGREES
        or abs(row.seconds_beyond - one.seconds) >= WORTH_WRITING_SECONDS
    )


def _compare_gaps(
    written: Differences, probe: Probe, found: list[Missing], since: datetime, at: datetime
) -> None:
    rows = Gap.objects.standing().filter(probe=probe, began_at__gte=since)
    standing = {(row.cause, row.began_at): row for row in rows}
    for one in found:
        row = standing.pop((one.cause, one.began_at), None)
        if row is None:
            written.begun.append(_new_gap(probe, one, at))
        elif row.ended_at != one.ended_at:
            row.ended_at = one.ended_at
            written.changed.append(row)
    written.withdrawn += standing.values()


def _new_gap(probe: Probe, one: Missing, at: datetime) -> Gap:
    return Gap(
        probe=probe,
        unit_id=one.unit_id,
        cause=GapCause(one.cause),
        began_at=one.began_at,
        ended_at=one.ended_at,
        found_at=at,
        method=METHOD,
    )
