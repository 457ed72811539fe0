"""Appending to the ledger: one event for each vial, and the stays that begin and end with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from audit.changes import OpenChange
from audit.writes import AT_ONCE, update_all
from custody.models import CustodyEvent, EventKind, Stay
from custody.spots import Spot, spots
from custody.trips import ON_THE_WAY, end_trips
from inventory.models import Position, Vial

STATE = ("custody", "quality", "position", "custodian")


@dataclass(frozen=True)
class Before:
    """How a vial stood before the action changed it."""

    custody: str
    quality: str
    position: Position | None
    custodian_id: int | None


def snapshot(vials: Sequence[Vial]) -> dict[int, Before]:
    """Remember how each locked vial stands; take it before changing anything."""
    return {
        vial.pk: Before(vial.custody, vial.quality, vial.position, vial.custodian_id)
        for vial in vials
    }


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    What is written beside the change of state itself.

    codes: for each vial's key, the expected and the scanned code.
    details: facts of this kind of event, the same for all vials; `each` adds to them by vial.
    performed_at: only for a late entry.
    """

    kind: EventKind
    reason: str
    codes: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)
    each: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    performed_at: datetime | None = None


def write(
    change: OpenChange,
    vials: Sequence[Vial],
    before: Mapping[int, Before],
    entry: Entry,
    *,
    at: datetime,
    also: Sequence[str] = (),
    around: Mapping[int, Spot] | None = None,
) -> list[CustodyEvent]:
    """
    Save the vials' state with history, append one event each, and end and begin their stays.

    vials: locked and changed in memory; `before` is their snapshot.
    also: fields changed beside the state, such as `therapy`.
    around: the spots of all positions concerned, where the caller has read them.
    """
    update_all(vials, [*STATE, *also])
    return append(change, vials, before, entry, at=at, around=around)


def append(
    change: OpenChange,
    vials: Sequence[Vial],
    before: Mapping[int, Before],
    entry: Entry,
    *,
    at: datetime,
    around: Mapping[int, Spot] | None = None,
) -> list[CustodyEvent]:
    """Append one event for each vial, whose state is already saved, and keep the stays."""
    if around is None:
        around = _spots_of(vials, before)
    events = CustodyEvent.objects.bulk_create(
        [_event(change, vial, before[vial.pk], entry, around) for vial in vials], batch_size=AT_ONCE
    )
    _keep_stays(events, vials, before, around, at)
    return events


def _spots_of(vials: Sequence[Vial], before: Mapping[int, Before]) -> dict[int, Spot]:
    positions = {vial.position.pk: vial.position for vial in vials if vial.position is not None}
    for was in before.values():
        if was.position is not None:
            positions[was.position.pk] = was.position
    return spots(list(positions.values())) if positions else {}


def _event(
    change: OpenChange, vial: Vial, was: Before, entry: Entry, around: Mapping[int, Spot]
) -> CustodyEvent:
    expected, scanned = entry.codes.get(vial.pk, ("", ""))
    second = change.second_person
    return CustodyEvent(
        vial=vial,
        kind=entry.kind,
        actor_id=None if change.actor is None else change.actor.pk,
        second_person_id=None if second is None else second.pk,
        device=change.device,
        from_position=was.position,
        to_position=vial.position,
        from_place=_place(was.position, around),
        to_place=_place(vial.position, around),
        from_custodian_id=was.custodian_id,
        to_custodian_id=vial.custodian_id,
        from_custody=was.custody,
        to_custody=vial.custody,
        from_quality=was.quality,
        to_quality=vial.quality,
        expected_code=expected,
        scanned_code=scanned,
        reason=entry.reason,
        details={**entry.details, **entry.each.get(vial.pk, {}), **change.followed},
        performed_at=entry.performed_at,
    )


def _place(position: Position | None, around: Mapping[int, Spot]) -> str:
    return "" if position is None else around[position.pk].place


def _keep_stays(
    events: Sequence[CustodyEvent],
    vials: Sequence[Vial],
    before: Mapping[int, Before],
    around: Mapping[int, Spot],
    at: datetime,
) -> None:
    """
    End and begin the stays of what changed its position; two statements for any number.

    What leaves its shipper ends its stay there, and the trip of what was the last in it.
    """
    moved = [
        (event, vial, before[vial.pk].position)
        for event, vial in zip(events, vials, strict=True)
        if before[vial.pk].position != vial.position
    ]
    arrived = [
        event
        for event, vial in zip(events, vials, strict=True)
        if before[vial.pk].custody in ON_THE_WAY and vial.custody not in ON_THE_WAY
    ]
    end_stays([*(event for event, _, was in moved if was is not None), *arrived], at=at)
    if arrived:
        end_trips(list(Stay.objects.filter(ended_with__in=arrived)), at=at)
    begin_stays(
        [
            (event, position, around[position.pk].unit_id)
            for event, vial, _ in moved
            if (position := vial.position) is not None
        ],
        at=at,
    )


END_STAYS = """
    UPDATE custody_stay s SET ended_at = %s, ended_with_id = e.id
    FROM custody_custodyevent e
    WHERE e.id = ANY(%s) AND s.vial_id = e.vial_id AND s.ended_at IS NULL
"""


def end_stays(events: Sequence[CustodyEvent], *, at: datetime) -> None:
    """End the open stay of each event's vial with that event."""
    if events:
        with connection.cursor() as cursor:
            cursor.execute(END_STAYS, [at, [event.pk for event in events]])


def begin_stays(begun: Sequence[tuple[CustodyEvent, Position, int]], *, at: datetime) -> None:
    """Begin a stay for each event, at its position in the unit with that key."""
    Stay.objects.bulk_create(
        [
            Stay(
                vial_id=event.vial_id,
                position=position,
                unit_id=unit_id,
                place=event.to_place,
                began_at=at,
                began_with=event,
            )
            for event, position, unit_id in begun
        ],
        batch_size=AT_ONCE,
    )
