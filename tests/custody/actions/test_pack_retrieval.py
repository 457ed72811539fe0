"""Packing: one shipper for one order of one patient, by the two who picked it."""

from typing import Any

import pytest

from audit.errors import NotFound
from audit.models import RefusedAttempt, Signature
from custody.actions.hand_over_retrieval import hand_over_retrieval
from custody.actions.pack_retrieval import pack_retrieval
from custody.actions.place_hold import place_hold
from custody.actions.put_back_vials import put_back_vials
from custody.actions.release_claim import release_claim
from custody.models import CustodyEvent, EventKind, HeldVial, Hold, HoldScope, Retrieval
from inventory.models import Custody, Position, Vial
from sop.models import Deviation
from tests.custody.actions.evidence import mixed_up, refused
from tests.custody.actions.ways import RECEIVER, placements
from tests.custody.racing import drop, race
from tests.custody.retrievals import claimed_retrieval, picked_retrieval
from tests.factories.inventory import BatchFactory
from tests.factories.procedures import FOLLOWED
from tests.world import NOON, World, fresh


def pack(world: World, order: Retrieval, *codes: str, **changed: Any) -> list[CustodyEvent]:
    """Pack for an order, by technician and witness."""
    facts: dict[str, Any] = {
        "shipper": "DS-7",
        "seal_number": "S-1",
        "intent": world.signs(world.technician, world.witness),
        "at": NOON,
    }
    return pack_retrieval(retrieval_id=order.pk, codes=codes, **{**facts, **changed})


@pytest.mark.urs("URS-29", "URS-31", "URS-89")
def test_packs_what_was_picked_with_shipper_and_seal_on_record(world: World) -> None:
    order, vial = picked_retrieval(world)

    event = pack(world, order, vial.code, shipper="  DS-7 ")[0]

    assert fresh([vial])[0].custody == Custody.PACKED
    assert (event.expected_code, event.scanned_code) == (vial.code, vial.code)
    assert event.details == {
        "order": order.order_number,
        "shipper": "DS-7",
        "seal_number": "S-1",
        "seconds_out": 0,  # by the clock of the test, it was packed before it left
        **FOLLOWED,
    }
    order.refresh_from_db()
    assert order.shipper == "DS-7"


@pytest.mark.urs("URS-29", "URS-89", "URS-113")
def test_a_vial_of_another_patient_stops_everything_and_is_kept_with_both_identities(
    world: World,
) -> None:
    order, mine = picked_retrieval(world)
    _, others = picked_retrieval(world)
    assert mine.therapy is not None
    assert others.therapy is not None

    for _ in range(2):
        with mixed_up("WRONG_PATIENT", "WRONG_PRODUCT"):
            pack(world, order, mine.code, others.code)

    deviation = Deviation.objects.get()
    assert {row.vial for row in deviation.vials.all()} == {mine, others}
    assert deviation.what_happened.count("the packing for") == 2
    assert [row.vial for row in HeldVial.objects.open()] == [others]
    assert not Signature.objects.filter(record_table=Hold._meta.db_table).exists()
    assert {vial.custody for vial in fresh([mine, others])} == {Custody.CHECKED_OUT}
    kept = RefusedAttempt.objects.latest("id").subject
    assert kept["expected"] == [mine.code]
    assert kept["scanned"] == [mine.code, others.code]
    assert kept["expected_therapy"] == mine.therapy.coi
    assert kept["scanned_therapies"] == sorted([mine.therapy.coi, others.therapy.coi])


@pytest.mark.urs("URS-89")
def test_takes_only_what_is_claimed_for_the_order_and_all_of_it(world: World) -> None:
    order, vial = picked_retrieval(world)
    unclaimed = world.checked_out(world.released(1, vial.batch))[0]
    stranger = world.expected(batch=BatchFactory.create())[0]

    for named, codes in (
        ([vial, unclaimed], ["WRONG_VIAL"]),
        ([unclaimed], ["WRONG_VIAL", "NOT_SCANNED"]),
        ([], ["NOT_SCANNED"]),
    ):
        with refused(*codes):
            pack(world, order, *(row.code for row in named))
    with mixed_up("WRONG_PATIENT"):
        pack(world, order, vial.code, stranger.code)
    with refused("UNKNOWN_CODE"):
        pack(world, order, vial.code, "NOTHING")


