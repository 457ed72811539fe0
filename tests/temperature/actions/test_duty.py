"""The rota: who is on call when, one of each order, and where nobody is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from audit.changes import machine_change
from audit.errors import NotFound
from inventory.models import Site
from temperature.actions.end_duty import end_duty
from temperature.actions.put_on_call import put_on_call
from temperature.actions.set_contact import set_contact
from temperature.models import ChannelKind, OnCall
from temperature.queries.duty import on_call_at, rotas
from temperature.rules.duty import Span
from tests.custody.racing import race
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.temperature.actions.test_channels import registered
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-110")

DAY = timedelta(days=1)


def on_call(world: World, **said: Any) -> OnCall:
    """Put the supervisor on call for a day, as QA."""
    plain: dict[str, Any] = {
        "site_id": world.site.pk,
        "person_id": world.supervisor.pk,
        "order": 1,
        "begins_at": NOON,
        "ends_at": NOON + DAY,
        "intent": world.signs(world.qa),
        "at": NOON,
    }
    return put_on_call(**(plain | said))


def test_puts_people_on_call_one_of_each_order_at_a_time(world: World) -> None:
    registered(world)
    duty = on_call(world)

    assert_signed_and_kept(duty, action="put_on_call")
    with refused("ORDER_TAKEN"):
        on_call(world, person_id=world.qa.pk, begins_at=NOON + DAY / 2, ends_at=NOON + 2 * DAY)
    second = on_call(world, person_id=world.qa.pk, order=2)
    later = on_call(world, person_id=world.qa.pk, begins_at=NOON + DAY, ends_at=NOON + 2 * DAY)
    assert list(on_call_at(world.site.pk, NOON)) == [duty, second]
    assert list(on_call_at(world.site.pk, NOON + DAY)) == [later]

    ended = end_duty(duty_id=duty.pk, intent=world.signs(world.qa), at=NOON + DAY / 4)
    end_duty(duty_id=later.pk, intent=world.signs(world.qa), at=NOON + DAY / 4)

    assert_signed_and_kept(ended, action="end_duty")
    assert list(on_call_at(world.site.pk, NOON + DAY / 2)) == [second]
    assert list(on_call_at(world.site.pk, NOON + DAY)) == []
    with pytest.raises(NotFound):
        end_duty(duty_id=later.pk, intent=world.signs(world.qa), at=NOON)
    [rota] = rotas(Site.objects.filter(pk=world.site.pk), at=NOON + DAY / 2)
    assert rota.duties == [second]
    assert rota.uncovered == [Span(NOON + DAY, NOON + DAY / 2 + 14 * DAY)]


def test_the_database_refuses_an_overlap_by_itself(world: World) -> None:
    registered(world)
    duty = on_call(world)

    with (
        pytest.raises(IntegrityError, match="temperature_one_person_on_call_for_an_order"),
        machine_change("test", action="set_up", reason="Around the rules"),
    ):
        OnCall(site=duty.site, person=world.qa, order=1, begins_at=NOON, ends_at=NOON + DAY).save(
            force_insert=True
        )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"order": 0}, "ORDER_OUT_OF_BOUNDS"),
        ({"ends_at": NOON - DAY}, "ENDS_BEFORE_IT_BEGINS"),
        ({"ends_at": NOON + 400 * DAY}, "TOO_LONG"),
        ({"begins_at": NOON - 2 * DAY, "ends_at": NOON - DAY}, "IN_THE_PAST"),
    ],
)
def test_refuses_a_duty_that_cannot_be(world: World, said: dict[str, Any], code: str) -> None:
    registered(world)
    codes = [code, "IN_THE_PAST"] if code == "ENDS_BEFORE_IT_BEGINS" else [code]
    with refused(*codes):
        on_call(world, **said)
    for unknown in ({"site_id": 0}, {"person_id": 0}):
        with pytest.raises(NotFound):
            on_call(world, **unknown)


def test_refuses_somebody_whom_nobody_could_tell(world: World) -> None:
    registered(world, kind=ChannelKind.EMAIL, settings={}, secret="")
    with refused("NO_CONTACT"):
        on_call(world)
    set_contact(
        person_id=world.supervisor.pk,
        kind=ChannelKind.EMAIL,
        address="on@example.org",
        intent=world.signs(world.admin),
    )

    assert on_call(world).person == world.supervisor


def test_only_supervisors_and_qa_keep_the_rota(world: World) -> None:
    registered(world)
    duty = on_call(world)
    for person in (world.technician, world.admin, world.inspector):
        with unauthorised():
            on_call(world, order=2, intent=world.signs(person))
        with unauthorised():
            end_duty(duty_id=duty.pk, intent=world.signs(person), at=NOON)


def test_two_who_take_one_order_at_once_are_told_of_each_other(committed_world: World) -> None:
    world = committed_world
    registered(world)

    outcomes = race(
        lambda: on_call(world),
        lambda: on_call(world, person_id=world.qa2.pk, intent=world.signs(world.qa2)),
        meet_in="temperature.actions.put_on_call.can_be_told",
    )

    assert OnCall.objects.count() == 1
    assert [outcome.codes for outcome in outcomes] == [["ORDER_TAKEN"], []]
