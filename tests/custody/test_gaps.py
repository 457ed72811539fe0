"""What a time without evidence does to vials, once it lasts."""

from datetime import timedelta

import pytest

from custody.actions.report_gap import report_gap
from custody.actions.set_handling_rules import set_handling_rules
from custody.findings import Verdict
from custody.models import GapReport
from custody.queries.verdicts import verdicts
from custody.watching import watch_gaps
from sop.models import Deviation, DeviationSource
from temperature.actions.judge_probe import judge_probe
from temperature.consequences import watches
from temperature.models import Gap, Probe
from temperature.watching import judge_readings, watch_for_silence
from tests.browsing import Browser
from tests.custody.racing import race
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urs("URS-108", "URS-113"),
]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the probe of the tank, heard up to noon; gaps of half an hour are reported."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made = fitted_probe(world.tank)
    speak(made, minute=0)
    qa = world.signs(world.qa)
    set_handling_rules(late_entry_hours=24, gap_deviation_minutes=30, intent=qa)
    return made


def speak(probe: Probe, *, minute: int) -> None:
    """Let one reading come and be judged."""
    at = NOON + minute * MINUTE
    arrived(probe, [-190.0], start=at, at=at)
    judge_readings(at=at)


def watch(minute: int) -> int:
    """Let the clock look, as a worker or the watchdog does."""
    at = NOON + minute * MINUTE
    watch_for_silence(at=at)
    assert watch_gaps in watches()
    return watch_gaps(at=at)


def the_gap() -> Gap:
    """Return the gap since noon: before, nothing was heard since the probe was fitted."""
    return Gap.objects.latest("began_at")


def reports() -> list[Deviation]:
    """Return the deviations that gaps opened."""
    return list(Deviation.objects.filter(source=DeviationSource.NOT_MEASURED).order_by("pk"))


def test_opens_a_deviation_once_it_lasted_that_long_and_says_its_end(
    world: World, probe: Probe
) -> None:
    vials = world.released(2)
    assert watch(29) == 0
    assert watch(30) == 1
    assert watch(31) == 0

    [deviation] = reports()
    assert deviation.title == f"{world.tank.name} was not measured"
    assert "(no reading came) from 2026-11-20 13:00+01:00 on" in deviation.what_happened
    assert "2 vials stood in it" in deviation.what_happened
    assert "rules of handling, version 1" in deviation.what_happened
    judged = verdicts([vial.pk for vial in vials], at=NOON + 31 * MINUTE)
    assert {one.verdict for one in judged.values()} == {Verdict.GREY}

    speak(probe, minute=40)
    [deviation] = reports()
    assert deviation.what_happened.endswith("was over at 2026-11-20 13:40+01:00.")
    judged = verdicts([vial.pk for vial in vials], at=NOON + 40 * MINUTE)
    assert {one.verdict for one in judged.values()} == {Verdict.GREY}, "its end releases nothing"
    desk = Browser()
    desk.force_login(world.qa)
    alarm = the_gap().alarms.latest("pk")
    assert deviation.number in desk.get(f"/temperature/alarms/{alarm.pk}/").text
    assert deviation.number in desk.get(f"/quality/gaps/{the_gap().pk}/").text
    curve = f"/temperature/units/{world.tank.pk}/?from="
    assert curve in desk.get(f"/quality/deviations/{deviation.pk}/").text


def test_one_found_when_it_is_over_is_reported_in_the_change_that_finds_it(
    world: World, probe: Probe
) -> None:
    world.stored()
    speak(probe, minute=45)

    [deviation] = reports()
    assert "until 2026-11-20 13:45+01:00" in deviation.what_happened
    report = GapReport.objects.get(gap=the_gap())
    assert report.change.action == "judge_readings"
    assert deviation.history.earliest("pk").change == report.change


def test_readings_that_come_later_are_said_in_it(world: World, probe: Probe) -> None:
    world.stored()
    watch(30)
    later = NOON + 31 * MINUTE

    arrived(probe, [-190.0] * 31, start=NOON + MINUTE, at=later)
    judge_readings(at=later)

    [deviation] = reports()
    assert "was filled: readings came later" in deviation.what_happened


def test_opens_none_for_an_empty_unit_nor_where_quality_signed_none(
    world: World, probe: Probe
) -> None:
    assert watch(60) == 0

    world.stored()
    set_handling_rules(late_entry_hours=24, intent=world.signs(world.qa))

    assert watch(61) == 0
    assert reports() == []
    assert probe.gaps.exists()


def test_its_end_and_the_clock_at_once_report_it_once(world: World, probe: Probe) -> None:
    world.stored()
    watch_for_silence(at=NOON + 10 * MINUTE)
    end = NOON + 31 * MINUTE
    arrived(probe, [-190.0], start=end, at=end)

    def ends() -> object:
        return judge_probe(probe_id=probe.pk, dirty_from=end, at=end)

    def clock() -> object:
        return report_gap(gap_id=the_gap().pk, at=end)

    outcomes = race(ends, clock, meet_in="custody.gaps.newest_rules")

    assert [outcome.error for outcome in outcomes] == [None, None]
    [deviation] = reports()
    assert GapReport.objects.get().deviation == deviation
    assert deviation.what_happened.count("no reading came") == 1
