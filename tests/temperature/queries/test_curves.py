"""The curve of a unit: only what was measured there, gaps as gaps, limits as they were."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from django.db import connection

from audit.changes import machine_change
from temperature.models import Fitting, Probe
from temperature.queries.curves import curve_of, fittings_in
from temperature.queries.unit import summaries
from temperature.watching import judge_readings
from tests.factories.temperature import (
    LimitProfileFactory,
    LimitVersionFactory,
    arrived,
    fitted_probe,
)
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(transaction=True)

NumQueries = Callable[[int], AbstractContextManager[object]]
MINUTE, HOUR, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=365)
YEAR_OF_ROLLUPS = """
    INSERT INTO temperature_rollup
        (probe_id, period, began_at, readings, usable, lowest, highest, mean, method)
    SELECT %s, p.period, t, 60, 60, -195, -185, -190, 'test'
    FROM (VALUES ('hour', interval '1 hour'), ('day', interval '1 day')) AS p (period, step),
        generate_series(%s, %s, p.step) t
"""


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the thermometer of the tank."""
    return fitted_probe(world.tank)


@pytest.mark.urs("URS-112")
def test_breaks_the_line_where_nothing_usable_came(world: World, probe: Probe) -> None:
    arrived(probe, [-190.0, None, -189.0], start=NOON, at=NOON + 2 * MINUTE)
    arrived(probe, [-188.0], start=NOON + 30 * MINUTE, at=NOON + 30 * MINUTE)

    curve = curve_of(world.tank, since=NOON, until=NOON + HOUR)

    assert curve.resolution == "raw"
    assert curve.series[0].values == [-190.0, None, -189.0, None, -188.0]
    assert curve.series[0].times == sorted(curve.series[0].times)


@pytest.mark.urs("URS-112")
def test_draws_only_what_was_measured_while_the_probe_sat_there(world: World, probe: Probe) -> None:
    arrived(probe, [-190.0] * 5, start=NOON, at=NOON + 5 * MINUTE)
    fitting = Fitting.objects.get(probe=probe)
    with machine_change("test set-up", action="set_up", reason="Move a probe"):
        fitting.ended_at = NOON + 2 * MINUTE
        fitting.save(update_fields=["ended_at"])

    curve = curve_of(world.tank, since=NOON, until=NOON + HOUR)

    assert curve.series[0].values == [-190.0, -190.0]


@pytest.mark.urs("URS-104")
def test_draws_each_limit_for_as_long_as_it_was_in_force(world: World, probe: Probe) -> None:
    profile = LimitProfileFactory.create(unit=world.tank)
    before = [{"level": "action", "side": "above", "limit": -140.0, "delay_seconds": 0}]
    LimitVersionFactory.create(profile=profile, bands=before)
    LimitVersionFactory.create(profile=profile, number=2, effective_at=NOON)

    lines = curve_of(world.tank, since=NOON - HOUR, until=NOON + HOUR).limits

    assert [(line.band.limit, line.began_at, line.ended_at) for line in lines] == [
        (-140.0, NOON - HOUR, NOON),
        (-150.0, NOON, NOON + HOUR),
        (-135.0, NOON, NOON + HOUR),
    ]


@pytest.mark.urs("URS-104")
def test_says_in_numbers_what_the_curve_shows(world: World, probe: Probe) -> None:
    arrived(probe, [-190.0, None, -180.0], start=NOON, at=NOON + 3 * MINUTE)
    judge_readings(at=NOON + 3 * MINUTE)
    span = {"since": NOON - HOUR, "until": NOON + HOUR}

    said = summaries(fittings_in(world.tank, **span), **span)[0]

    assert (said.lowest, said.mean, said.highest) == (-190.0, -185.0, -180.0)
    assert (said.readings, said.usable) == (3, 2)


def seconds_of(world: World, began: datetime) -> float:
    """Return how long a year takes to read."""
    start = perf_counter()
    curve_of(world.tank, since=began, until=began + YEAR)
    return perf_counter() - start


def test_reads_a_year_of_a_probe_in_a_tenth_of_a_second(
    world: World, probe: Probe, django_assert_num_queries: NumQueries
) -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute(YEAR_OF_ROLLUPS, [probe.pk, began, began + YEAR])

    with django_assert_num_queries(4):
        year = curve_of(world.tank, since=began, until=began + YEAR)
    took = min(seconds_of(world, began) for _ in range(5))  # the machine may be busy with others
    quarter = curve_of(world.tank, since=began, until=began + timedelta(days=90))

    assert (year.resolution, len(year.series[0].values)) == ("day", 365)
    assert (quarter.resolution, len(quarter.series[0].values)) == ("hour", 90 * 24)
    assert took < 0.1
