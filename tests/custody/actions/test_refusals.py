"""What each action refuses of vials in hand and of retrievals; a refused one changes nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from audit.errors import Busy, NotFound
from custody import claimed
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.claim_vials import claim_vials
from custody.actions.confirm_arrival import confirm_arrival
from custody.actions.consume_vials import consume_vials
from custody.actions.discard_vials import discard_vials
from custody.actions.hand_over_retrieval import hand_over_retrieval
from custody.actions.place_hold import place_hold
from custody.actions.receive_batch import receive_batch
from custody.actions.record_administration import record_administration
from custody.actions.release_claim import release_claim
from custody.actions.report_missing import report_missing
from custody.actions.return_vials import return_vials
from custody.actions.scan_pick import scan_pick
from custody.actions.transfer_vials import transfer_vials
from custody.actions.witness_pick import witness_pick
from custody.models import CustodyEvent, EventKind, HoldScope, Outcome, RetrievalStatus
from inventory.models import Custody, Purpose, Quality, Vial
from tests.custody.actions.evidence import refused
from tests.custody.actions.ways import NURSE, RECEIVER, decided, handed_over, keys
from tests.custody.retrievals import (
    claimed_retrieval,
    order_for,
    picked_retrieval,
    request,
    requested_retrieval,
    scanned_retrieval,
)
from tests.factories.inventory import BatchFactory, StabilityLimitsFactory
from tests.orders import Orders
from tests.world import NOON, World, fresh

LATER = NOON + timedelta(days=2000)


def hold(world: World, vial: Vial) -> None:
    """Hold one vial."""
    place_hold(scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON)


@pytest.mark.urs("URS-89", "URS-95", "URS-96")
def test_receiving_refuses_what_does_not_agree_with_the_announcement(world: World) -> None:
    vials, other = world.expected(2), world.expected()
    batch = vials[0].batch
    StabilityLimitsFactory.create(
        product=batch.product,
        version=2,
        effective_at=LATER,
        warmest_allowed_celsius=Decimal("-200.0"),
    )
    good = world.inspection(2)
    alone, two = world.signs(world.technician), world.signs(world.technician, world.witness)
    poor = replace(good, seal_intact=False, labels_legible=False, arrival_celsius=Decimal("-20"))

    for named, found, intent, codes in (
        (vials, good, alone, ["SECOND_PERSON_MISSING"]),
        (vials[:1], good, two, ["COUNT_DIFFERS"]),
        ([vials[0], *other], good, two, ["OTHER_BATCH"]),
        (vials, poor, two, ["SEAL_BROKEN", "LABELS_ILLEGIBLE", "TOO_WARM"]),
    ):
        with refused(*codes):
            receive_batch(
                batch_id=batch.pk, vial_ids=keys(named), inspection=found, intent=intent, at=NOON
            )
    with refused("UNKNOWN_BATCH", by=NotFound):
        receive_batch(batch_id=0, vial_ids=keys(vials), inspection=good, intent=two, at=NOON)
    receive_batch(
        batch_id=batch.pk,
        vial_ids=keys(vials),
        inspection=replace(poor, outcome=Outcome.QUARANTINED),
        intent=two,
        at=NOON,
    )
    assert {vial.quality for vial in fresh(vials)} == {Quality.QUARANTINE}
    with refused("WRONG_CUSTODY", "WRONG_CUSTODY"):
        receive_batch(batch_id=batch.pk, vial_ids=keys(vials), inspection=good, intent=two, at=NOON)


@pytest.mark.urs("URS-31", "URS-32")
def test_checking_out_refuses_one_person_what_is_claimed_and_what_is_not_stored(
    world: World,
) -> None:
    _, promised = claimed_retrieval(world)
    stored, received = world.stored()[0], world.received()[0]
    two = world.signs(world.technician, world.witness)

    for vials, intent, code in (
        ([stored], world.signs(world.technician), "SECOND_PERSON_MISSING"),
        ([stored, promised], two, "CLAIMED"),
        ([stored, received], two, "WRONG_CUSTODY"),
        ([handed_over(world, NURSE)], two, "WRONG_CUSTODY"),
    ):
        with refused(code):
            check_out_vials(
                vial_ids=keys(vials), purpose=InternalPurpose.QC, intent=intent, at=NOON
            )


@pytest.mark.urs("URS-99", "URS-103")
def test_transferring_refuses_what_may_not_leave(world: World) -> None:
    good, held = world.checked_out(world.released(2))
    raw = world.checked_out(world.stored())[0]
    stored = world.released()[0]
    _, promised = picked_retrieval(world)
    hold(world, held)
    two_leads = world.signs(world.supervisor, world.witness)

    for vials, at, alone, codes in (
        ([good], NOON, True, ["SECOND_PERSON_MISSING"]),
        ([good, held], NOON, False, ["ON_HOLD"]),
        ([good, raw], NOON, False, ["NOT_RELEASED"]),
        ([good], LATER, False, ["EXPIRED"]),
        ([stored, good], NOON, False, ["WRONG_CUSTODY"]),
        ([good, promised], NOON, False, ["CLAIMED"]),
    ):
        with refused(*codes):
            transfer_vials(
                vial_ids=keys(vials),
                receiver="Partner",
                intent=replace(two_leads, second=None) if alone else two_leads,
                at=at,
            )
    rejected = decided(world, [raw], Quality.REJECTED)
    with refused("NOT_RELEASED"):
        transfer_vials(
            vial_ids=keys(rejected),
            receiver="Partner",
            in_quarantine=True,
            intent=two_leads,
            at=NOON,
        )


@pytest.mark.urs("URS-99")
def test_ships_in_quarantine_under_that_statement(world: World) -> None:
    raw = world.checked_out(world.stored())[0]

    event = transfer_vials(
        vial_ids=[raw.pk],
        receiver="Partner",
        in_quarantine=True,
        intent=world.signs(world.supervisor, world.witness),
        at=NOON,
    )[0]

    assert event.details == {"receiver": "Partner", "in_quarantine": True}
    assert fresh([raw])[0].custody == Custody.TRANSFERRED


@pytest.mark.urs("URS-91")
def test_an_end_needs_the_right_vial_and_comes_once(world: World) -> None:
    dose = world.checked_out(world.released())[0]
    stored = world.stored(purpose=Purpose.QC)[0]
    ended = handed_over(world, NURSE)
    one, two = world.signs(world.technician), world.signs(world.technician, world.witness)
    record_administration(vial_ids=[ended.pk], reference="EMR-1", intent=one, at=NOON)

    with refused("NOT_A_SAMPLE"):
        consume_vials(vial_ids=[dose.pk], test="Sterility", intent=one, at=NOON)
    with refused("WRONG_CUSTODY"):
        consume_vials(vial_ids=[stored.pk], test="Sterility", intent=one, at=NOON)
    with refused("SECOND_PERSON_MISSING", "DISCARD_NOT_APPROVED"):
        discard_vials(vial_ids=[dose.pk], method="fire", manifest="W", intent=one, at=NOON)
    with refused("VIAL_GONE", "DISCARD_NOT_APPROVED"):
        discard_vials(vial_ids=[ended.pk], method="fire", manifest="W", intent=two, at=NOON)
    with refused("WRONG_CUSTODY"):
        record_administration(vial_ids=[dose.pk], reference="EMR-2", intent=one, at=NOON)
    with refused("NOT_IN_TRANSIT"):
        confirm_arrival(
            vial_ids=[dose.pk], receiver="N", arrival_celsius="-170", intent=one, at=NOON
        )
    with refused("VIAL_GONE"):
        return_vials(vial_ids=[ended.pk], condition="sealed", intent=one, at=NOON)
    with refused("VIAL_GONE"):
        report_missing(vial_ids=[stored.pk, ended.pk], searched="all", intent=one, at=NOON)
    with refused("UNKNOWN_VIAL", by=NotFound):
        report_missing(vial_ids=[], searched="all", intent=one, at=NOON)


@pytest.mark.urs("URS-102")
def test_what_returns_is_in_quarantine(world: World) -> None:
    vial = handed_over(world)
    assert vial.quality == Quality.RELEASED

    return_vials(
        vial_ids=[vial.pk], condition="sealed", intent=world.signs(world.technician), at=NOON
    )

    assert fresh([vial])[0].quality == Quality.QUARANTINE


@pytest.mark.urs("URS-102")
def test_what_was_supplied_out_of_specification_returns_into_quarantine(world: World) -> None:
    supplied = decided(world, world.stored(), Quality.OOS_SUPPLY)
    Orders(world).handed_over(supplied)

    return_vials(
        vial_ids=keys(supplied), condition="sealed", intent=world.signs(world.technician), at=NOON
    )

    assert fresh(supplied)[0].quality == Quality.QUARANTINE


@pytest.mark.urs("URS-102")
def test_what_is_recalled_stays_recalled_when_it_returns(world: World) -> None:
    vial = handed_over(world)
    place_hold(
        scope=HoldScope.VIALS,
        subject=vial.code,
        intent=world.signs(world.qa),
        at=NOON,
        is_recall=True,
    )

    return_vials(
        vial_ids=[vial.pk], condition="sealed", intent=world.signs(world.technician), at=NOON
    )

    assert fresh([vial])[0].quality == Quality.RECALLED


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

    with refused("WRONG_PATIENT", "WRONG_PRODUCT"):
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

    with refused("WRONG_PATIENT"):
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
    with refused("EXPIRED"):
        hand_over(at=LATER)
    with refused("STILL_OUT"):
        release_claim(retrieval_id=retrieval.pk, attribution=world.says(world.qa), at=NOON)
    hold(world, vial)
    with refused("ON_HOLD"):
        hand_over()
