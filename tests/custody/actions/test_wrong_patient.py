"""Another patient's vial at a pick: a hard stop that nobody can get past, and that QA reads."""

import pytest

from audit.models import RefusedAttempt
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.scan_pick import scan_pick
from custody.actions.witness_pick import witness_pick
from custody.models import CustodyEvent, PickScan, RetrievalStatus
from inventory.models import Custody
from tests.custody.actions.evidence import refused
from tests.custody.retrievals import claimed_retrieval
from tests.world import NOON, World, fresh


@pytest.mark.urs("URS-29", "URS-31", "URS-89", "URS-113")
@pytest.mark.parametrize("second", ["witness", "supervisor", "qa", "release"])
def test_neither_of_the_two_gets_another_patients_vial_out(world: World, second: str) -> None:
    order, mine = claimed_retrieval(world)
    others = world.released()[0]
    looks_on = getattr(world, second)
    witness_pick(retrieval_id=order.pk, intent=world.signs(looks_on))
    events = CustodyEvent.objects.filter(vial=others).count()

    for person in (world.technician, looks_on):
        for _ in range(2):
            with refused("WRONG_PATIENT", "WRONG_PRODUCT"):
                scan_pick(
                    retrieval_id=order.pk,
                    code=others.code,
                    attribution=world.says(person),
                    at=NOON,
                )
    with refused("NOT_SCANNED", "NOT_SCANNED"):
        check_out_retrieval(
            retrieval_id=order.pk, intent=world.signs(world.technician, looks_on), at=NOON
        )

    assert not PickScan.objects.exists()
    assert {vial.custody for vial in fresh([mine, others])} == {Custody.IN_STORAGE}
    assert CustodyEvent.objects.filter(vial=others).count() == events


@pytest.mark.urs("URS-29", "URS-113")
def test_both_chains_of_identity_are_kept_with_who_scanned_what(world: World) -> None:
    order, mine = claimed_retrieval(world)
    others = world.released()[0]
    assert mine.therapy is not None
    assert others.therapy is not None

    with refused("WRONG_PATIENT", "WRONG_PRODUCT"):
        scan_pick(
            retrieval_id=order.pk,
            code=others.code,
            attribution=world.says(world.technician),
            at=NOON,
        )

    kept = RefusedAttempt.objects.get()
    assert kept.actor == world.technician
    assert kept.subject == {
        "retrieval": order.order_number,
        "expected": [mine.code],
        "expected_therapy": mine.therapy.coi,
        "scanned": others.code,
        "scanned_therapies": [others.therapy.coi],
    }


@pytest.mark.urs("URS-29")
def test_the_right_vial_goes_on_after_the_stop(world: World) -> None:
    order, mine = claimed_retrieval(world)
    others = world.released()[0]
    witness_pick(retrieval_id=order.pk, intent=world.signs(world.witness))
    with refused("WRONG_PATIENT", "WRONG_PRODUCT"):
        scan_pick(
            retrieval_id=order.pk,
            code=others.code,
            attribution=world.says(world.technician),
            at=NOON,
        )

    for person in (world.technician, world.witness):
        scan_pick(retrieval_id=order.pk, code=mine.code, attribution=world.says(person), at=NOON)
    check_out_retrieval(
        retrieval_id=order.pk, intent=world.signs(world.technician, world.witness), at=NOON
    )

    order.refresh_from_db()
    assert order.status == RetrievalStatus.PICKED
