"""People are told of alarms one after the other until somebody acknowledges, whatever fails."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from audit.changes import machine_change
from audit.models import Change
from freezer_inventory.celery import app
from temperature.actions.send_notification import send_notification
from temperature.actions.set_telling_rules import set_telling_rules
from temperature.models import (
    Alarm,
    AlarmPause,
    Channel,
    ChannelKind,
    ChannelOutage,
    Level,
    Notification,
    NotificationStatus,
    Telling,
    WorkMark,
)
from temperature.rules.telling import Rules, next_step, step_due
from temperature.tasks import tell_of_alarms
from temperature.telling import tell_what_is_due
from tests.accounts.notices import Killed, backend
from tests.custody.racing import race, without_locks
from tests.factories.telling import ChannelFactory, ContactFactory, OnCallFactory, calling
from tests.factories.temperature import fitted_probe
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.temperature.actions.test_channels import registered
from tests.temperature.channels.servers import Received, receiver
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-107", "URS-110")

MINUTE = timedelta(minutes=1)


def on_call(world: World) -> None:
    """Put the supervisor on call first and QA second, with addresses and a channel of e-mail."""
    ChannelFactory.create(name="Mail", rank=2)
    for order, person in enumerate((world.supervisor, world.qa), start=1):
        ContactFactory.create(person=person)
        OnCallFactory.create(site=world.site, person=person, order=order)
    ContactFactory.create(person=world.qa2)


def alarm_of(world: World, *, at: datetime = NOON, level: Level = Level.ACTION) -> Alarm:
    return calling(fitted_probe(world.tank), world.tank, at=at, level=level)


def acknowledged(alarm: Alarm, world: World, at: datetime) -> None:
    with machine_change("test set-up", action="set_up", reason="Acknowledged"):
        alarm.acknowledged_at, alarm.acknowledged_by, alarm.comment = at, world.qa, "I go there"
        alarm.save(update_fields=["acknowledged_at", "acknowledged_by", "comment"])


def told() -> list[str]:
    """Return who was told by e-mail, in the order in which it was sent, and forget it."""
    people = [message.to[0].partition("@")[0] for message in mail.outbox]
    mail.outbox.clear()
    return people


def test_calls_one_after_the_other_then_everybody_until_somebody_acknowledges(
    world: World,
) -> None:
    on_call(world)
    alarm = alarm_of(world)

    def after(minutes: float) -> list[str]:
        tell_what_is_due(at=NOON + minutes * MINUTE)
        return told()

    assert after(0) == [world.supervisor.user_id]
    changes = Change.objects.count()
    assert after(9.9) == []
    assert Change.objects.count() == changes, "waiting writes nothing"
    assert after(10) == [world.qa.user_id]
    everybody = {world.supervisor.user_id, world.qa.user_id, world.qa2.user_id}
    assert set(after(20)) == everybody
    assert after(79) == []
    assert set(after(80)) == everybody
    steps = Telling.objects.order_by("step").values_list("step", "order")
    assert list(steps) == [(0, 1), (1, 2), (2, None), (3, None)]
    alarm.refresh_from_db()
    assert alarm.escalated_to == 3

    acknowledged(alarm, world, NOON + 81 * MINUTE)
    assert after(500) == []


def test_a_critical_alarm_waits_less_and_an_advisory_one_tells_nobody(world: World) -> None:
    on_call(world)
    alarm_of(world, level=Level.ADVISORY)
    tell_what_is_due(at=NOON)
    assert told() == []
    alarm_of(world, level=Level.CRITICAL)

    tell_what_is_due(at=NOON)
    tell_what_is_due(at=NOON + 5 * MINUTE)

    assert told() == [world.supervisor.user_id, world.qa.user_id]


def test_where_nobody_is_on_call_everybody_is_told_at_once_and_it_is_said(world: World) -> None:
    ChannelFactory.create()
    ContactFactory.create(person=world.qa)
    alarm_of(world)

    tell_what_is_due(at=NOON)

    assert told() == [world.qa.user_id]
    words = Telling.objects.get().words
    assert "Nobody was on call" in words
    assert f"No channel reaches {world.supervisor.full_name}" in words


@pytest.mark.urs("URS-109")
def test_a_silenced_unit_calls_nobody_and_begins_anew_when_that_ends(world: World) -> None:
    on_call(world)
    alarm = alarm_of(world)
    tell_what_is_due(at=NOON)
    with machine_change("test set-up", action="set_up", reason="Silenced"):
        pause = AlarmPause(unit=world.tank, reason="Service", began_at=NOON, paused_by=world.qa)
        pause.until = NOON + 60 * MINUTE
        pause.save(force_insert=True)
    told()

    tell_what_is_due(at=NOON + 30 * MINUTE)
    assert told() == []
    with machine_change("test set-up", action="set_up", reason="The pause is over"):
        alarm.told_from, alarm.escalated_to = NOON + 60 * MINUTE, 0
        alarm.save(update_fields=["told_from", "escalated_to"])
    tell_what_is_due(at=NOON + 60 * MINUTE)

    assert told() == [world.supervisor.user_id]


def test_says_what_is_wrong_and_names_no_patient(world: World) -> None:
    on_call(world)
    vial = world.stored()[0]
    alarm = alarm_of(world)

    tell_what_is_due(at=NOON)

    [message] = mail.outbox
    row = Notification.objects.get()
    assert message.subject == f"DRILL, ACTION: {world.tank.name}, drill"
    assert f"number {alarm.pk}" in message.body
    assert message.extra_headers["Message-ID"] == f"<alarm-{alarm.pk}-{row.pk}@freezer-inventory>"
    assert vial.code not in message.body
    assert (row.status, row.tries) == (NotificationStatus.SENT, 1)


@pytest.fixture
def duty_system(world: World) -> Iterator[Received]:
    """Be a webhook that comes before the e-mail."""
    on_call(world)
    with receiver() as there:
        registered(world, settings={"url": there.url})
        yield there


def test_when_a_channel_fails_the_next_takes_over_at_once(
    world: World, duty_system: Received
) -> None:
    duty_system.status = 503
    alarm_of(world)

    tell_what_is_due(at=NOON)

    assert told() == [world.supervisor.user_id]
    first, second = Notification.objects.order_by("pk")
    assert (first.status, first.last_error) == (
        NotificationStatus.FAILED,
        "It answered 503 and did not take the message.",
    )
    assert second.stands_in_for == first
    duty_system.status = 204
    tell_what_is_due(at=first.next_try_at)
    first.refresh_from_db()
    assert (first.status, first.tries) == (NotificationStatus.ARRIVED, 2)
    ids = {json.loads(body)["id"] for _, body in duty_system.posted}
    assert len(ids) == 1, "it is the same message"
    assert told() == []


def test_a_channel_that_missed_its_heartbeat_is_passed_over(
    world: World, duty_system: Received
) -> None:
    channel = Channel.objects.get(kind=ChannelKind.WEBHOOK)
    with machine_change("test set-up", action="set_up", reason="It missed its heartbeat"):
        ChannelOutage(channel=channel, began_at=NOON, words="No answer").save(force_insert=True)
    alarm_of(world)

    tell_what_is_due(at=NOON)

    assert told() == [world.supervisor.user_id]
    assert duty_system.posted == []


def test_a_killed_worker_loses_nothing(world: World, settings: Any) -> None:
    on_call(world)
    alarm_of(world, at=timezone.now())
    backend(settings, Killed)
    with pytest.raises(SystemExit):
        tell_of_alarms()
    assert not WorkMark.objects.exists()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tell_of_alarms()

    assert told() == [world.supervisor.user_id]
    assert Notification.objects.get().tries == 1
    assert WorkMark.objects.get().kind == "telling"
    assert app.conf.beat_schedule["tell of alarms"]["schedule"] <= 10


@pytest.mark.parametrize(
    ("locked", "messages"), [(True, 1), (False, 2)], ids=["with the lock", "without it"]
)
def test_two_workers_send_nothing_twice(
    committed_world: World, locked: bool, messages: int
) -> None:
    on_call(committed_world)
    alarm_of(committed_world)
    with machine_change("test set-up", action="set_up", reason="Due"):
        telling = Telling(alarm=Alarm.objects.get(), told_from=NOON, step=0, at=NOON)
        telling.save(force_insert=True)
        row = Notification(telling=telling, person=committed_world.qa, next_try_at=NOON)
        row.channel, row.to = Channel.objects.get(), "qa@example.org"
        row.save(force_insert=True)

    with nullcontext() if locked else without_locks():
        race(
            lambda: send_notification(at=NOON),
            lambda: send_notification(at=NOON),
            meet_in="temperature.actions.send_notification.send",
        )

    assert len(mail.outbox) == messages


def test_worker_and_watchdog_do_each_step_once(committed_world: World) -> None:
    on_call(committed_world)
    alarm_of(committed_world)

    race(
        lambda: tell_what_is_due(at=NOON),
        lambda: tell_what_is_due(at=NOON),
        meet_in="temperature.actions.tell_alarm.recipients_for",
    )

    assert Telling.objects.count() == 1
    assert len(mail.outbox) == 1


def test_quality_sets_how_alarms_are_escalated(world: World) -> None:
    rules = Rules(critical_minutes=1)
    row = set_telling_rules(rules=rules, intent=world.signs(world.qa))
    assert_signed_and_kept(row, action="set_telling_rules")
    assert row.version == 1
    with refused("OUT_OF_BOUNDS"):
        set_telling_rules(rules=Rules(critical_minutes=0), intent=world.signs(world.qa))
    with unauthorised():
        set_telling_rules(rules=rules, intent=world.signs(world.admin))
    on_call(world)
    alarm_of(world, level=Level.CRITICAL)

    tell_what_is_due(at=NOON)
    tell_what_is_due(at=NOON + MINUTE)

    assert told() == [world.supervisor.user_id, world.qa.user_id]


@pytest.mark.parametrize(
    ("minutes", "orders", "step"),
    [(0, 2, 0), (9, 2, 0), (10, 2, 1), (20, 2, 2), (79, 2, 2), (80, 2, 3), (0, 0, 0), (60, 0, 1)],
)
def test_steps_follow_the_clock(minutes: int, orders: int, step: int) -> None:
    passed = timedelta(minutes=minutes)
    due = step_due(passed, orders=orders, wait=10 * MINUTE, repeat=60 * MINUTE)

    assert due == step


def test_nobody_on_call_is_passed_over_and_no_repeat_is_caught_up() -> None:
    assert next_step(None, 50, orders=2) == 0
    assert next_step(0, 50, orders=2) == 1
    assert next_step(1, 50, orders=2) == 2
    assert next_step(2, 50, orders=2) == 50
    assert next_step(50, 50, orders=2) is None
