"""The power fails, the server is down, a tank warms: what the gateway kept says so afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.findings import Verdict
from custody.models import Exposure, Hold
from custody.queries.verdicts import verdicts
from custody.rules.late import LateEntry
from freezer_inventory.celery import app
from inventory.models import Vial
from temperature.models import (
    Alarm,
    AlarmCause,
    Excursion,
    Flag,
    Gap,
    GapCause,
    Intake,
    Level,
    Notification,
    Probe,
    Reading,
)
from temperature.queries.curves import curve_of
from temperature.watchdog import Watchdog
from tests.beside import NO_QUEUE
from tests.factories.telling import ChannelFactory, ContactFactory, OnCallFactory
from tests.temperature.walking import Gateway, clock_at, gateway_of, seen, workers_turn
from tests.world import NOON, World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urs("URS-75", "URS-84", "URS-107", "URS-110", "URS-111"),
]

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
STATIONS = {"down": 10, "warm": 60, "dead": 120, "alive": 150, "cold": 180, "back": 240}


@dataclass(frozen=True)
class Site:
    """
    What the day begins with, and its stations.

    down: the mains fail, and the server stops; the gateway goes on by its battery. warm: from when
    on it is too warm. dead: the battery is empty. alive: mains are back. cold: so is the tank.
    back: the server runs again.
    """

    gateway: Gateway
    probe: Probe
    stays: Vial
    leaves: Vial
    carried: Vial
    down: datetime
    warm: datetime
    dead: datetime
    alive: datetime
    cold: datetime
    back: datetime

    def celsius_at(self, at: datetime) -> float:
        """Return how cold the tank was."""
        return -120.0 if self.warm <= at < self.cold else -190.0

    def buffered(self) -> list[tuple[Probe, datetime, float]]:
        """Return what the gateway kept: a reading a minute, none while its battery was empty."""
        minutes = (self.back - self.down) // MINUTE
        times = (self.down + step * MINUTE for step in range(1, minutes + 1))
        kept = (at for at in times if not self.dead < at < self.alive)
        return [(self.probe, at, self.celsius_at(at)) for at in kept]

    def pieces(self, *, seed: int) -> list[list[tuple[Probe, datetime, float]]]:
        """Return the same in messages, mixed up; some come twice, as after a lost answer."""
        chance = Random(seed)  # noqa: S311 - a repeatable order, nothing secret
        rows = self.buffered()
        pieces = [rows[start : start + 40] for start in range(0, len(rows), 40)]
        pieces += chance.sample(pieces, 2)
        chance.shuffle(pieces)
        return pieces


@pytest.fixture
def site(world: World, settings: Any, tmp_path: Path) -> Site:
    """Return a tank with three vials, measured each minute until the server stops."""
    settings.SYSTEM_EVENT_SPOOL = str(tmp_path)
    ChannelFactory.create()
    ContactFactory.create(person=world.supervisor)
    OnCallFactory.create(site=world.site, person=world.supervisor)
    stays, leaves, carried = world.released(3)
    start = max(NOON, timezone.now())  # what is entered late follows what the database stamped
    gateway = gateway_of(world)
    probe = gateway.probe(world, since=start)
    for minute in range(11):
        at = start + minute * MINUTE
        gateway.sends([(probe, at, -190.0)], at=at)
    out_of_the_tank(world, leaves, at=start + 5 * MINUTE)
    stations = {name: start + minutes * MINUTE for name, minutes in STATIONS.items()}
    workers_turn(stations["down"])
    return Site(gateway, probe, stays, leaves, carried, **stations)


def out_of_the_tank(
    world: World, vial: Vial, *, at: datetime, late: LateEntry | None = None
) -> None:
    """Check a vial out of the tank."""
    intent = world.signs(world.technician, world.witness)
    purpose = InternalPurpose.REARRANGE
    check_out_vials(vial_ids=[vial.pk], purpose=purpose, intent=intent, at=at, late=late)


@pytest.mark.urs("URS-105", "URS-112", "URS-113")
@pytest.mark.parametrize("seed", [None, 1, 2], ids=["at once", "in any order", "in another"])
def test_what_was_buffered_tells_how_warm_it_was_and_how_late_it_is_known(
    world: World, site: Site, seed: int | None
) -> None:
    with clock_at(site.back):
        said = LateEntry(performed_at=site.down + 20 * MINUTE, reason="On paper while it was down")
        out_of_the_tank(world, site.carried, at=site.back, late=said)
    workers_turn(site.back)
    assert Gap.objects.get().began_at == site.down, "the portal knows of silence only"
    assert not Excursion.objects.exists()

    pieces = [site.buffered()] if seed is None else site.pieces(seed=seed)
    for number, rows in enumerate(pieces):
        at = site.back + (number + 1) * 10 * SECOND
        site.gateway.sends(rows, at=at)
        workers_turn(at)
    done = site.back + 2 * MINUTE
    site.gateway.sends([(site.probe, done, -190.0)], at=done)
    workers_turn(done)

    assert_every_reading_keeps_its_times(site)

    gap = Gap.objects.standing().get()
    assert (gap.cause, gap.began_at, gap.ended_at) == (GapCause.SILENT, site.dead, site.alive)
    assert_nothing_is_drawn_in_between(world, site)
    excursion = Excursion.objects.standing().get(level=Level.CRITICAL)
    assert (excursion.began_at, excursion.ended_at) == (site.warm, site.cold)
    measured = site.cold - site.warm - (site.alive - site.dead)
    assert excursion.seconds_beyond == measured.total_seconds()
    assert_of_whom_it_tells(site, excursion, at=done)
    assert_it_is_said_late(world, excursion, at=done)


def assert_every_reading_keeps_its_times(site: Site) -> None:
    """See that each is there once, at its device's time, and says that it came late."""
    rows = Reading.objects.filter(probe=site.probe, device_at__gt=site.down)
    rows = rows.filter(device_at__lte=site.back)
    assert list(rows.order_by("device_at").values_list("device_at", "value")) == [
        (at, celsius) for _, at, celsius in site.buffered()
    ]
    old = rows.filter(device_at__lt=site.back - 20 * MINUTE)
    assert {Flag(flags) for flags in old.values_list("flags", flat=True)} == {Flag.LATE}
    assert all(row.received_at >= site.back > row.device_at for row in old)
    assert {row.gateway_at for row in old} <= set(
        Intake.objects.values_list("received_at", flat=True)
    )


