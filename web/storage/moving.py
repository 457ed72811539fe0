"""Moving a container by scanning: the container itself, then where it goes."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Person
from audit.authors import Attribution
from audit.errors import DomainError, Refusal
from audit.refusals import record_refusal
from custody.actions.lift_container import lift_container
from custody.actions.move_container import move_container
from custody.queries.boxes import next_free, places_of
from custody.queries.exposure import lift_of
from custody.queries.resolve import Found, resolve
from custody.queries.storage import container_seen_by
from custody.spots import breadcrumb, lineages
from inventory.codes.words import UnreadableScan
from inventory.models import Container, Holds, IdentifierKind, Position
from sop.action import Action
from web.forms.put_away import StepForm
from web.presenters import BoxMap, ScanField
from web.presenters.places import map_of
from web.storage.lifting import TAKE_OUT

REASON = "Moved by scanning"
_KEY = "container_in_hand"


@dataclass(frozen=True, kw_only=True)
class Carried:
    """
    What the session remembers of a move.

    container_id: the container whose own code was scanned. holder_id: where it goes.
    position_id: the place that was chosen there.
    """

    container_id: int | None = None
    holder_id: int | None = None
    position_id: int | None = None

    @classmethod
    def of(cls, request: HttpRequest, container: Container) -> Self:
        """Read it from the session; what was carried before another container is forgotten."""
        kept: dict[str, Any] = request.session.get(_KEY) or {}
        return cls(**kept) if kept.get("container_id") == container.pk else cls()

    def keep(self, request: HttpRequest) -> None:
        """Write it to the session."""
        request.session[_KEY] = asdict(self)


@dataclass(frozen=True, kw_only=True)
class Moving:
    """One move at one instant."""

    container: Container
    carried: Carried
    actor: Person
    attribution: Attribution
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MoveOutcome:
    """What a scan came to."""

    carried: Carried
    words: str = ""
    code: str = ""
    detail: str = ""
    refusals: tuple[Refusal, ...] = ()
    expected: str = ""
    scanned: str = ""
    status: int = 200
    is_done: bool = False


def answer_move(moving: Moving, form: StepForm) -> MoveOutcome:
    """Answer what was posted; without anything posted, show where the move stands."""
    if not form.is_valid():
        return MoveOutcome(carried=moving.carried)
    if form.cleaned_data["code"].strip():
        return take_code(moving, form.cleaned_data["code"])
    return choose_place(moving, form.cleaned_data["position"] or 0)


def take_code(moving: Moving, raw: str) -> MoveOutcome:
    """
    Answer one scan of the move screen.

    Source: FIELD 4.4; URS-29, URS-89, URS-106.
    """
    text = raw.strip()
    place = _named_place(moving.carried, text)
    if place is not None:
        return _choose(moving, place)
    try:
        found = resolve(raw, seen_by=moving.actor)
    except UnreadableScan as fault:
        return _stop(moving, Refusal(fault.code, fault.words), scanned=text)
    if moving.carried.container_id is None:
        return _take_up(moving, found, text)
    if found is not None and found.kind == IdentifierKind.POSITION:
        return _move(moving, found.key)
    if found is not None and found.kind == IdentifierKind.CONTAINER:
        return _aim(moving, found.key, text)
    words = "That is no place for a container. Scan the rack, the tank or the place it goes to."
    return _stop(moving, Refusal("NOT_A_PLACE", words), scanned=text)


def _named_place(carried: Carried, label: str) -> Position | None:
    if carried.holder_id is None:
        return None
    return Position.objects.filter(container=carried.holder_id, label__iexact=label).first()


def _choose(moving: Moving, place: Position) -> MoveOutcome:
    return MoveOutcome(
        carried=replace(moving.carried, position_id=place.pk),
        words=f"It goes to {place.label}. Scan the destination once more to move it there.",
    )


def choose_place(moving: Moving, position_id: int) -> MoveOutcome:
    """Choose a place of the destination on its map."""
    places = Position.objects.filter(container=moving.carried.holder_id, pk=position_id)
    place = places.first()
    return MoveOutcome(carried=moving.carried) if place is None else _choose(moving, place)


def _take_up(moving: Moving, found: Found | None, text: str) -> MoveOutcome:
    own = moving.container
    is_own = found is not None and found.kind == IdentifierKind.CONTAINER and found.key == own.pk
    if is_own:
        return _lift(moving)
    words = f"This is not {own.name}. Scan the code on {own.name} itself before you move it."
    refusal = Refusal("OTHER_CONTAINER", words)
    return _stop(moving, refusal, expected=own.code, scanned=text)


def _lift(moving: Moving) -> MoveOutcome:
    """Take the container up: from now on, until it arrives, everything in it is exposed."""
    own = moving.container
    try:
        if lift_of(own, seen_by=moving.actor, at=moving.at) is None:
            said = replace(moving.attribution, reason=TAKE_OUT.reason)
            lift_container(container_id=own.pk, attribution=said, at=moving.at)
    except DomainError as error:
        return MoveOutcome(
            carried=moving.carried, refusals=tuple(error.refusals), status=error.http_status
        )
    return MoveOutcome(
        carried=Carried(container_id=own.pk),
        words=f"{own.name} is in hand, and its clock is running. Now scan where it goes.",
    )


def _aim(moving: Moving, holder_id: int, text: str) -> MoveOutcome:
    carried = moving.carried
    if holder_id == moving.container.pk:
        return MoveOutcome(carried=carried, words="In hand. Now scan where it goes.")
    if carried.holder_id == holder_id and carried.position_id is not None:
        return _move(moving, carried.position_id)
    holder = container_seen_by(moving.actor, holder_id)
    if holder is None or holder.type.holds != Holds.CONTAINER:
        words = "Containers do not stand in that. Scan the rack or tank it goes into."
        return _stop(moving, Refusal("NOT_A_PLACE", words), scanned=text)
    place = next_free(holder)
    if place is None:
        words = f"{holder.name} has no free place. Choose another."
        return _stop(moving, Refusal("HOLDER_FULL", words), scanned=text)
    return MoveOutcome(
        carried=replace(carried, holder_id=holder.pk, position_id=place.pk),
        words=f"{place.label} in {holder.name} is free. Scan {holder.name} once more to move it.",
    )


def _move(moving: Moving, position_id: int) -> MoveOutcome:
    try:
        moved = move_container(
            container_id=moving.container.pk,
            to_position_id=position_id,
            attribution=moving.attribution,
            at=moving.at,
        )
    except DomainError as error:
        return MoveOutcome(
            carried=replace(moving.carried, position_id=None),
            refusals=tuple(error.refusals),
            status=error.http_status,
        )
    return MoveOutcome(
        carried=Carried(),
        is_done=True,
        words="Moved:",
        code=moved.code,
        detail=breadcrumb(lineages([moved])[moved.pk]),
    )


def _stop(
    moving: Moving, refusal: Refusal, *, expected: str = "", scanned: str = ""
) -> MoveOutcome:
    """Stop at a scan that does not belong here, and keep the attempt (URS-29)."""
    record_refusal(
        action=Action.MOVE_CONTAINER,
        error=DomainError([refusal]),
        actor=moving.actor,
        device=moving.attribution.device,
        request_id=moving.attribution.request_id,
        subject={"container": moving.container.code, "expected": expected, "scanned": scanned},
    )
    return MoveOutcome(
        carried=moving.carried,
        refusals=(refusal,),
        expected=expected,
        scanned=scanned,
        status=409,
    )


@dataclass(frozen=True, kw_only=True)
class MoveScreen:
    """What stands below the field: where it is, what to do now, and the destination's map."""

    instruction: str
    place: str
    map: BoxMap | None


def move_screen(moving: Moving) -> MoveScreen:
    """Read what the screen shows after the last scan."""
    carried, own = moving.carried, moving.container
    holder = None
    if carried.holder_id is not None:
        holder = container_seen_by(moving.actor, carried.holder_id)
    box_map = None
    if holder is not None:
        places = places_of(holder, seen_by=moving.actor, at=moving.at)
        box_map = map_of(holder, places, next_id=carried.position_id, choice_name="position")
    instruction = f"Scan {own.name} itself."
    if carried.container_id is not None:
        instruction = "Scan where it goes." if holder is None else f"Scan {holder.name} once more."
    return MoveScreen(
        instruction=instruction,
        place=breadcrumb(lineages([own])[own.pk]),
        map=box_map,
    )


def move_field(container: Container) -> ScanField:
    """Give the one field of the screen."""
    return ScanField(
        url=reverse("storage:move", args=[container.pk]),
        label=f"Scan {container.name}, then where it goes",
        target="#scan-result",
        hint="The destination twice: to see its places, then to move. Or the code of the place.",
    )
