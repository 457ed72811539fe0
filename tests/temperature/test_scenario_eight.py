"""Somebody mutes a unit for service on a Friday and goes home: what calls all the same."""

from datetime import datetime, timedelta

import pytest

from audit.models import Change, Signature
from reports.records.temperature_alarms import alarm_listings
from temperature.models import (
    Alarm,
    AlarmCause,
    AlarmPause,
    Level,
    Notification,
    Probe,
    Telling,
)
from tests.factories.people import PASSWORD
from tests.factories.telling import ChannelFactory, ContactFactory, OnCallFactory
from tests.temperature.walking import Gateway, clock_at, gateway_of, seen, workers_turn
from tests.web.views.test_configure import desk_of
from tests.world import NOON, World
from web.alarm_warning import Memory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-46", "URS-109")]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FRIDAY = NOON + 4 * HOUR
ENDS = FRIDAY + 4 * HOUR
MONDAY = NOON + 66 * HOUR
WHY = "Service of the filling valve"


@pytest.fixture
def muted(world: World, known_alarms: Memory) -> tuple[Gateway, Probe]:
    """Return a cold tank that the supervisor muted on Friday, for as long as that goes."""
    ChannelFactory.create()
    for order, person in enumerate((world.supervisor, world.qa), start=1):
        ContactFactory.create(person=person)
        OnCallFactory.create(site=world.site, person=person, order=order)
    gateway = gateway_of(world)
    probe = gateway.probe(world, since=FRIDAY - MINUTE)
    gateway.sends([(probe, FRIDAY, -190.0)], at=FRIDAY)
    workers_turn(FRIDAY)
    signed = {"user_id": world.supervisor.user_id, "password": PASSWORD, "reason": WHY}
    address = f"/temperature/units/{world.tank.pk}/pause/"
    with clock_at(FRIDAY):
        desk = desk_of(world.supervisor)
        assert desk.post(address, {**signed, "minutes": 60 * 64}).status_code == 422
        assert not AlarmPause.objects.exists(), "not for the weekend"
        assert desk.post(address, {**signed, "minutes": 240}).status_code == 302
    known_alarms.until = 0.0
    return gateway, probe


def warmed(muted: tuple[Gateway, Probe], *, at: datetime) -> Alarm:
    """Let the tank be too warm from then on, and return the alarm."""
    gateway, probe = muted
    minutes = int((at - FRIDAY) / MINUTE)
    cold = [(probe, FRIDAY + step * MINUTE, -190.0) for step in range(1, minutes)]
    gateway.sends([*cold, (probe, at, -120.0)], at=at)
    workers_turn(at)
    return Alarm.objects.get(cause=AlarmCause.EXCURSION)


def called(alarm: Alarm) -> list[tuple[datetime, set[str]]]:
    """Return when an alarm was told, and to whom."""
    rows = Telling.objects.filter(alarm=alarm).order_by("pk")
    told = Notification.objects.filter(telling__in=rows).select_related("person")
    return [
        (row.at, {each.person.user_id for each in told if each.telling_id == row.pk})
        for row in rows
    ]


def test_what_goes_wrong_meanwhile_is_raised_shown_and_calls_nobody_yet(
    world: World, muted: tuple[Gateway, Probe], known_alarms: Memory
) -> None:
    [vial] = world.released()
    alarm = warmed(muted, at=FRIDAY + HOUR)

    workers_turn(ENDS - MINUTE)
    assert (alarm.level, alarm.raised_at) == (Level.CRITICAL, FRIDAY + HOUR)
    assert called(alarm) == []
    assert vial.therapy is not None
    for path in (
        "/",
        "/temperature/",
        "/temperature/alarms/",
        f"/temperature/alarms/{alarm.pk}/",
        f"/temperature/units/{world.tank.pk}/",
        f"/storage/{world.tank.pk}/",
        f"/storage/{world.rack.pk}/",
        f"/storage/{world.box.pk}/",
        f"/vials/{vial.pk}/",
        f"/therapies/{vial.therapy.coi}/",
        f"/scan/?code={vial.code}",
    ):
        known_alarms.until = 0.0
        page = seen(world.technician, path, at=FRIDAY + 2 * HOUR)
        assert f"Alarms of {world.tank.name} silenced until <time" in page, path
        assert f'title="{ENDS.isoformat()}"' in page, path
        assert f"{world.supervisor.full_name}: {WHY}" in page, path


def test_it_ends_by_itself_and_calls_more_and_more_people_all_weekend(
    world: World, muted: tuple[Gateway, Probe], known_alarms: Memory
) -> None:
    alarm = warmed(muted, at=FRIDAY + HOUR)

    for minutes in (0, 5, 10, *(60 * hours for hours in range(4, 62, 6))):
        workers_turn(ENDS + minutes * MINUTE)

    pause = AlarmPause.objects.get()
    assert (pause.ended_at, pause.ended_by) == (ENDS, None)
    alarm.refresh_from_db()
    assert alarm.acknowledged_at is None
    told = called(alarm)
    first, second, everybody, *again = [people for _, people in told]
    assert first == {world.supervisor.user_id}
    assert second == {world.qa.user_id}
    assert everybody == {world.supervisor.user_id, world.qa.user_id}
    assert again == [everybody] * 10, "each time that somebody could have acknowledged it"
    assert (told[0][0], told[-1][0]) == (ENDS, ENDS + 58 * HOUR)
    known_alarms.until = 0.0
    page = seen(world.technician, f"/temperature/units/{world.tank.pk}/", at=MONDAY)
    assert "silenced until" not in page
    assert "nobody has acknowledged it" in page


def test_who_muted_it_and_why_stays_on_record(world: World, muted: tuple[Gateway, Probe]) -> None:
    alarm = warmed(muted, at=FRIDAY + HOUR)
    workers_turn(ENDS)

    change = Change.objects.get(action="suppress_alarm")
    assert (change.actor, change.reason) == (world.supervisor, WHY)
    assert Signature.objects.get(change=change).signer == world.supervisor
    ended = Change.objects.get(action="end_due_pause")
    assert (ended.actor, ended.reason) == (None, "Suppression of alarms ended")
    listings = alarm_listings(world.tank, since=NOON, until=MONDAY, at=MONDAY).listings
    [row] = next(listing.rows for listing in listings if listing.name == "pauses")
    assert row[1:4] == ("the unit", FRIDAY, ENDS)
    assert row[-1] == WHY
    page = seen(world.inspector, f"/temperature/alarms/{alarm.pk}/", at=MONDAY)
    told = page[page.index("From its start") :]
    assert WHY in told
    assert told.index("silenced until 2026-11-20 21:00") < told.index("The silence ended")
