"""How people are told of alarms, on screen."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from temperature.models import (
    Channel,
    Contact,
    Drill,
    Excursion,
    OnCall,
    ProbeDrill,
    TellingRules,
)
from temperature.rules.telling import BOUNDS
from temperature.telling import tell_what_is_due
from temperature.trying import try_channels
from temperature.watching import judge_readings
from temperature.watching_drills import watch_probe_drills
from tests.factories.telling import (
    ChannelFactory,
    ChannelOutageFactory,
    ContactFactory,
    OnCallFactory,
    calling,
)
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.web.views.test_configure import desk_of, signed
from tests.world import World

pytestmark = pytest.mark.urs("URS-110")

PAGE = "/configure/alarms/"


def test_an_administrator_adds_a_channel_with_a_secret_that_is_not_shown(world: World) -> None:
    desk = desk_of(world.admin)
    page = desk.get(PAGE).text
    assert "there is no channel" in page
    entered = {
        "name": "Duty system", "rank": 1, "try_every": 60, "secret": "very-hidden",
        "setting_url": "http://127.0.0.1:1/in", "setting_heartbeat_url": "",
    }  # fmt: skip

    answer = desk.post(
        reverse("configure:add_channel", args=["webhook"]), signed(world, **entered), follow=True
    )

    assert "The channel is added" in answer.text
    channel = Channel.objects.get()
    assert "very-hidden" not in answer.text
    assert try_channels(at=channel.state.next_at) == 1
    after = desk.get(PAGE).text
    assert "No channel of alarms works" in after
    assert "cannot be reached" in after


def test_sends_a_test_to_whoever_asks_for_it(world: World) -> None:
    channel = ChannelFactory.create()
    desk = desk_of(world.supervisor)
    address = reverse("configure:test_channel", args=[channel.pk])

    assert "no address of yours" in desk.post(address, follow=True).text
    ContactFactory.create(person=world.supervisor, address="on@example.org")
    assert "Look whether it came" in desk.post(address, follow=True).text

    [message] = mail.outbox
    assert message.to == ["on@example.org"]


def test_shows_when_nobody_is_on_call_and_lets_supervision_change_it(world: World) -> None:
    ChannelFactory.create()
    ContactFactory.create(person=world.qa)
    desk = desk_of(world.supervisor)
    assert "Nobody is on call" in desk.get(PAGE).text
    entered = {
        "site": world.site.pk, "person": world.qa.pk, "order": 1,
        "begins_at": "2026-01-01T00:00", "ends_at": "2026-12-31T00:00",
    }  # fmt: skip
    own = {"user_id": world.supervisor.user_id}

    desk.post(reverse("configure:put_on_call"), signed(world, **own, **entered), follow=True)
    duty = OnCall.objects.get()
    desk.post(reverse("configure:end_duty", args=[duty.pk]), signed(world, **own), follow=True)

    duty.refresh_from_db()
    assert duty.person == world.qa
    assert duty.ends_at.year == 2026


def test_an_administrator_sets_where_people_are_reached(world: World) -> None:
    desk = desk_of(world.admin)
    address = reverse("configure:set_contact", args=[world.qa.pk])

    desk.post(address, signed(world, kind="sms", address="+49301234567"), follow=True)

    assert Contact.objects.get().address == "+49301234567"
    assert "+49301234567" in desk.get(PAGE).text


def test_what_did_not_work_stays_to_be_read(world: World) -> None:
    ChannelOutageFactory.create(words="It answered 503.")
    desk = desk_of(world.inspector)

    page = desk.get(PAGE).text

    assert "It answered 503." in page
    assert "Send me a test" not in page


def test_sets_rules_and_starts_drills_and_says_what_is_overdue(world: World) -> None:
    fitted_probe(world.tank)
    desk = desk_of(world.qa)
    own = {"user_id": world.qa.user_id}
    assert "A drill is overdue" in desk.get(PAGE).text
    entered = {name: least for name, (_, least, _) in BOUNDS.items()}

    desk.post(reverse("configure:set_telling_rules"), signed(world, **own, **entered))
    desk.post(reverse("configure:start_drill"), signed(world, **own, site=world.site.pk))

    assert TellingRules.objects.get().critical_minutes == 1
    assert Drill.objects.get().site == world.site
    page = desk.get(PAGE).text
    assert "not yet" in page
    assert f"A drill goes on at {world.site.name}" in page
    assert "A drill is overdue" not in page


@pytest.mark.urs("URS-107")
def test_a_drill_of_a_probe_is_listed_and_its_excursion_says_who_began_it(world: World) -> None:
    LimitVersionFactory.create(profile__unit=world.tank)
    probe = fitted_probe(world.tank)
    desk = desk_of(world.qa)
    assert "No probe was drilled yet" in desk.get(PAGE).text
    own = {"user_id": world.qa.user_id}

    desk.post(reverse("configure:start_probe_drill"), signed(world, **own, probe=probe.pk))

    drill = ProbeDrill.objects.get()
    assert "goes on" in desk.get(PAGE).text
    at = drill.started_at + timedelta(seconds=1)
    arrived(probe, [-120.0], start=at, at=at)
    judge_readings(at=at)
    watch_probe_drills(at=drill.until + timedelta(minutes=2))
    page = desk.get(PAGE).text
    assert "Failed" in page
    assert "Nobody was told in time" in page
    excursion = Excursion.objects.get(level="critical")
    for address in (
        reverse("quality:excursion", args=[excursion.pk]),
        reverse("temperature:alarm", args=[excursion.alarms.get().pk]),
    ):
        said = desk.get(address).text
        assert f"began in a drill of probe {probe.code}" in said
        assert f"{world.qa.full_name} started" in said


@pytest.mark.urs("URS-107")
def test_the_page_of_an_alarm_says_who_was_told_by_which_way_and_whether_it_came(
    world: World,
) -> None:
    ChannelFactory.create(name="Post")
    ContactFactory.create(person=world.supervisor, address="on@example.org")
    OnCallFactory.create(site=world.site, person=world.supervisor)
    alarm = calling(fitted_probe(world.tank), world.tank, at=timezone.now())
    desk = desk_of(world.technician)
    page = f"/temperature/alarms/{alarm.pk}/"
    assert "Nobody was told yet" in desk.get(page).text

    tell_what_is_due(at=timezone.now())

    told = desk.get(page).text
    assert "number 1 on call" in told
    assert "on@example.org" in told
    assert "Taken by the channel" in told
