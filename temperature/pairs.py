"""Which probes of a unit are judged by which others, and when; a probe's readings judge both."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from temperature.models import Fitting, Probe, ProbeState, Quantity, Zone
from temperature.rules.disagreement import Pace, Together, lasting
from temperature.rules.intervals import Stretch, silent_after


@dataclass(frozen=True)
class Neighbour:
    """Another probe, and when it sat beside the one in question."""

    probe: Probe
    times: Sequence[Together]
    pace: Pace


def compared() -> QuerySet[Fitting]:
    """Return the places of thermometers that are compared: what sits in a buffer is to lag."""
    rows = Fitting.objects.filter(probe__quantity=Quantity.TEMPERATURE)
    return rows.exclude(zone=Zone.BUFFERED)


def neighbours(
    probe: Probe, stretches: Sequence[Stretch], beside: Iterable[Fitting]
) -> list[Neighbour]:
    """
    Return the probes that `probe` is compared with, by its stretches.

    beside: what is `compared` in its units, with its probe, by probe and time.
    """
    own = [stretch for stretch in stretches if stretch.mapped_offset is not None]
    if not own or probe.quantity != Quantity.TEMPERATURE:
        return []
    units = {stretch.unit_id for stretch in own}
    since = min(stretch.begins_at for stretch in own)
    found: dict[int, list[Fitting]] = {}
    for row in beside:
        is_over = row.ended_at is not None and row.ended_at <= since
        if row.unit_id in units and row.probe_id != probe.pk and not is_over:
            found.setdefault(row.probe_id, []).append(row)
    others = (_beside(probe, own, fittings) for fittings in found.values())
    return [neighbour for neighbour in others if neighbour.times]


def _beside(probe: Probe, own: Sequence[Stretch], fittings: Sequence[Fitting]) -> Neighbour:
    other = fittings[0].probe
    times = [
        time
        for stretch in own
        for fitting in fittings
        if fitting.unit_id == stretch.unit_id and (time := _shared(stretch, fitting)) is not None
    ]
    return Neighbour(
        probe=other,
        times=_joined(sorted(times, key=lambda time: time.begins_at)),
        pace=Pace(
            silent=silent_after(probe.expected_every),
            other_silent=silent_after(other.expected_every),
            lasting=lasting(probe.expected_every, other.expected_every),
        ),
    )


def _shared(stretch: Stretch, fitting: Fitting) -> Together | None:
    begins = max(stretch.begins_at, fitting.began_at)
    ends = min((end for end in (stretch.ends_at, fitting.ended_at) if end), default=None)
    if ends is not None and ends <= begins:
        return None
    return Together(
        unit_id=stretch.unit_id,
        begins_at=begins,
        ends_at=ends,
        difference=float(stretch.mapped_offset or 0) - float(fitting.mapped_offset),
        most=stretch.most_apart,
    )


def _joined(times: Iterable[Together]) -> list[Together]:
    """Return times joined where nothing that is compared changed between them."""
    joined: list[Together] = []
    for time in times:
        before = joined[-1] if joined else None
        if before is not None and _goes_on(before, time):
            joined[-1] = replace(before, ends_at=time.ends_at)
        else:
            joined.append(time)
    return joined


def _goes_on(before: Together, time: Together) -> bool:
    same = replace(before, begins_at=time.begins_at, ends_at=time.ends_at) == time
    return same and before.ends_at == time.begins_at


def dirty_with_neighbours(states: Collection[ProbeState]) -> Mapping[int, datetime]:
    """
    Return from when on each probe is to be judged: those of `states`, and those judged by them.

    Readings of one probe, or their absence, judge what it is compared with, and what a filling
    contact says judges the level of its tank. states: with their probes. Two statements, and two
    more where a filling contact is among them.
    """
    since = {state.probe_id: state.dirty_from for state in states if state.dirty_from is not None}
    dirty = dict(since)
    reached = list(_reached(compared(), compared(), since))
    if any(state.probe.quantity == Quantity.FILLING for state in states):
        valves = Fitting.objects.filter(probe__quantity=Quantity.FILLING)
        levels = Fitting.objects.filter(probe__quantity=Quantity.LEVEL)
        reached += _reached(valves, levels, since)
    for probe_id, at in reached:
        dirty[probe_id] = min(dirty.get(probe_id, at), at)
    return dirty


def _reached(
    those: QuerySet[Fitting], others: QuerySet[Fitting], since: Mapping[int, datetime]
) -> Iterator[tuple[int, datetime]]:
    """Yield each of the others that sat beside a dirty one of those since then, and since when."""
    mine = list(those.filter(probe__in=since))
    units = {row.unit_id for row in mine}
    theirs = list(others.filter(unit__in=units)) if units else []
    for row in mine:
        at = since[row.probe_id]
        for other in theirs:
            if other.unit_id == row.unit_id and _lasts_to(row, at) and _lasts_to(other, at):
                yield other.probe_id, at


def _lasts_to(fitting: Fitting, at: datetime) -> bool:
    return fitting.ended_at is None or fitting.ended_at >= at
