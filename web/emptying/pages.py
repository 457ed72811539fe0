"""What the pages of emptying a unit show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Person
from custody.emptying import MAY_EMPTY
from custody.models import EmptiedRack, Emptying
from custody.queries.emptying import Progress, counts_due, emptyings, progress_of
from custody.rules.emptying import minutes
from sop.action import Action
from sop.authority import may
from sop.queries.emergency_work import lasting_now
from web.links import storage_url
from web.presenters import Clock, Crumb, ScanField
from web.temperature.backups import rooms_for_racks
from web.temperature.nitrogen import Refuge, refuges

LIST = Crumb(label="Emptying", url="/storage/emptying/")
SHOWN = 5  # units with room


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A rack on the way, with its clock; is_mine: it is in the reader's hands."""

    rack: EmptiedRack
    clock: Clock
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class Put:
    """A rack that was put down, with how long it was out."""

    rack: EmptiedRack
    out: str


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What stands below the field: what to do now, and how far the emptying has come."""

    emptying: Emptying
    progress: Progress
    instruction: str
    carried: tuple[Carried, ...]
    put: tuple[Put, ...]
    refuges: tuple[Refuge, ...]
    procedure_is_aside: bool
    may_carry: bool
    may_end: bool


def crumbs_of(emptying: Emptying, last: str = "") -> tuple[Crumb, ...]:
    """Lead back to the unit, and to the emptying itself."""
    unit = Crumb(label=emptying.unit.name, url=storage_url(emptying.unit_id))
    if not last:
        return (LIST, unit, Crumb(label="Empty it"))
    url = reverse("emptying:emptying", args=[emptying.pk])
    return (LIST, unit, Crumb(label="Empty it", url=url), Crumb(label=last))


def field_of(emptying: Emptying) -> ScanField:
    """Give the one field of the scan page."""
    return ScanField(
        url=reverse("emptying:emptying", args=[emptying.pk]),
        label="Scan a rack, then where you put it",
        target="#scan-result",
        hint="Another unit, a shelf or a place. The failing unit itself: the rack is back in it.",
    )


def screen_of(emptying: Emptying, person: Person, at: datetime) -> Screen:
    """Read how far an emptying has come."""
    progress = progress_of(emptying)
    lasting = {work.site_id for work in lasting_now()}
    return Screen(
        emptying=emptying,
        progress=progress,
        instruction=_instruction(progress, person, is_ended=emptying.ended_at is not None),
        carried=tuple(
            Carried(
                rack=row,
                clock=Clock(since=row.taken_out_at, now=at),
                is_mine=row.carried_by_id == person.pk,
            )
            for row in progress.on_the_way
        ),
        put=tuple(_put(progress)),
        refuges=_refuges(progress, emptying, person, at),
        procedure_is_aside=emptying.site_id in lasting,
        may_carry=may(person, Action.MOVE_CONTAINER),
        may_end=emptying.ended_at is None and not set(person.role_names()).isdisjoint(MAY_EMPTY),
    )


def _refuges(
    progress: Progress, emptying: Emptying, person: Person, at: datetime
) -> tuple[Refuge, ...]:
    wanted = progress.categories
    found = rooms_for_racks(emptying.unit, person, at, categories=wanted) if wanted else []
    return refuges(found[:SHOWN])


def _instruction(progress: Progress, person: Person, *, is_ended: bool) -> str:
    in_hand = progress.in_hand_of(person)
    if in_hand is not None:
        return f"Put {in_hand.container.name} away: scan the unit, shelf or place."
    if is_ended:
        return "Ended. Confirm the places and count what was moved."
    if progress.left:
        return "Scan the next rack."
    return "No rack is left." if not progress.loose else "No rack is left; vials stand in no rack."


def _put(progress: Progress) -> Iterator[Put]:
    for row in reversed(progress.moved):
        if row.put_down_at is not None:
            yield Put(rack=row, out=minutes(row.put_down_at - row.taken_out_at))


def places_field(emptying: Emptying, chosen: EmptiedRack | None) -> ScanField:
    """Give the field by which places are confirmed."""
    name = "the rack" if chosen is None else f"the place of {chosen.container.name}"
    return ScanField(
        url=reverse("emptying:places", args=[emptying.pk]),
        label=f"Scan {name}",
        target="#scan-result",
        hint="First the rack, then its place; or type the name of the place, such as R3.",
    )


def index_context(person: Person, at: datetime) -> dict[str, object]:
    """Gather the list, and what is to be counted."""
    return {
        "rows": emptyings(seen_by=person),
        "due": counts_due(seen_by=person, at=at),
        "may_count": may(person, Action.COUNT),
    }
