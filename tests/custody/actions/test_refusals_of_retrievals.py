"""What claiming, picking and handing over an order refuse; a refused one changes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from audit.errors import Busy, NotFound
from custody import claimed
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.claim_vials import claim_vials
from custody.actions.hand_over_retrieval import hand_over_retrieval
from custody.actions.release_claim import release_claim
from custody.actions.scan_pick import scan_pick
from custody.actions.witness_pick import witness_pick
from custody.models import CustodyEvent, EventKind, RetrievalStatus
from inventory.models import Purpose, Vial
from tests.custody.actions.evidence import mixed_up, refused
from tests.custody.actions.ways import RECEIVER, hold, keys
from tests.custody.retrievals import (
    claimed_retrieval,
    order_for,
    picked_retrieval,
    request,
    requested_retrieval,
    scanned_retrieval,
)
from tests.factories.inventory import BatchFactory
from tests.world import NOON, World

LATER = NOON + timedelta(days=2000)


@pytest.mark.urs("URS-32", "URS-89", "URS-96", "URS-100", "URS-103")
def test_claiming_refuses_whatever_may_not_be_promised(world: World) -> None:
    batch = world.batch()
    mine, held, spare = world.released(3, batch)
    raw, others = world.stored(1, batch)[0], world.released()[0]
    out = world.checked_out(world.released(1, batch))[0]
    hold(world, held)
    retrieval, second = requested_retrieval(world, mine), requested_retrieval(world, mine)

    def claim(*vials: Vial, at: object = NOON, key: int = retrieval.pk) -> None:
        claim_vials(
            retrieval_id=key,
            vial_ids=keys(vials),
            attribution=world.says(world.technician),
            at=at,  # type: ignore[arg-type] # a time
        )

    for vials, codes in (
        ([mine, spare], ["WRONG_COUNT"]),
        ([held], ["ON_HOLD"]),
        ([raw], ["NOT_RELEASED"]),
        ([out], ["NOT_STORED"]),
        ([others], ["WRONG_PATIENT", "WRONG_PRODUCT"]),
    ):
        with refused(*codes):
            claim(*vials)
    with refused("EXPIRED"):
        claim(mine, at=LATER)
    with refused("UNKNOWN_RETRIEVAL", by=NotFound):
        claim(mine, key=0)
    claim(mine)
    with refused("NOT_OPEN"):
        claim(spare)
    with refused("CLAIMED"):
        claim(mine, key=second.pk)


@pytest.mark.urs("URS-100")
def test_a_bank_is_taken_first_to_expire_first_or_with_a_reason(world: World) -> None:
    batch = world.bank()
    late = world.released(1, batch)[0]
    world.released(1, batch, expires_at=late.expires_at - timedelta(days=30))
    patient = world.released()[0].therapy
    retrieval = request(world, order_for(late, patient))
    step = {
        "retrieval_id": retrieval.pk,
        "vial_ids": [late.pk],
        "attribution": world.says(world.technician),
        "at": NOON,
    }

    with refused("NOT_FIRST_TO_EXPIRE"):
        claim_vials(**step)  # type: ignore[arg-type] # as above

    claim_vials(**step, reason_to_skip="Potency")  # type: ignore[arg-type] # as above
    retrieval.refresh_from_db()
    assert retrieval.status == RetrievalStatus.CLAIMED
    event = CustodyEvent.objects.get(vial=late, kind=EventKind.CLAIMED)
    assert event.details["reason_to_skip"] == "Potency"


@pytest.mark.urs("URS-100")
def test_a_patients_last_backup_is_taken_with_a_reason_only(world: World) -> None:
    first, last = world.released(2, purpose=Purpose.BACKUP)
    says = world.says(world.technician)

    def claim(vial: Vial, reason: str = "") -> None:
        retrieval = requested_retrieval(world, vial)
        claim_vials(
            retrieval_id=retrieval.pk,
            vial_ids=[vial.pk],
            attribution=says,
            at=NOON,
            reason_for_last=reason,
        )

    claim(first)
    retrieval = requested_retrieval(world, last)
    with refused("LAST_BACKUP"):
        claim_vials(retrieval_id=retrieval.pk, vial_ids=[last.pk], attribution=says, at=NOON)

    claim(last, "The first infusion failed")
    event = CustodyEvent.objects.get(vial=last, kind=EventKind.CLAIMED)
    assert event.details["reason_for_last"] == "The first infusion failed"


@pytest.mark.urs("URS-29", "URS-31", "URS-89")
def test_a_pick_stops_at_every_wrong_scan_and_person(world: World) -> None:
    retrieval, vial = claimed_retrieval(world)
    others = world.released()[0]
    twin = world.released(1, vial.batch)[0]

    def scan(code: str, person: object = world.technician) -> None:
        scan_pick(
            retrieval_id=retrieval.pk,
            code=code,
            attribution=world.says(person),  # type: ignore[arg-type] # people of the world
            at=NOON,
        )

    with mixed_up("WRONG_PATIENT", "WRONG_PRODUCT"):
        scan(others.code)
    with refused("WRONG_VIAL"):
        scan(twin.code)
    with refused("UNKNOWN_CODE"):
        scan("NOTHING")
    with refused("NOT_AT_THIS_PICK"):
        scan(vial.code, world.qa)
    with refused("SAME_PERSON"):
        witness_pick(retrieval_id=retrieval.pk, intent=world.signs(world.technician))
    with refused("NOT_SCANNED", "NOT_SCANNED"):
        check_out_retrieval(
            retrieval_id=retrieval.pk, intent=world.signs(world.technician, world.witness), at=NOON
        )
    scan(vial.code)
    with refused("SCANNED_ALREADY"):
        scan(vial.code)


@pytest.mark.urs("URS-89", "URS-117")
def test_a_scan_of_another_sponsors_vial_stops_and_tells_nothing_of_it(world: World) -> None:
    retrieval, _ = claimed_retrieval(world)
    stranger = world.expected(batch=BatchFactory.create())[0]

    with mixed_up("WRONG_PATIENT"):
        scan_pick(
            retrieval_id=retrieval.pk,
            code=stranger.code,
            attribution=world.says(world.technician),
            at=NOON,
        )


@pytest.mark.urs("URS-31", "URS-89", "URS-103")
def test_checking_out_a_pick_refuses_people_and_vials_that_changed(world: World) -> None:
    retrieval, vial = scanned_retrieval(world)
    two = world.signs(world.technician, world.witness)

    def check_out(intent: object = two, at: object = NOON) -> None:
        check_out_retrieval(retrieval_id=retrieval.pk, intent=intent, at=at)  # type: ignore[arg-type] # an intent and a time

    with refused("SECOND_PERSON_MISSING"):
        check_out(world.signs(world.technician))
    with refused("SIGNER_DIFFERS"):
        check_out(world.signs(world.technician, world.qa))
    with refused("NOT_CLAIMED_BY_YOU", "SIGNER_DIFFERS", "SIGNER_DIFFERS"):
        check_out(world.signs(world.supervisor, world.technician))
    with refused("EXPIRED"):
        check_out(at=LATER)
    hold(world, vial)
    with refused("ON_HOLD"):
        check_out()


def test_a_retrieval_without_claims_is_not_checked_out_handed_over_or_released(
    world: World,
) -> None:
    vial = world.released()[0]
    key = requested_retrieval(world, vial).pk
    two = world.signs(world.technician, world.witness)

    with refused("NOT_CLAIMED_BY_YOU"):
        check_out_retrieval(retrieval_id=key, intent=two, at=NOON)
    with refused("NOT_PICKED"):
        hand_over_retrieval(retrieval_id=key, receiver=RECEIVER, intent=two, at=NOON)
    with refused("NOT_CLAIMED"):
        release_claim(retrieval_id=key, attribution=world.says(world.technician), at=NOON)
    with refused("NOT_CLAIMED"):
        witness_pick(retrieval_id=key, intent=world.signs(world.witness))
    with refused("NOT_CLAIMED"):
        scan_pick(
            retrieval_id=key, code=vial.code, attribution=world.says(world.technician), at=NOON
        )
    with refused("UNKNOWN_RETRIEVAL", by=NotFound):
        hand_over_retrieval(retrieval_id=0, receiver=RECEIVER, intent=two, at=NOON)


def test_says_when_other_vials_were_claimed_while_it_waited(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    retrieval, _ = claimed_retrieval(world)
    monkeypatch.setattr(claimed, "lock_vials_with_places", lambda _: [])

    with refused("BUSY", by=Busy):
        release_claim(retrieval_id=retrieval.pk, attribution=world.says(world.qa), at=NOON)


@pytest.mark.urs("URS-89", "URS-91", "URS-99", "URS-103")
def test_handing_over_refuses_an_unknown_receiver_and_whatever_the_gate_refuses(
    world: World,
) -> None:
    retrieval, vial = picked_retrieval(world)
    two = world.signs(world.technician, world.witness)

    def hand_over(intent: object = two, receiver: object = RECEIVER, at: object = NOON) -> None:
        hand_over_retrieval(retrieval_id=retrieval.pk, receiver=receiver, intent=intent, at=at)  # type: ignore[arg-type] # as named

    with refused("SECOND_PERSON_MISSING"):
        hand_over(world.signs(world.technician))
    with refused("RECEIVER_UNKNOWN"):
        hand_over(receiver=replace(RECEIVER, identified_by=" "))
    with refused("EXPIRED", "EXPOSURE_EXCEEDED"):
        hand_over(at=LATER)
    with refused("STILL_OUT"):
        release_claim(retrieval_id=retrieval.pk, attribution=world.says(world.qa), at=NOON)
    hold(world, vial)
    with refused("ON_HOLD"):
        hand_over()
