"""One logger belongs to one source, so that none of its files counts twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from temperature.actions.change_feed import change_feed
from temperature.actions.register_probe import register_probe
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival, Sample
from temperature.models import Feed, FeedKind, IntakeKind, Probe, Quantity
from temperature.rules.probes import Pace
from temperature.rules.serials import serial_of
from tests.custody.racing import race, winners
from tests.factories.temperature import FeedFactory, ProbeFactory
from tests.inventory.actions.evidence import refused
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-28")]

PACE = Pace(expected_every=timedelta(minutes=5), flat_after=None)
BY_SERIAL: dict[str, Any] = {
    "time_header": "Time",
    "zone": "UTC",
    "serial_label": "S/N",
    "columns": [{"header": "1", "channel": "{serial}"}, {"header": "2", "channel": "{serial}/2"}],
}


def by_hand(**said: Any) -> Feed:
    made: Feed = FeedFactory.create(kind=FeedKind.LOGGER_FILE, settings=BY_SERIAL | said)
    return made


def in_a_folder() -> Feed:
    settings = {"folder": "loggers", "profile": BY_SERIAL}
    made: Feed = FeedFactory.create(kind=FeedKind.DROP_FOLDER, settings=settings)
    return made


def register(world: World, feed: Feed, channel: str, code: str = "TP-NEW") -> Probe:
    return register_probe(
        code=code,
        quantity=Quantity.TEMPERATURE,
        feed_id=feed.pk,
        channel=channel,
        pace=PACE,
        intent=world.signs(world.admin),
    )


@pytest.mark.parametrize("channel", ["571342", "571342/2"])
def test_a_logger_of_another_source_is_refused(world: World, channel: str) -> None:
    ProbeFactory.create(feed=in_a_folder(), channel="571342")
    other = by_hand()

    with refused("SERIAL_TAKEN"):
        register(world, other, channel)

    assert Probe.objects.count() == 1


def test_a_second_column_another_logger_and_a_retired_probe_are_not(world: World) -> None:
    folder, hand = in_a_folder(), by_hand()
    ProbeFactory.create(feed=folder, channel="571342")
    ProbeFactory.create(feed=folder, channel="600000", retired_at=NOON)

    register(world, folder, "571342/2", "TP-A")
    register(world, hand, "571343", "TP-B")
    register(world, hand, "600000", "TP-C")


def test_channels_that_are_no_serials_may_be_called_alike(world: World) -> None:
    plain = {"columns": [{"header": "1", "channel": "lid"}]}
    ProbeFactory.create(feed=by_hand(**plain), channel="lid")

    register(world, by_hand(**plain), "lid")


def test_another_profile_may_not_claim_the_loggers_of_another_source(world: World) -> None:
    ProbeFactory.create(feed=in_a_folder(), channel="571342")
    feed = by_hand(columns=[{"header": "1", "channel": "571342"}])
    ProbeFactory.create(feed=feed, channel="571342")

    with refused("SERIAL_TAKEN"):
        change_feed(
            feed_id=feed.pk,
            settings=BY_SERIAL,
            secret="",
            every=feed.every,
            account_id=None,
            intent=world.signs(world.admin),
            at=NOON,
        )


def test_of_two_who_register_one_logger_at_once_one_is_refused(world: World) -> None:
    folder, hand = in_a_folder(), by_hand()

    def of(feed: Feed, code: str) -> Callable[[], Probe]:
        return lambda: register(world, feed, "571342", code)

    outcomes = race(
        of(folder, "TP-A"),
        of(hand, "TP-B"),
        meet_in="temperature.actions.register_probe.refusals_of_pace",
    )

    assert len(winners(outcomes)) == 1
    assert Probe.objects.filter(channel="571342").count() == 1


@pytest.mark.urs("URS-06")
def test_a_file_that_came_through_another_source_is_told() -> None:
    def bring(feed: Feed) -> list[list[str]]:
        ProbeFactory.create(feed=feed, channel="TP")
        arrival = Arrival(
            kind=IntakeKind.FILE, body=b"x", name="a.csv", samples=[Sample("TP", NOON, -80.0)]
        )
        return list(take_readings(feed_id=feed.pk, arrival=arrival, at=NOON).faults)

    first = by_hand()

    assert bring(first) == []
    assert bring(in_a_folder()) == [
        [
            "a.csv",
            f"The same file came through source {first.name}: is one logger registered twice?",
        ]
    ]


@pytest.mark.parametrize(
    ("channel", "serial"), [("571342", "571342"), ("571342/2", "571342"), ("", "")]
)
def test_finds_the_serial_in_a_channel(channel: str, serial: str) -> None:
    settings = {"columns": [{"channel": "{serial}"}, {"channel": "{serial}/2"}]}

    assert serial_of(channel, settings) == serial
