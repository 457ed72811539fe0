"""From a donation to each container's end, and back, in one query."""

from typing import Any

import pytest

from custody.actions.record_administration import record_administration
from custody.queries.trace import trace_donation, trace_order, trace_therapy
from inventory.models import Vial
from tests.custody.actions.ways import NURSE, RECEIVER, handed_over, rejected_in_hand
from tests.factories.people import PersonFactory
from tests.world import NOON, World


@pytest.mark.urs("URS-85", "URS-90", "URS-91")
def test_follows_a_donation_to_its_consignee_and_end(
    world: World, django_assert_num_queries: Any
) -> None:
    vial = handed_over(world, NURSE)
    world.stored(1, vial.batch)
    record_administration(
        vial_ids=[vial.pk], reference="EMR-1", intent=world.signs(world.technician), at=NOON
    )

    with django_assert_num_queries(1):
        fates = trace_donation(vial.batch.donation_number, seen_by=world.qa)

    given, kept = sorted(fates, key=lambda fate: not fate.is_final)
    assert (given.code, given.disposition, given.is_final) == (vial.code, "Administered", True)
    assert given.consignee == f"{NURSE.name}, {NURSE.organisation}"
    assert given.order.startswith("SCH-")
    assert given.at is not None
    assert (kept.disposition, kept.is_final, kept.consignee, kept.at) == (
        ("In storage", False, "", None)
    )


@pytest.mark.urs("URS-88", "URS-90")
def test_leads_from_therapy_and_order_back_to_the_donation(
    world: World, django_assert_num_queries: Any
) -> None:
    vial = handed_over(world, RECEIVER)
    assert vial.therapy is not None
    order = trace_donation(vial.batch.donation_number, seen_by=world.qa)[0].order

    with django_assert_num_queries(2):
        of_therapy = trace_therapy(vial.therapy.coi, seen_by=world.qa)
        of_order = trace_order(order, seen_by=world.qa)

    assert of_therapy == of_order
    assert [fate.donation_number for fate in of_order] == [vial.batch.donation_number]
    assert of_order[0].patient == vial.therapy.patient.pseudonym


def test_tells_nothing_of_an_order_that_was_not_handed_over(world: World) -> None:
    assert trace_order("SCH-0", seen_by=world.qa) == []


def test_traces_a_vial_of_a_bank_that_nobody_was_allocated(world: World) -> None:
    vial = world.stored(1, world.bank())[0]

    fate = trace_donation(vial.batch.donation_number, seen_by=world.qa)[0]

    assert (fate.coi, fate.patient, fate.parent) == ("", "", "")


@pytest.mark.urs("URS-117")
def test_traces_nothing_for_people_of_another_program(world: World) -> None:
    vial = rejected_in_hand(world)[0]
    stranger = PersonFactory.create()

    assert Vial.objects.count() == 1
    assert trace_donation(vial.batch.donation_number, seen_by=stranger) == []
