"""Why an excursion or a gap ended."""

from datetime import timedelta
from decimal import Decimal

import pytest

from temperature.actions.fit_probe import fit_probe
from temperature.actions.remove_probe import remove_probe
from temperature.models import Alarm, Excursion, Gap, Level, Probe, Side, Zone
from temperature.queries.endings import ending_words, limits_through
from temperature.rules.bands import Band
from temperature.rules.probes import Place
from temperature.watching import judge_readings, watch_for_silence
from tests.browsing import Browser
from tests.factories.temperature import (
    CalibrationFactory,
    LimitVersionFactory,
    arrived,
    fitted_probe,
)
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db, pytest.mark.urs("URS-105", "URS-112")]

MINUTE = timedelta(minutes=1)
REMOVED = NOON + 3 * MINUTE
LATER = NOON + 30 * MINUTE
WIDER = [Band(Level.CRITICAL, Side.ABOVE, -120.0, timedelta()).as_json()]


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the only probe of the tank, critically warm for three minutes and on."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made = fitted_probe(world.tank)
    arrived(made, [-190.0], start=made.fittings.get().began_at, at=NOON)
    arrived(made, [-190.0, -130.0, -131.5], start=NOON, at=REMOVED)
    judge_readings(at=REMOVED)
    return made


def removed(world: World, probe: Probe) -> None:
    """Take the probe out."""
    signs = world.signs(world.admin)
    remove_probe(probe_id=probe.pk, ended_at=REMOVED, intent=signs, at=REMOVED)
    judge_readings(at=LATER)


def critical() -> Excursion:
    """Return the excursion."""
    rows = Excursion.objects.standing().select_related("probe")
    return rows.get(level=Level.CRITICAL)


def test_an_excursion_that_ended_with_the_probe_says_so_and_by_whom(
    world: World, probe: Probe, client: Browser
) -> None:
    removed(world, probe)

    words = ending_words(critical())
    assert critical().ended_at == REMOVED
    assert f"taken out of its place in {world.tank.name} by {world.admin.full_name}" in words
    assert "not because it was measured inside its limit again" in words
    assert "The last value there was −131.5 °C." in words
    client.force_login(world.qa)
    assert words in client.get(f"/quality/excursions/{critical().pk}/").text


@pytest.mark.urs("URS-30", "URS-111")
def test_the_last_value_is_told_as_measured_with_the_correction(world: World, probe: Probe) -> None:
    CalibrationFactory.create(
        probe=probe, calibrated_at=NOON, due_at=NOON + 99 * MINUTE, correction=Decimal("1.5")
    )
    removed(world, probe)

    assert "The last value there was −130.0 °C." in ending_words(critical())


def test_says_where_it_was_fitted_instead(world: World, probe: Probe) -> None:
    place = Place(unit_id=world.tank.pk, zone=Zone.BOTTOM, mapped_offset=Decimal(0))
    signs = world.signs(world.admin)
    fit_probe(probe_id=probe.pk, place=place, began_at=REMOVED, intent=signs, at=REMOVED)
    judge_readings(at=LATER)

    assert f"and fitted to {world.tank.name}, bottom" in ending_words(critical())


def test_nothing_is_said_of_what_became_cold_again_or_goes_on(world: World, probe: Probe) -> None:
    assert ending_words(critical()) == ""

    arrived(probe, [-190.0], start=REMOVED, at=LATER)
    judge_readings(at=LATER)

    assert critical().ended_at == REMOVED
    assert ending_words(critical()) == ""


def test_new_limits_that_end_it_are_named(world: World, probe: Probe) -> None:
    version = critical().limits
    LimitVersionFactory.create(profile=version.profile, number=2, effective_at=REMOVED, bands=WIDER)
    arrived(probe, [-130.0, -130.0], start=REMOVED, at=LATER)
    judge_readings(at=LATER)

    words = ending_words(critical())
    assert critical().ended_at == REMOVED
    assert f"by new limits, not by what was measured: version 2 of {version.profile.name}" in words
    assert "The last value there was −131.5 °C." in words


def test_nothing_is_said_where_it_goes_on_under_new_limits(world: World, probe: Probe) -> None:
    LimitVersionFactory.create(profile=critical().limits.profile, number=2, effective_at=REMOVED)
    arrived(probe, [-130.0, -130.0], start=REMOVED, at=LATER)
    judge_readings(at=LATER)

    assert (critical().ended_at, ending_words(critical())) == (None, "")
    assert [version.number for _, version in limits_through(critical())] == [2]


@pytest.mark.urs("URS-108")
def test_a_silence_that_ended_with_the_probe_says_so(world: World, probe: Probe) -> None:
    late = NOON + 60 * MINUTE
    watch_for_silence(at=late)
    signs = world.signs(world.admin)
    remove_probe(probe_id=probe.pk, ended_at=late, intent=signs, at=late)
    judge_readings(at=late + MINUTE)

    gap = Gap.objects.standing().select_related("probe").get(ended_at=late)
    assert "not because it measured again" in ending_words(gap)


def test_the_sheet_says_what_ends_before_it_is_signed(
    world: World, probe: Probe, client: Browser
) -> None:
    alarm = Alarm.objects.open().get(excursion=critical())
    client.force_login(world.admin)

    for act in ("remove", "fit"):
        page = client.get(f"/configure/probes/{probe.pk}/{act}/").text
        assert f"{probe.code} is beyond a limit: critical since" in page
        assert "worst −130.0 °C" in page
        assert "because the probe is taken out, not because it was" in page
        assert f"alarm {alarm.pk}, which stays" in page
        assert f"No other thermometer sits in {world.tank.name}" in page


def test_the_sheet_is_quiet_where_nothing_ends(world: World, probe: Probe, client: Browser) -> None:
    cold = fitted_probe(world.tank)
    client.force_login(world.admin)

    page = client.get(f"/configure/probes/{cold.pk}/remove/").text

    assert "taken out, not because" not in page
    assert "No other thermometer" not in page
