"""Gathering when contacts stood at 1, each time from the raw readings."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db.models import Min, Q

from temperature.models import (
    CONTACTS,
    ContactSpell,
    Probe,
    ProbeState,
    Reading,
)
from temperature.points import DOUBTED
from temperature.rules.contacts import METHOD, SETTLES, Spell, spells
from temperature.rules.intervals import Point, silent_after
from temperature.rules.parts import beginning_at, sittings, split
from temperature.surroundings import Surroundings, surroundings_of

AT_ONCE = 10_000


def gather_spells(probe_ids: Collection[int], *, at: datetime) -> None:
    """
    Gather anew the spells of the contacts among these probes, from where readings came for.

    In a transaction: of two that do so at once one waits, by the lock on the state.
    Source: URS-105, URS-111.
    """
    rows = ProbeState.objects.filter(
        probe__in=probe_ids,
        probe__quantity__in=CONTACTS,
        dirty_from__isnull=False,
    ).select_related("probe")
    locked = list(rows.select_for_update(of=("self",), no_key=True).order_by("probe"))
    if not locked:
        return
    around = surroundings_of([state.probe for state in locked])
    for state in locked:
        if state.dirty_from is not None:
            _gather(state.probe, around, since=state.dirty_from, at=at)


def is_settled(state: ProbeState, *, at: datetime) -> bool:
    """
    Say whether what the newest reading says of a contact can be known by now.

    Until then it is judged again, though no other reading came. state: as it was judged.
    """
    return state.usable_at is None or at - state.usable_at >= SETTLES


def _gather(probe: Probe, around: Surroundings, *, since: datetime, at: datetime) -> None:
    since = since - SETTLES
    kept = ContactSpell.objects.filter(probe=probe)
    touched = kept.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=since))
    first: datetime | None = touched.aggregate(first=Min("began_at"))["first"]
    since = since if first is None else min(since, first)
    found = list(_found(probe, around, since, at))
    kept.filter(began_at__gte=since).delete()
    ContactSpell.objects.bulk_create(
        [
            ContactSpell(
                probe=probe,
                unit_id=one.unit_id,
                began_at=one.began_at,
                ended_at=one.ended_at,
                seconds=one.seconds,
                times=one.times,
                method=METHOD,
            )
            for one in found
            if one.ended_at is None or one.ended_at > one.began_at
        ]
    )


def _found(probe: Probe, around: Surroundings, since: datetime, at: datetime) -> Iterator[Spell]:
    whole = sittings(around.stretches(probe, since=since))
    parts = [beginning_at(part, since) for part in whole]
    silent: timedelta = silent_after(probe.expected_every)
    for sitting, own in split(_points(probe, since), parts):
        yield from spells(own, sitting, silent=silent, until=at)


def _points(probe: Probe, since: datetime) -> Iterator[Point]:
    rows = Reading.objects.filter(probe=probe, device_at__gte=since).order_by("device_at")
    columns = rows.values_list("device_at", "value", "flags")
    for device_at, value, flags in columns.iterator(chunk_size=AT_ONCE):
        yield Point(device_at, None if flags & DOUBTED else value)