def assert_nothing_is_drawn_in_between(world: World, site: Site) -> None:
    """See that the curve breaks off where the gateway was silent as well."""
    curve = curve_of(world.tank, since=site.down, until=site.back)
    [series] = curve.series
    dead, alive = site.dead.timestamp(), site.alive.timestamp()
    drawn = list(zip(series.times, series.values, strict=True))
    assert {value for at, value in drawn if dead < at < alive} == {None}
    assert {value for at, value in drawn if not dead < at < alive} == {-190.0, -120.0}


def assert_of_whom_it_tells(site: Site, excursion: Excursion, *, at: datetime) -> None:
    """See that what stood there then was warm, whatever is where by now."""
    exposed = Exposure.objects.filter(excursion=excursion)
    assert set(exposed.values_list("vial", flat=True)) == {site.stays.pk}
    held = Hold.objects.get(placed_by__isnull=True)
    assert set(held.held_vials.values_list("vial", flat=True)) == {site.stays.pk}
    judged = verdicts([site.stays.pk], at=at)[site.stays.pk]
    assert judged.verdict == Verdict.GREY, "half an hour is not known, and stays so"
    assert {"EXCURSION", "TEMPERATURE_GAP"} <= {one.code for one in judged.findings}


def assert_it_is_said_late(world: World, excursion: Excursion, *, at: datetime) -> None:
    """See that people read how long before it had begun, in the message and on the pages."""
    alarm = Alarm.objects.get(excursion=excursion)
    assert (alarm.level, alarm.is_late) == (Level.CRITICAL, True)
    assert alarm.resolved_at is not None, "it is over: the tank is cold again"
    assert Notification.objects.filter(telling__alarm=alarm, person=world.supervisor).exists()
    late = "it had begun 3 h"
    assert any(f"It was found late: {late}" in message.body for message in mail.outbox)
    page = seen(world.qa, f"/temperature/alarms/{alarm.pk}/", at=at)
    assert "raised late: what it tells of had begun 3 h" in page
    assert "late, begun 3 h" in seen(world.qa, "/temperature/alarms/", at=at)


def test_with_the_queue_lost_as_well_the_watchdog_judges_and_calls(
    world: World, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.conf, "broker_url", NO_QUEUE)
    monkeypatch.setattr(app.conf, "broker_read_url", NO_QUEUE)
    at = site.back + MINUTE
    answer = site.gateway.sends(site.buffered(), at=at)
    assert (answer["stored"], answer["refused"]) == (len(site.buffered()), 0)

    assert Watchdog(began_at=site.back - HOUR).look(at=at + MINUTE)

    alarm = Alarm.objects.get(cause=AlarmCause.EXCURSION)
    assert (alarm.level, alarm.is_late) == (Level.CRITICAL, True)
    assert Notification.objects.get(telling__alarm=alarm).person == world.supervisor
    assert Gap.objects.standing().get().began_at == site.dead


def test_a_server_that_comes_back_first_calls_of_silence_and_says_how_long_it_was_blind(
    world: World, site: Site
) -> None:
    workers_turn(site.back)

    alarm = Alarm.objects.get(cause=AlarmCause.BLIND)
    assert (alarm.level, alarm.is_late) == (Level.CRITICAL, True)
    assert verdicts([site.stays.pk], at=site.back)[site.stays.pk].verdict == Verdict.GREY
    page = seen(world.qa, f"/temperature/alarms/{alarm.pk}/", at=site.back)
    assert "raised late: what it tells of had begun 3 h 50 min before it was found" in page
