"""What the put-away screen shows beside the outcome of the last scan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Person
from custody.queries.boxes import places_of
from custody.queries.put_away import (
    InHand,
    Progress,
    in_hand,
    kept_at,
    progress_of,
    vial_to_put_away,
    waiting_for,
)
from custody.rules.standing import OUT
from custody.spots import lineages
from inventory.models import Batch, Container, Custody, Vial
from sop.action import Action
from sop.queries.run_due import RunDue, run_due
from web.links import storage_url, vial_url
from web.presenters import BoxMap, Clock, Crumb, Identity, ScanField, StatusBadge, custody_badge
from web.presenters.places import map_of
from web.put_away.memory import Memory, Placed
from web.put_away.placing import Putting, box_of, next_place

_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class VialInHand:
    """The vial in hand: whose, what, and since when it is out of the cold."""

    identity: Identity
    badge: StatusBadge
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class ChosenBox:
    """The box that is being filled, with the place that is next."""

    name: str
    place: tuple[Crumb, ...]
    map: BoxMap
    next_label: str


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One vial in this person's hands that has no place yet."""

    code: str
    url: str
    batch: str
    coi: str
    badge: StatusBadge


@dataclass(frozen=True, kw_only=True)
class Screen:
    """Everything below the scan field; run_due: where a run comes before any scan."""

    vial: VialInHand | None
    box: ChosenBox | None
    progress: Progress | None
    placed: tuple[Placed, ...]
    waiting: tuple[Waiting, ...]
    instruction: str
    run_due: RunDue | None


def screen_of(putting: Putting) -> Screen:
    """Read what the screen shows after the last scan."""
    memory = putting.memory
    vial = None
    if memory.vial_id is not None:
        vial = vial_to_put_away(memory.vial_id, seen_by=putting.actor)
    held = None if vial is None else in_hand(vial, at=putting.at)
    box = chosen_box(putting, held)
    rows = waiting_for(putting.actor)
    waiting = tuple(_waiting(row) for row in rows)
    return Screen(
        vial=None if held is None else _vial(held, putting.at),
        box=box,
        progress=_progress(memory),
        placed=memory.placed[::-1][:_SHOWN],
        waiting=waiting,
        instruction=_instruction(held, box, is_done=bool(memory.placed) and not waiting),
        run_due=run_due_for(rows if vial is None else [vial], putting.actor),
    )


def run_due_for(vials: Sequence[Vial], person: Person) -> RunDue | None:
    """Say whether putting these away is done in a run that this person has not begun."""
    for action, coming in (
        (Action.PUT_BACK_VIALS, [vial for vial in vials if vial.custody in OUT]),
        (Action.PLACE_VIALS, [vial for vial in vials if vial.custody == Custody.RECEIVED]),
    ):
        scopes = {(vial.program_id, vial.batch.product_id) for vial in coming}
        due = run_due(action, person, scopes=scopes, sites=kept_at(coming)) if scopes else None
        if due is not None:
            return due
    return None


def scan_field() -> ScanField:
    """Give the one field of the screen."""
    return ScanField(
        url=reverse("put_away:put_away"),
        label="Scan a vial, then the box or the place where it stands",
        target="#scan-result",
        hint="The box stays chosen. A place of it can be typed too, such as B7.",
    )


def _vial(held: InHand, at: datetime) -> VialInHand:
    vial = held.vial
    return VialInHand(
        identity=Identity(
            coi="not allocated to a patient" if vial.therapy is None else vial.therapy.coi,
            vial_code=vial.code,
            pseudonym="" if vial.therapy is None else vial.therapy.patient.pseudonym,
            product=f"{vial.batch.product.code}, {vial.get_kind_display().lower()}",
        ),
        badge=custody_badge(vial.custody),
        clock=Clock(since=held.out_since, now=at, limit=held.longest_out),
    )


def chosen_box(putting: Putting, held: InHand | None) -> ChosenBox | None:
    """Return the box that is being filled, with its map and the place that is next."""
    container = box_of(putting.memory.box_id, actor=putting.actor)
    if container is None:
        return None
    place = next_place(putting, held)
    places = places_of(container, seen_by=putting.actor, at=putting.at)
    last = putting.memory.last
    return ChosenBox(
        name=container.name,
        place=_crumbs(container),
        map=map_of(
            container,
            places,
            next_id=None if place is None else place.pk,
            here=() if last is None else (last.position_id,),
            choice_name="position",
        ),
        next_label="" if place is None else place.label,
    )


def _crumbs(container: Container) -> tuple[Crumb, ...]:
    above = lineages([container])[container.pk]
    return tuple(Crumb(label=row.name, url=storage_url(row.pk)) for row in above)


def _progress(memory: Memory) -> Progress | None:
    batch = Batch.objects.filter(pk=memory.batch_id).first() if memory.batch_id else None
    return None if batch is None else progress_of(batch)


def _waiting(vial: Vial) -> Waiting:
    return Waiting(
        code=vial.code,
        url=vial_url(vial.pk),
        batch=vial.batch.number,
        coi="" if vial.therapy is None else vial.therapy.coi,
        badge=custody_badge(vial.custody),
    )


def _instruction(held: InHand | None, box: ChosenBox | None, *, is_done: bool) -> str:
    if held is None and is_done:
        return "Everything that was in your hands is stored."
    if held is None and box is None:
        return "Scan the first vial, or the box that you fill."
    if held is None:
        return "Scan the next vial."
    if box is None:
        return "Scan the box or the place where it stands."
    if not box.next_label:
        return f"{box.name} is full. Scan the next box."
    return f"Put it in {box.next_label}, then scan {box.name}."
