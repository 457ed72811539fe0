"""The board: what every unit says now, and what is no longer believed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from audit.changes import machine_change
from temperature.models import Level, Probe, Quantity, Zone
from temperature.queries.board import UnitNow, units_now
from temperature.watching import judge_readings, watch_for_silence
from tests.factories.temperature import (
    LONG_AGO,
    FittingFactory,
    LimitProfileFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
)
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(transaction=True)

NumQueries = Callable[[int], AbstractContextManager[object]]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the thermometer of the tank, under limits."""
    LimitVersionFactory.create(profile__unit=world.tank)
    return fitted_probe(world.tank)


def board(world: World, *, after: int = 0) -> UnitNow:
    """Return what the board says of the tank so many minutes after noon."""
    return units_now([world.tank], at=NOON + after * MINUTE)[0]


@pytest.mark.urs("URS-108")
def test_a_last_value_is_current_only_until_its_silence(world: World, probe: Probe) -> None:
    arrived(probe, [-190.0], start=NOON, at=NOON)

    in_time, too_late = board(world, after=3), board(world, after=4)

    assert in_time.warmest is not None
    assert (in_time.probes[0].value, in_time.probes[0].doubt) == (-190.0, "")
    assert too_late.warmest is None
    assert (too_late.probes[0].doubt, too_late.probes[0].doubt_since) == ("silent", NOON)


@pytest.mark.urs("URS-108")
@pytest.mark.parametrize(
    ("values", "doubt"),
    [([], "nothing came yet"), ([None], "it sends no value"), ([900.0], "no probe can measure")],
)
def test_says_why_a_probe_gives_no_evidence(
    world: World, probe: Probe, values: list[float | None], doubt: str
) -> None:
    arrived(probe, values, start=NOON, at=NOON)

    said = board(world).probes[0]

    assert said.doubt.startswith(doubt)
    assert not said.is_current


@pytest.mark.urs("URS-104")
def test_what_a_probe_measured_elsewhere_says_nothing_of_where_it_sits_now(
    world: World, probe: Probe
) -> None:
    arrived(probe, [-190.0], start=NOON, at=NOON)
    with machine_change("test", action="test", reason="Fitted a minute later"):
        row = probe.fittings.get()
        row.began_at = NOON + MINUTE
        row.save()

    said = board(world).probes[0]

    assert (said.value, said.doubt, said.is_current) == (None, "nothing came yet", False)


@pytest.mark.urs("URS-104", "URS-105")
def test_puts_the_gravest_excursion_first_and_tells_the_trend(world: World, probe: Probe) -> None:
    arrived(probe, [-190.0] * 60, start=NOON - timedelta(hours=3), at=NOON)
    arrived(probe, [-190.0] * 10 + [-140.0] * 11 + [-120.0], start=NOON - 21 * MINUTE, at=NOON)
    judge_readings(at=NOON)

    now = board(world)

    assert [excursion.level for excursion in now.excursions] == [Level.CRITICAL, Level.ACTION]
    assert (now.probes[0].trend, now.probes[0].change) == ("rising", 70.0)


def test_a_profile_of_the_unit_counts_before_that_of_its_type(world: World) -> None:
    bare = board(world).has_limits
    LimitVersionFactory.create(profile__container_type=world.tank.type)
    of_the_type = board(world).has_limits
    LimitVersionFactory.create(
        profile=LimitProfileFactory.create(unit=world.tank), bands=[], effective_at=LONG_AGO
    )

    assert (bare, of_the_type, board(world).has_limits) == (False, True, False)


def test_asks_as_often_for_many_as_for_one(
    world: World, probe: Probe, django_assert_num_queries: NumQueries
) -> None:
    other = ProbeFactory.create(feed=probe.feed, quantity=Quantity.LEVEL, expected_every=MINUTE)
    FittingFactory.create(probe=other, unit=world.tank, zone=Zone.LEVEL)
    arrived(probe, [-190.0, -120.0], start=NOON - MINUTE, at=NOON)
    judge_readings(at=NOON)
    watch_for_silence(at=NOON + 10 * MINUTE)

    with django_assert_num_queries(6):
        now = units_now([world.tank, world.tank], at=NOON + 10 * MINUTE)[0]

    assert [said.quantity for said in now.probes] == [Quantity.TEMPERATURE, Quantity.LEVEL]
    assert now.gaps
