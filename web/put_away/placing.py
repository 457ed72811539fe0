"""Putting the vial in hand into a place, as a new arrival or as one that comes back."""

from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import Person
from audit.authors import Attribution
from audit.errors import DomainError
from audit.refusals import record_refusal
from custody.actions.move_vials import move_vials
from custody.actions.place_vials import place_vials
from custody.actions.put_back_vials import put_back_vials
from custody.actions.stop_mix_up import WrongVial, stop_mix_up
from custody.models import CustodyEvent
from custody.placements import Placement
from custody.queries.put_away import InHand, in_hand, suggested_place, vial_to_put_away
from inventory.models import Container, Custody, Position, Site, Vial
from sop.action import Action
from web.put_away.memory import Memory, Placed
from web.put_away.outcome import Outcome, refused, stop

BY_SCAN = "Put away by scanning"
BY_HAND = "Put away; the place was confirmed by hand, not by a scan"
MOVED_BY_SCAN = "Moved by scanning"
MOVED_BY_HAND = "Moved; the place was confirmed by hand, not by a scan"


@dataclass(frozen=True, kw_only=True)
class Putting:
    """
    One put-away at one instant: who, from where, when, and what was remembered.

    moves: the vial in hand stands in storage and is moved, instead of coming into it.
    """

    memory: Memory
    actor: Person
    attribution: Attribution
    at: datetime
    moves: bool = False


def box_of(container_id: int | None, *, actor: Person) -> Container | None:
    """Return the container with its type, where the person may see its site."""
    if container_id is None:
        return None
    rows = Container.objects.filter(pk=container_id, site__in=Site.objects.visible_to(actor))
    return rows.select_related("type", "unit").first()


def next_place(putting: Putting, held: InHand | None) -> Position | None:
    """Return the place that is suggested in the chosen box, behind the last one used."""
    memory = putting.memory
    box = box_of(memory.box_id, actor=putting.actor)
    if box is None:
        return None
    after = 0
    if memory.last is not None:
        used = Position.objects.filter(pk=memory.last.position_id, container=box)
        after = used.values_list("ordinal", flat=True).first() or 0
    return suggested_place(box, held, chosen=memory.choice, after=after)


def confirm_by_hand(putting: Putting) -> Outcome:
    """Put the vial into the suggested place without a scan of it; the ledger says so."""
    memory = putting.memory
    vial = None
    if memory.vial_id is not None:
        vial = vial_to_put_away(memory.vial_id, seen_by=putting.actor)
    if vial is None:
        return Outcome(memory=memory.without_vial(), words="Scan the next vial.")
    place = next_place(putting, in_hand(vial, at=putting.at))
    if place is None:
        return stopped(putting, stop("NO_BOX", "No box is chosen yet. Scan the box."))
    return put(putting, vial, place, scanned="")


def put(putting: Putting, vial: Vial, place: Position, *, scanned: str) -> Outcome:
    """
    Put `vial` into `place` and remember it.

    scanned: the code of the box or place; empty when it was confirmed by hand.
    """
    try:
        event = _store(putting, vial, place, scanned)
    except DomainError as error:
        return refused(
            putting.memory,
            error,
            scanned=f"{vial.code} → {place.label}",
            next_step="scan another place or box, or set the vial aside.",
        )
    placed = Placed(
        code=vial.code,
        place=event.to_place,
        label=place.label,
        position_id=place.pk,
        at=putting.at.isoformat(),
        by_hand=not scanned,
    )
    return Outcome(
        memory=putting.memory.having_placed(placed, place.container_id),
        words=f"Stored in {place.label}:",
        code=vial.code,
        detail=event.to_place,
    )


def _store(putting: Putting, vial: Vial, place: Position, scanned: str) -> CustodyEvent:
    by_scan, by_hand = (MOVED_BY_SCAN, MOVED_BY_HAND) if putting.moves else (BY_SCAN, BY_HAND)
    attribution = replace(putting.attribution, reason=by_scan if scanned else by_hand)
    placements = [
        Placement(
            vial_id=vial.pk,
            position_id=place.pk,
            scanned_vial=putting.memory.scanned,
            scanned_place=scanned,
        )
    ]
    if putting.moves:
        events = move_vials(placements=placements, attribution=attribution, at=putting.at)
    elif vial.custody in (Custody.CHECKED_OUT, Custody.RETURNED):
        events = put_back_vials(placements=placements, attribution=attribution, at=putting.at)
    else:
        events = place_vials(
            placements=placements,
            attribution=attribution,
            at=putting.at,
            expected_therapy_id=putting.memory.therapy_id,
        )
    return events[0]


def stopped(
    putting: Putting, error: DomainError, *, expected: str = "", scanned: str = ""
) -> Outcome:
    """
    Stop at a scan that does not belong here, and keep the attempt.

    Source: URS-29, a mismatch stops the step and is recorded.
    """
    memory = putting.memory
    record_refusal(
        action=Action.MOVE_VIALS if putting.moves else Action.PLACE_VIALS,
        error=error,
        actor=putting.actor,
        device=putting.attribution.device,
        request_id=putting.attribution.request_id,
        subject={"vial_in_hand": memory.scanned, "scanned": scanned, "box": memory.box_id},
    )
    return refused(memory, error, expected=expected, scanned=scanned)


def stopped_at_mix_up(putting: Putting, vial: Vial, therapy_id: int) -> Outcome:
    """
    Stop at another patient's vial; the attempt is kept with a deviation, and a hold.

    Source: URS-29, URS-113.
    """
    memory = putting.memory
    wrong = WrongVial(
        vial_id=vial.pk, therapy_id=therapy_id, vial_in_hand=memory.scanned, box_id=memory.box_id
    )
    try:
        stop_mix_up(wrong=wrong, attribution=putting.attribution, at=putting.at)
    except DomainError as error:
        return refused(memory, error, scanned=vial.code)
