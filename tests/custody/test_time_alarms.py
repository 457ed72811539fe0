"""The alarm of a vial that is out of storage beyond its budget."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.roles import Role
from audit.local_times import in_words
from custody.actions.judge_time_out import judge_time_out
from custody.actions.put_back_vials import put_back_vials
from custody.actions.report_missing import report_missing
from custody.actions.split_vial import Part, split_vial
from custody.placements import Placement
from custody.queries.warmth import warmth_of
from custody.time_alarms import beyond
from custody.time_out import out_since
from custody.watching import watch_time_out
from inventory.models import Purpose, StabilityLimits, Vial, VialKind
from temperature.actions.pause_alarms import pause_alarms
from temperature.consequences import watches
from temperature.models import Alarm, AlarmCause, LeftUndone, Level
from temperature.queries.alarms import standing_now
from temperature.telling import tell_what_is_due
from tests.browsing import Browser
from tests.custody.racing import race, worked_on
from tests.factories.people import PersonFactory
from tests.factories.telling import ChannelFactory, ContactFactory
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-107", "URS-113")]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def out(world: World) -> Vial:
    """Return a vial that was taken out at noon, of a product that endures a known time."""
    return world.checked_out(world.stored())[0]


def end_of(vial: Vial) -> datetime:
    """Return until when it may be out: the server's clock says since when it is."""
    limits = StabilityLimits.objects.get(product=vial.batch.product_id)
    return out_since([vial.pk])[vial.pk] + limits.longest_single_exposure


def the_alarm() -> Alarm:
    """Return the alarm of a vial that is out."""
    return Alarm.objects.get(cause=AlarmCause.OUT)


def test_is_raised_once_by_the_clock_and_over_when_it_is_put_back(world: World, out: Vial) -> None:
    end = end_of(out)
    assert watch_time_out in watches(), "while the workers stand still, the watchdog looks"
    assert watch_time_out(at=end) == 0
    assert watch_time_out(at=end + MINUTE) == 1
    assert watch_time_out(at=end + 2 * MINUTE) == 0

    alarm, since = the_alarm(), out_since([out.pk])[out.pk]
    assert (alarm.unit, alarm.level, alarm.probe) == (world.tank, Level.CRITICAL, None)
    for said in (
        out.code,
        out.batch.product.code,
        world.technician.full_name,
        in_words(since, ZoneInfo(world.site.time_zone)),
    ):
        assert said in alarm.words

    put_back_vials(
        placements=[Placement(vial_id=out.pk, position_id=world.place("B1").pk)],
        attribution=world.says(world.technician),
        at=end + 3 * MINUTE,
    )
    assert the_alarm().resolved_at == end + 3 * MINUTE
    assert watch_time_out(at=end + 3 * MINUTE) == 0
    assert the_alarm().acknowledged_at is None


def test_any_end_of_being_out_resolves_it_and_parts_have_their_own(world: World, out: Vial) -> None:
    late = end_of(out) + MINUTE
    part = Part(code="PART-1", volume_ml=Decimal("0.1"), kind=VialKind.VIAL, purpose=Purpose.QC)
    by = world.signs(world.technician, world.witness)
    [child] = split_vial(vial_id=out.pk, parts=[part], intent=by, at=NOON + MINUTE)

    watch_time_out(at=late)
    told = {alarm.about: alarm for alarm in Alarm.objects.open()}
    assert set(told) >= {f"vial {child.pk}"}
    assert told[f"vial {child.pk}"].unit == world.tank
    report_missing(
        vial_ids=[child.pk], searched="The bench", intent=world.signs(world.technician), at=late
    )

    assert Alarm.objects.get(about=f"vial {child.pk}").resolved_at == late


def test_is_told_with_its_words_to_those_who_see_the_program_only(
    world: World, out: Vial, client: Browser
) -> None:
    elsewhere = PersonFactory.create(roles=[Role.SUPERVISOR], sites=[world.site])
    ChannelFactory.create()
    for person in (world.qa, elsewhere):
        ContactFactory.create(person=person, address=f"{person.pk}@example.org")
    late = end_of(out) + MINUTE
    watch_time_out(at=late)

    tell_what_is_due(at=late)

    texts = {message.to[0]: message.body for message in mail.outbox}
    assert out.code in texts[f"{world.qa.pk}@example.org"]
    assert out.code not in texts[f"{elsewhere.pk}@example.org"]
    assert "program that you do not see" in texts[f"{elsewhere.pk}@example.org"]
    page = f"/temperature/alarms/{the_alarm().pk}/"
    client.force_login(world.qa)
    assert out.code in client.get(page).text
    assert f"/vials/{out.pk}/" in client.get(page).text
    client.force_login(elsewhere)
    assert out.code not in client.get(page).text
    assert "Out of storage too long" in client.get("/temperature/alarms/").text


def test_silencing_the_unit_does_not_silence_what_was_taken_out(world: World, out: Vial) -> None:
    late = end_of(out) + MINUTE
    watch_time_out(at=late)
    by = world.signs(world.qa)

    pause_alarms(unit_id=world.tank.pk, lasts=60 * MINUTE, intent=by, at=late)
    assert standing_now(at=late).calling == [the_alarm()]
    assert Alarm.objects.unpaused(late).exists()

    pause_alarms(
        unit_id=world.tank.pk, alarm_id=the_alarm().pk, lasts=60 * MINUTE, intent=by, at=late
    )
    assert standing_now(at=late).calling == []
    assert not Alarm.objects.unpaused(late).exists()


def test_of_two_who_look_at_once_one_raises_it(world: World, out: Vial) -> None:
    late = end_of(out) + MINUTE

    def look() -> None:
        judge_time_out(vial_id=out.pk, at=late)

    outcomes = race(look, look, meet_in="custody.actions.judge_time_out.settle_about")

    assert [outcome.error for outcome in outcomes] == [None, None]
    assert the_alarm().about == f"vial {out.pk}"
    assert world.tank.alarms.count() == 1


def test_a_product_without_limits_raises_none(world: World, out: Vial) -> None:
    late = end_of(out) + MINUTE
    facts = warmth_of([out.pk], at=late)[out.pk]

    assert beyond(facts, at=late) == MINUTE
    assert beyond(replace(facts, budget=None), at=late) is None


@pytest.mark.urs("URS-46")
def test_a_vial_that_somebody_holds_stops_no_other(world: World) -> None:
    first, second = world.checked_out(world.stored(2))
    late = max(end_of(first), end_of(second)) + MINUTE

    with worked_on(first):
        assert watch_time_out(at=late) == 1

    assert the_alarm().about == f"vial {second.pk}"
    assert LeftUndone.objects.get().what == f"vial {first.code}"

    assert watch_time_out(at=late + MINUTE) == 1
    assert not LeftUndone.objects.exists()
