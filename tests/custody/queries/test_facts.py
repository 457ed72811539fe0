"""The facts of one vial: where it is, how sure that is, and whether it may be used."""

from datetime import timedelta

import pytest

from audit.errors import NotFound
from custody.actions.place_hold import place_hold
from custody.models import HoldScope
from custody.queries.facts import facts_by_code, facts_of_vial
from custody.queries.verdicts import verdicts
from custody.queries.whereabouts import whereabouts
from tests.factories.people import PersonFactory
from tests.world import NOON, World


def test_agrees_with_the_set_based_answer(world: World) -> None:
    vials = world.released(2)
    for vial in vials:
        facts = facts_of_vial(vial.pk, seen_by=world.qa, at=NOON)

        assert facts.where == whereabouts([vial.pk])[vial.pk]
        assert facts.judgement == verdicts([vial.pk], at=NOON)[vial.pk]


def test_tells_holds_and_who_has_it(world: World) -> None:
    vial = world.checked_out(world.released())[0]
    place_hold(scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON)

    facts = facts_of_vial(vial.pk, seen_by=world.qa, at=NOON + timedelta(minutes=3))

    assert [hold.subject for hold in facts.holds] == [vial.code]
    assert facts.where.custodian == world.technician.full_name
    assert facts.where.last_sighting is not None
    assert facts.claim is None


def test_finds_a_vial_by_its_code(world: World) -> None:
    vial = world.stored()[0]

    found = facts_by_code(vial.code, seen_by=world.qa, at=NOON)

    assert found is not None
    assert found.vial == vial


@pytest.mark.urs("URS-117")
def test_shows_nothing_to_people_of_another_program(world: World) -> None:
    vial = world.stored()[0]
    stranger = PersonFactory.create()

    assert facts_by_code(vial.code, seen_by=stranger, at=NOON) is None
    with pytest.raises(NotFound):
        facts_of_vial(vial.pk, seen_by=stranger, at=NOON)


def test_asks_the_database_three_times(world: World, django_assert_num_queries: object) -> None:
    vial = world.stored()[0]

    with django_assert_num_queries(3):  # type: ignore[operator]  # pytest-django's fixture
        facts_of_vial(vial.pk, seen_by=world.qa, at=NOON)
