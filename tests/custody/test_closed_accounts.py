"""When an account is closed, what its person held and had not taken out is everybody's again."""

import pytest

from accounts.actions.deactivate_person import deactivate_person
from accounts.models import Person
from custody.actions.claim_vials import claim_vials
from custody.actions.scan_pick import scan_pick
from custody.actions.witness_pick import witness_pick
from custody.models import Claim, EventKind, Retrieval, RetrievalStatus
from custody.queries.desk import desk_of
from inventory.models import Vial
from tests.custody.retrievals import claimed_retrieval, requested_retrieval
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-17", "URS-32")


def close(world: World, person: Person) -> None:
    """Have an administrator close an account."""
    deactivate_person(person_id=person.pk, intent=world.signs(world.admin))


def claim(world: World, retrieval: Retrieval, vial: Vial, by: Person) -> None:
    """Have somebody claim the vial."""
    claim_vials(retrieval_id=retrieval.pk, vial_ids=[vial.pk], attribution=world.says(by), at=NOON)


def test_an_order_returns_to_the_queue_with_its_event_in_the_ledger(world: World) -> None:
    retrieval, vial = claimed_retrieval(world)

    close(world, world.technician)

    retrieval.refresh_from_db()
    assert (retrieval.status, retrieval.claimed_by) == (RetrievalStatus.REQUESTED, None)
    assert not Claim.objects.open().exists()
    event = vial.events.latest("seq")
    assert event.kind == EventKind.CLAIM_RELEASED
    assert event.actor_id == world.admin.pk
    assert "was closed" in event.reason
    claim(world, retrieval, vial, world.supervisor)


def test_a_pick_whose_witness_left_begins_anew(world: World) -> None:
    retrieval, vial = claimed_retrieval(world)
    witness_pick(retrieval_id=retrieval.pk, intent=world.signs(world.witness))
    scan_pick(
        retrieval_id=retrieval.pk,
        code=vial.code,
        attribution=world.says(world.technician),
        at=NOON,
    )

    close(world, world.witness)

    retrieval.refresh_from_db()
    assert (retrieval.status, retrieval.witness) == (RetrievalStatus.REQUESTED, None)


def test_nothing_of_somebody_else_is_touched(world: World) -> None:
    retrieval, _ = claimed_retrieval(world)
    requested_retrieval(world, world.released()[0])

    close(world, world.witness)

    retrieval.refresh_from_db()
    assert retrieval.claimed_by == world.technician


def test_vials_in_hand_wait_for_somebody_to_take_them_over(world: World) -> None:
    [vial] = world.checked_out(world.stored())

    close(world, world.technician)

    [line] = desk_of(world.supervisor).out
    assert line.code == vial.code
    assert line.custodian.endswith("(account closed: take it over)")
