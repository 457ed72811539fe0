"""Excursions, and doors that stand open, while other limits come into force."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from audit.changes import machine_change
from inventory.actions.add_container import add_container
from sop.models import Deviation
from temperature.judging import differences
from temperature.models import (
    Alarm,
    AlarmCause,
    Excursion,
    Level,
    LimitProfile,
    LimitVersion,
    Probe,
    Quantity,
    Side,
    Zone,
)
from temperature.rules.bands import Band
from temperature.rules.contact_limits import band_of_contact
from temperature.watching import judge_readings, watch_for_silence
from tests.browsing import Browser
from tests.factories.temperature import (
    FittingFactory,
    LimitProfileFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
)
from tests.world import NOON, World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urs("URS-104", "URS-105", "URS-107", "URS-111"),
]

MINUTE = timedelta(minutes=1)
TURN = NOON + 10 * MINUTE
NUMBERS = count(1)


def above(level: Level, limit: float, minutes: int = 0) -> Band:
    """Return a band above."""
    return Band(level, Side.ABOVE, limit, minutes * MINUTE)


def signed(profile: LimitProfile, *bands: Band, at: datetime = TURN) -> LimitVersion:
    """Let the next version of limits come into force."""
    number = profile.versions.count() + 1
    made: LimitVersion = LimitVersionFactory.create(
        profile=profile,
        number=number,
        effective_at=at,
        bands=[band.as_json() for band in bands],
        dead_band=0.0 if profile.quantity == Quantity.DOOR else 2.0,
        setpoint=0.0 if profile.quantity == Quantity.DOOR else -190.0,
    )
    return made


@pytest.fixture
def profile(world: World) -> LimitProfile:
    """Return the limits of the tank: action after five minutes, critical at once."""
    made: LimitProfile = LimitVersionFactory.create(profile__unit=world.tank).profile
    return made


@pytest.fixture
def probe(world: World, profile: LimitProfile) -> Probe:
    """Return the probe of the tank, at −145 °C for seven minutes from 12:01 on."""
    made = fitted_probe(world.tank)
    said(made, -190.0, *[-145.0] * 7, after=0)
    return made


def said(probe: Probe, *values: float, after: int) -> None:
    """Let a probe say values from so many minutes after noon on, and judge each as it comes."""
    for step, value in enumerate(values):
        at = NOON + (after + step) * MINUTE
        arrived(probe, [value], start=at, at=at)
        judge_readings(at=at)


def alarm_of(probe: Probe) -> Alarm:
    """Return the only alarm of what a probe measured."""
    return Alarm.objects.get(probe=probe, cause=AlarmCause.EXCURSION)


def test_one_event_with_one_alarm_and_one_deviation(profile: LimitProfile, probe: Probe) -> None:
    alarm, deviation = alarm_of(probe), Deviation.objects.get()
    signed(profile, above(Level.ACTION, -155.0, 60))

    said(probe, *[-145.0] * 5, -190.0, after=8)

    row = Excursion.objects.get()
    assert (row.began_at, row.ended_at) == (NOON + MINUTE, NOON + 13 * MINUTE)
    assert (row.seconds_beyond, row.limits.number) == (12 * 60, 1)
    assert alarm_of(probe) == alarm
    assert Deviation.objects.get() == deviation


def test_the_page_counts_by_the_limits_of_each_instant(
    world: World, profile: LimitProfile, probe: Probe, client: Browser
) -> None:
    signed(profile, above(Level.ACTION, -149.0, 5), above(Level.CRITICAL, -146.0))
    said(probe, *[-145.0] * 5, -190.0, after=8)

    client.force_login(world.qa)
    page = client.get(f"/quality/excursions/{Excursion.objects.get(level='action').pk}/").text

    for line in (
        *("Action, −150 °C: 9.0 min", "Action, −149 °C: 3.0 min"),
        *("Critical, −135 °C: 0.0 min", "Critical, −146 °C: 3.0 min"),
    ):
        assert line in page


def test_an_alarm_stays_taken_on(world: World, profile: LimitProfile, probe: Probe) -> None:
    alarm = alarm_of(probe)
    with machine_change("test", action="test", reason="Test"):
        alarm.acknowledged_at, alarm.acknowledged_by = NOON + 8 * MINUTE, world.technician
        alarm.comment = "On my way"
        alarm.save(update_fields=["acknowledged_at", "acknowledged_by", "comment"])
    signed(profile, above(Level.ACTION, -149.0, 60))

    said(probe, *[-145.0] * 5, after=8)

    alarm.refresh_from_db()
    assert (alarm.resolved_at, alarm.acknowledged_by) == (None, world.technician)


def test_it_ends_by_new_limits_and_says_so_wherever_it_is_read(
    world: World, profile: LimitProfile, probe: Probe, client: Browser
) -> None:
    signed(profile, above(Level.CRITICAL, -120.0))

    said(probe, *[-145.0] * 3, after=8)

    row = Excursion.objects.get()
    assert row.ended_at == TURN
    alarm = alarm_of(probe)
    assert alarm.resolved_at == TURN
    client.force_login(world.qa)
    for page in (f"/quality/excursions/{row.pk}/", f"/temperature/alarms/{alarm.pk}/"):
        assert "ended by new limits, not by what was measured" in client.get(page).text
    assert "New limits" in client.get("/quality/excursions/").text


def test_the_level_rises_where_they_make_it_worse(profile: LimitProfile, probe: Probe) -> None:
    signed(profile, above(Level.ACTION, -150.0, 5), above(Level.CRITICAL, -146.0, 5))

    said(probe, *[-145.0] * 3, after=8)

    action, critical = Excursion.objects.order_by("began_at")
    assert (action.ended_at, critical.ended_at) == (None, None)
    assert (critical.level, critical.began_at) == (Level.CRITICAL, TURN)
    alarm = alarm_of(probe)
    assert (alarm.level, alarm.excursion, alarm.is_late) == (Level.CRITICAL, critical, False)
    assert alarm.told_from == TURN


def test_the_delay_that_was_served_counts(profile: LimitProfile, probe: Probe) -> None:
    said(probe, -190.0, *[-149.0] * 2, after=8)
    signed(profile, above(Level.ACTION, -150.0, 3), at=NOON + 10.5 * MINUTE)
    said(probe, -149.0, after=11)
    assert not Excursion.objects.open().exists()

    said(probe, -149.0, after=12)

    assert Excursion.objects.open().get().began_at == NOON + 9 * MINUTE


def test_late_readings_are_judged_as_those_in_time(profile: LimitProfile, probe: Probe) -> None:
    signed(profile, above(Level.ACTION, -148.0, 5), above(Level.CRITICAL, -120.0))
    said(probe, *[-139.0] * 6, after=10)  # nothing was heard of 12:08 and 12:09
    assert Excursion.objects.get(level=Level.ACTION).began_at == NOON + MINUTE

    said(probe, -190.0, -139.0, after=8)

    first, second = Excursion.objects.standing().filter(level=Level.ACTION).order_by("began_at")
    assert (first.began_at, first.ended_at) == (NOON + MINUTE, NOON + 8 * MINUTE)
    assert (second.began_at, second.limits.number) == (NOON + 9 * MINUTE, 2)


@pytest.mark.parametrize("had_limits", [True, False])
def test_a_door_is_open_since_it_was_opened(world: World, *, had_limits: bool) -> None:
    door: Probe = ProbeFactory.create(feed__site=world.site, quantity=Quantity.DOOR)
    FittingFactory.create(probe=door, unit=world.tank, zone=Zone.DOOR)
    profile: LimitProfile = LimitProfileFactory.create(unit=world.tank, quantity=Quantity.DOOR)
    if had_limits:
        signed(profile, band_of_contact(Level.WARNING, 2), at=NOON - MINUTE)
    said(door, 0.0, *[1.0] * 9, after=0)
    assert Excursion.objects.exists() == had_limits

    signed(profile, band_of_contact(Level.WARNING, 2), band_of_contact(Level.ACTION, 12))
    watch_for_silence(at=NOON + 11 * MINUTE)
    said(door, *[1.0] * 2, after=12)

    assert set(Excursion.objects.values_list("level", "began_at", "ended_at")) == {
        (level, NOON + MINUTE, None) for level in ("warning", "action")
    }
    alarm = alarm_of(door)
    assert (alarm.level, alarm.is_late, alarm.resolved_at) == (Level.ACTION, False, None)


BANDS = st.lists(
    st.builds(
        above,
        st.sampled_from([Level.WARNING, Level.ACTION, Level.CRITICAL]),
        st.sampled_from([-160.0, -150.0, -135.0]),
        st.integers(min_value=0, max_value=12),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda band: band.level,
)
VALUES = st.lists(
    st.sampled_from([-190.0, -161.0, -149.0, -136.0, -134.0]), min_size=12, max_size=26
)
CUTS = st.sets(st.integers(min_value=1, max_value=25), max_size=6)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each example judges a tank of its own
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(VALUES, BANDS, BANDS, CUTS, st.sampled_from([1, 2, 4]))
def test_judged_in_pieces_is_judged_at_once(
    world: World,
    values: list[float],
    before: list[Band],
    after: list[Band],
    cuts: set[int],
    every: int,
) -> None:
    """What was judged as it came is what all of it shows, also where it came late."""
    tank = add_container(
        type_id=world.tank.type_id,
        name=f"Tank {next(NUMBERS)}",
        site_id=world.site.pk,
        intent=world.signs(world.admin),
    )
    probe = fitted_probe(tank, expected_every=every * MINUTE)
    profile: LimitProfile = LimitProfileFactory.create(unit=tank)
    signed(profile, *before, at=NOON - MINUTE)
    signed(profile, *after, at=NOON + (13 * every - 0.5) * MINUTE)
    parts = [*pairwise(sorted({0, *(cut for cut in cuts if cut < len(values)), len(values)}))]

    until = NOON
    for first, last in [*parts[1::2], *parts[::2]]:  # every other piece comes late
        until = max(until, NOON + (last - 1) * every * MINUTE)
        came(probe, values[first:last], NOON + first * every * MINUTE, every, at=until)

    assert not differences(probe, dirty_from=NOON, at=until)


def came(
    probe: Probe, values: Sequence[float], start: datetime, every: int, *, at: datetime
) -> None:
    """Let a piece come in, and be judged."""
    for step, value in enumerate(values):
        arrived(probe, [value], start=start + step * every * MINUTE, at=at)
    judge_readings(at=at)
