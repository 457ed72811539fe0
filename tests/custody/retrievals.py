"""Retrievals at each stage, reached through the actions."""

from datetime import datetime, timedelta
from itertools import count

from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.claim_vials import claim_vials
from custody.actions.hand_over_retrieval import Receiver, hand_over_retrieval
from custody.actions.request_retrievals import request_retrievals
from custody.actions.scan_pick import scan_pick
from custody.actions.witness_pick import witness_pick
from custody.messages import IncomingMessage
from custody.models import Retrieval
from custody.rules.orders import Order
from inventory.models import Therapy, Vial
from tests.world import NOON, World, fresh

_numbers = count(1)


def order_for(vial: Vial, therapy: Therapy | None = None, **changed: object) -> Order:
    """Return an order for one such vial for its patient, or for the patient of `therapy`."""
    whose = therapy or vial.therapy
    assert whose is not None
    facts: dict[str, object] = {
        "number": f"SCH-{next(_numbers)}",
        "coi": whose.coi,
        "patient": whose.patient.pseudonym,
        "product_code": vial.batch.product.code,
        "purpose": vial.purpose,
        "quantity": 1,
        "needed_by": NOON + timedelta(days=3),
        "destination": "Clinic North, Infusion Unit",
    }
    return Order(**{**facts, **changed})  # type: ignore[arg-type] # facts of an order


def request(world: World, order: Order) -> Retrieval:
    """Request one order."""
    message = IncomingMessage(
        source_system="Scheduling", message_id=f"m-{order.number}", body=order.number
    )
    return request_retrievals(
        message=message,
        orders=[order],
        attribution=world.says(world.supervisor),
        at=NOON,
    )[0]


def requested_retrieval(
    world: World, vial: Vial, therapy: Therapy | None = None, *, quantity: int = 1
) -> Retrieval:
    """Return a retrieval that asks for such vials."""
    return request(world, order_for(vial, therapy, quantity=quantity))


def claimed_retrieval(world: World) -> tuple[Retrieval, Vial]:
    """Return a retrieval that the technician has claimed a released vial for."""
    vial = world.released()[0]
    retrieval = requested_retrieval(world, vial)
    claim_vials(
        retrieval_id=retrieval.pk,
        vial_ids=[vial.pk],
        attribution=world.says(world.technician),
        at=NOON,
    )
    retrieval.refresh_from_db()
    return retrieval, vial


def scanned_retrieval(world: World, at: datetime = NOON) -> tuple[Retrieval, Vial]:
    """Return a retrieval whose vial both people have scanned; it is out since then."""
    retrieval, vial = claimed_retrieval(world)
    witness_pick(retrieval_id=retrieval.pk, intent=world.signs(world.witness))
    for person in (world.technician, world.witness):
        scan_pick(retrieval_id=retrieval.pk, code=vial.code, attribution=world.says(person), at=at)
    retrieval.refresh_from_db()
    return retrieval, vial


def picked_retrieval(world: World, at: datetime = NOON) -> tuple[Retrieval, Vial]:
    """Return a retrieval whose vial is checked out."""
    retrieval, vial = scanned_retrieval(world, at)
    check_out_retrieval(
        retrieval_id=retrieval.pk, intent=world.signs(world.technician, world.witness), at=at
    )
    retrieval.refresh_from_db()
    return retrieval, fresh([vial])[0]


def picked_for_one_order(world: World, at: datetime = NOON) -> tuple[Retrieval, list[Vial]]:
    """Return a retrieval of two vials that are both checked out."""
    vials = world.released(2)
    retrieval = requested_retrieval(world, vials[0], quantity=2)
    claim_vials(
        retrieval_id=retrieval.pk,
        vial_ids=[vial.pk for vial in vials],
        attribution=world.says(world.technician),
        at=NOON,
    )
    witness_pick(retrieval_id=retrieval.pk, intent=world.signs(world.witness))
    for vial in vials:
        for person in (world.technician, world.witness):
            said = world.says(person)
            scan_pick(retrieval_id=retrieval.pk, code=vial.code, attribution=said, at=at)
    signed = world.signs(world.technician, world.witness)
    check_out_retrieval(retrieval_id=retrieval.pk, intent=signed, at=at)
    retrieval.refresh_from_db()
    return retrieval, fresh(vials)


def handed_over_retrieval(world: World) -> tuple[Retrieval, Vial]:
    """Return a retrieval whose vial the courier has."""
    retrieval, vial = picked_retrieval(world)
    hand_over_retrieval(
        retrieval_id=retrieval.pk,
        receiver=Receiver(
            name="Cora Courier", organisation="Cold Cargo", identified_by="badge", is_courier=True
        ),
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )
    retrieval.refresh_from_db()
    return retrieval, fresh([vial])[0]
