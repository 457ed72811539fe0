"""What receiving, and each way out of storage, refuses; a refused one changes nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from audit.errors import NotFound
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.confirm_arrival import confirm_arrival
from custody.actions.consume_vials import consume_vials
from custody.actions.discard_vials import discard_vials
from custody.actions.place_hold import place_hold
from custody.actions.receive_batch import receive_batch
from custody.actions.record_administration import record_administration
from custody.actions.report_missing import report_missing
from custody.actions.return_vials import return_vials
from custody.actions.transfer_vials import transfer_vials
from custody.models import HoldScope, Outcome
from inventory.models import Custody, Purpose, Quality
from tests.custody.actions.evidence import refused
from tests.custody.actions.ways import NURSE, decided, handed_over, hold, keys
from tests.custody.retrievals import (
    claimed_retrieval,
    picked_retrieval,
)
from tests.factories.inventory import StabilityLimitsFactory
from tests.factories.procedures import FOLLOWED
from tests.orders import Orders
from tests.world import NOON, World, fresh

LATER = NOON + timedelta(days=2000)


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
        ([good], LATER, False, ["EXPIRED", "EXPOSURE_EXCEEDED"]),
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

    assert event.details == {"receiver": "Partner", "in_quarantine": True, **FOLLOWED}
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