@pytest.mark.urs("URS-31")
def test_only_the_two_who_picked_it_pack_it(world: World) -> None:
    order, vial = picked_retrieval(world)

    for first, second, code in (
        (world.technician, None, "SECOND_PERSON_MISSING"),
        (world.technician, world.supervisor, "NOT_AT_THIS_PICK"),
        (world.supervisor, world.witness, "NOT_AT_THIS_PICK"),
    ):
        with refused(code):
            pack(world, order, vial.code, intent=world.signs(first, second))

    pack(world, order, vial.code, intent=world.signs(world.witness, world.technician))


@pytest.mark.urs("URS-99", "URS-103")
def test_refuses_what_is_not_picked_named_or_fit_to_leave(world: World) -> None:
    early, claimed = claimed_retrieval(world)
    order, vial = picked_retrieval(world)

    with refused("NOT_PICKED", "WRONG_CUSTODY"):
        pack(world, early, claimed.code)
    with refused("SHIPPER_UNKNOWN"):
        pack(world, order, vial.code, seal_number=" ")
    with refused("EXPIRED", "EXPOSURE_EXCEEDED"):
        pack(world, order, vial.code, at=vial.expires_at)
    with refused("UNKNOWN_RETRIEVAL", by=NotFound):
        pack_retrieval(
            retrieval_id=0,
            codes=[vial.code],
            shipper="DS-7",
            seal_number="S-1",
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )
    place_hold(scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON)
    with refused("ON_HOLD"):
        pack(world, order, vial.code)


@pytest.mark.urs("URS-89")
def test_a_shipper_carries_no_second_order_until_the_first_has_left(world: World) -> None:
    first, mine = picked_retrieval(world)
    second, others = picked_retrieval(world)
    pack(world, first, mine.code)

    with refused("SHIPPER_TAKEN"):
        pack(world, second, others.code, shipper="ds-7")
    hand_over_retrieval(
        retrieval_id=first.pk,
        receiver=RECEIVER,
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )

    pack(world, second, others.code, shipper="ds-7")


@pytest.mark.urs("URS-115")
def test_what_was_packed_and_then_held_goes_back_into_storage(world: World) -> None:
    order, vial = picked_retrieval(world)
    pack(world, order, vial.code)
    place_hold(scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON)
    says = world.says(world.technician)

    with refused("STILL_OUT"):
        release_claim(retrieval_id=order.pk, attribution=says, at=NOON)
    event = put_back_vials(
        placements=placements(world.other_box, [vial]), attribution=says, at=NOON
    )[0]

    assert Retrieval.objects.get(pk=order.pk).status == "requested"
    assert "seconds_out" in event.details
    assert fresh([vial])[0].custody == Custody.IN_STORAGE
    assert not Position.objects.filter(reserved_for=vial).exists()
    assert Retrieval.objects.get(pk=order.pk).shipper == ""


def two_orders(world: World) -> tuple[Any, Any, list[Vial]]:
    """Two orders of two patients, packed into one shipper."""
    (first, mine), (second, others) = picked_retrieval(world), picked_retrieval(world)
    return (
        lambda: pack(world, first, mine.code),
        lambda: pack(world, second, others.code),
        [mine, others],
    )


MEETING = "custody.actions.pack_retrieval.snapshot"


@pytest.mark.urs("URS-32", "URS-89")
def test_of_two_orders_in_one_instant_one_gets_the_shipper(committed_world: World) -> None:
    first, second, vials = two_orders(committed_world)

    outcomes = race(first, second, meet_in=MEETING)

    assert [outcome.codes for outcome in outcomes if outcome.error] == [["SHIPPER_TAKEN"]]
    packed = CustodyEvent.objects.filter(kind=EventKind.PACKED)
    assert packed.count() == 1
    assert sorted(vial.custody for vial in fresh(vials)) == [Custody.CHECKED_OUT, Custody.PACKED]


def test_without_the_constraint_two_patients_share_a_shipper(committed_world: World) -> None:
    first, second, vials = two_orders(committed_world)
    drop("custody_retrieval", "custody_one_order_per_shipper")

    outcomes = race(first, second, meet_in=MEETING)
    shared = Retrieval.objects.filter(shipper="DS-7").count()

    assert not [outcome.error for outcome in outcomes if outcome.error]
    assert shared == 2
    assert {vial.custody for vial in fresh(vials)} == {Custody.PACKED}
