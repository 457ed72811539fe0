"""The correction of a certificate counts in all that is judged and shown; readings stay raw."""

from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.db import connection

from custody.findings import Verdict
from custody.queries.verdicts import verdicts
from temperature import migrations
from temperature.actions.calibrate_probe import calibrate_probe
from temperature.models import Excursion, GapCause, Probe, ProbeState, Reading, Rollup
from temperature.queries.board import units_now
from temperature.queries.curves import curve_of
from temperature.queries.measured import Window, measured_in, seconds_beyond
from temperature.rules.bands import bands_of
from temperature.rules.intervals import METHOD
from temperature.rules.probes import Certificate
from temperature.watching import judge_readings
from tests.factories.temperature import (
    CalibrationFactory,
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
)
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
LATER = NOON + 11 * MINUTE


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the thermometer of the tank, that read −151 °C for eleven minutes, under limits."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made = fitted_probe(world.tank)
    arrived(made, [-151.0] * 11, start=NOON, at=LATER)
    return made


def calibrated(world: World, probe: Probe, correction: str, *, since: datetime = NOON) -> None:
    """Sign what a calibration showed, later."""
    certificate = Certificate(
        number=f"CAL {correction} {since:%H:%M}",
        calibrated_at=since,
        due_at=since + timedelta(days=365),
        correction=Decimal(correction),
    )
    by = world.signs(world.admin)
    calibrate_probe(probe_id=probe.pk, certificate=certificate, intent=by, at=LATER)


@pytest.mark.urs("URS-30", "URS-105", "URS-111")
def test_a_correction_that_is_signed_later_is_judged_from_when_it_counts(
    world: World, probe: Probe
) -> None:
    vial = world.stored()[0]
    judge_readings(at=LATER)
    assert not Excursion.objects.exists()

    calibrated(world, probe, "5.00", since=NOON + 2 * MINUTE)
    judge_readings(at=LATER)

    row = Excursion.objects.get()
    assert (row.level, row.began_at, row.peak) == ("action", NOON + 2 * MINUTE, -146.0)
    assert (row.method, row.seconds_beyond) == (METHOD, 480)
    assert set(Reading.objects.values_list("value", flat=True)) == {-151.0}
    found = {one.code: one.verdict for one in verdicts([vial.pk], at=LATER)[vial.pk].findings}
    assert found["EXCURSION"] == Verdict.AMBER

    calibrated(world, probe, "-2.00", since=NOON + MINUTE)
    calibrated(world, probe, "-2.00", since=NOON + 3 * MINUTE)
    judge_readings(at=LATER)

    row.refresh_from_db()
    assert row.is_withdrawn


@pytest.mark.urs("URS-104", "URS-111")
def test_board_curve_hours_and_papers_show_what_was_measured(world: World, probe: Probe) -> None:
    calibrated(world, probe, "5.00", since=NOON + 2 * MINUTE)
    judge_readings(at=LATER)
    window = Window(probe, NOON, NOON + 10 * MINUTE)
    limits = Excursion.objects.get().limits

    hour = Rollup.objects.get(period="hour")
    assert (hour.lowest, hour.highest, hour.method) == (-151.0, -146.0, "corrected-mean-2")
    assert units_now([world.tank], at=LATER)[0].probes[0].value == -146.0
    curve = curve_of(world.tank, since=NOON, until=LATER)
    assert curve.series[0].values == [-151.0] * 2 + [-146.0] * 9
    assert (measured_in([window])[0].lowest, measured_in([window])[0].highest) == (-151.0, -146.0)
    assert seconds_beyond([(window, bands_of(limits)[0])]) == [480]


def test_what_was_read_before_a_calibration_stays_as_the_one_before_showed(
    world: World, probe: Probe
) -> None:
    CalibrationFactory.create(probe=probe, calibrated_at=NOON, correction="2.00")
    CalibrationFactory.create(probe=probe, calibrated_at=LATER, correction="9.00")

    assert units_now([world.tank], at=LATER)[0].probes[0].value == -149.0


@pytest.mark.urs("URS-108")
def test_two_probes_are_compared_by_what_they_measured(world: World, probe: Probe) -> None:
    other = ProbeFactory.create(feed__site=world.site)
    FittingFactory.create(probe=other, unit=world.tank, zone="bottom")
    arrived(other, [-159.0] * 11, start=NOON, at=LATER)
    judge_readings(at=LATER)
    assert not probe.gaps.filter(cause=GapCause.DISAGREES).exists()

    calibrated(world, other, "-3.00")
    judge_readings(at=LATER)

    assert probe.gaps.filter(cause=GapCause.DISAGREES, is_withdrawn=False).exists()


def test_an_upgrade_has_what_was_judged_without_corrections_judged_anew(
    world: World, probe: Probe
) -> None:
    judge_readings(at=LATER)
    CalibrationFactory.create(probe=probe, calibrated_at=NOON, correction="5.00")

    [name] = [one.name for one in iter_modules(migrations.__path__) if "corrections" in one.name]
    with connection.cursor() as cursor:
        cursor.execute(import_module(f"{migrations.__name__}.{name}").JUDGE_ANEW)

    assert ProbeState.objects.get(probe=probe).dirty_from == NOON
