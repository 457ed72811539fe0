"""Further ways by which vials come to be where an action needs them."""

from collections.abc import Sequence

from audit.models import Meaning
from custody.actions.decide_quality import decide_quality
from custody.actions.hand_over_retrieval import Receiver, hand_over_retrieval
from custody.actions.place_hold import place_hold
from custody.actions.report_missing import report_missing
from custody.models import HoldScope
from custody.placements import Placement
from inventory.models import Container, Position, Quality, Vial
from tests.custody.retrievals import picked_retrieval
from tests.world import NOON, World, fresh

RECEIVER = Receiver(
    name="Cora Courier", organisation="Cryo Wheels", identified_by="badge 7", is_courier=True
)
NURSE = Receiver(
    name="Nora Nurse", organisation="Clinic North", identified_by="badge 9", is_courier=False
)


def keys(vials: Sequence[Vial]) -> list[int]:
    """Return the keys."""
    return [vial.pk for vial in vials]


def placements(box: Container, vials: Sequence[Vial]) -> list[Placement]:
    """Return one free place of `box` for each vial, from the end of the box."""
    free = Position.objects.filter(
        container=box, vials__isnull=True, reserved_for__isnull=True, condition="in_service"
    )
    return [
        Placement(
            vial_id=vial.pk,
            position_id=position.pk,
            scanned_vial=vial.code,
            scanned_place=f"{box.code}/{position.label}",
        )
        for vial, position in zip(vials, free.order_by("-ordinal"), strict=False)
    ]


def handed_over(world: World, receiver: Receiver = RECEIVER) -> Vial:
    """Return a vial that a courier carries, or that the clinic has."""
    retrieval, vial = picked_retrieval(world)
    hand_over_retrieval(
        retrieval_id=retrieval.pk,
        receiver=receiver,
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )
    return fresh([vial])[0]


def missing(world: World, count: int = 1) -> list[Vial]:
    """Return released vials that were reported missing."""
    vials = world.released(count)
    report_missing(
        vial_ids=keys(vials), searched="whole tank", intent=world.signs(world.technician), at=NOON
    )
    return fresh(vials)


def decided(world: World, vials: Sequence[Vial], decision: Quality) -> list[Vial]:
    """Return the vials after QA has decided so."""
    by = world.qa if decision in {Quality.REJECTED, Quality.QUARANTINE} else world.release
    decide_quality(
        vial_ids=keys(vials),
        decision=decision,
        evidence="Report 7",
        intent=world.signs(by, meaning=Meaning.APPROVED),
        at=NOON,
    )
    return fresh(vials)


def rejected_in_hand(world: World, count: int = 1) -> list[Vial]:
    """Return rejected vials in the technician's hands."""
    return world.checked_out(decided(world, world.stored(count), Quality.REJECTED))


def hold(world: World, vial: Vial) -> None:
    """Hold one vial."""
    place_hold(scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON)
