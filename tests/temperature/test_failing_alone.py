"""What cannot be judged stops nothing else, and is told of when it lasts."""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.changes import OpenChange
from audit.models import SystemEvent
from audit.system_events import record_waiting
from inventory.actions.add_container import add_container
from inventory.models import Container
from temperature import consequences, watching
from temperature.consequences import News
from temperature.models import (
    Alarm,
    AlarmCause,
    Excursion,
    Gap,
    LeftUndone,
    Level,
    Probe,
    ProbeState,
    Rollup,
    Work,
)
from temperature.rollups import gather
from temperature.watchdog import JUDGES
from temperature.watching import judge_readings, watch_for_silence
from temperature.watching_failures import watch_failures
from tests.custody.racing import worked_on
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-46", "URS-108")]

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _spool(settings: Any, tmp_path: Path) -> None:
    settings.SYSTEM_EVENT_SPOOL = str(tmp_path)


@pytest.fixture
def probes(world: World) -> list[Probe]:
    """Return three probes, each in a tank of its own, where it reads far too warm."""
    return [_warm(world.tank if number == 1 else _tank(world, number)) for number in (1, 2, 3)]


def _tank(world: World, number: int) -> Container:
    return add_container(
        type_id=world.tank.type_id,
        name=f"LN2-0{number}",
        site_id=world.site.pk,
        intent=world.signs(world.admin),
    )


def _warm(unit: Container) -> Probe:
    probe = fitted_probe(unit)
    LimitVersionFactory.create(profile__unit=unit)
    arrived(probe, [-190.0, -100.0], start=NOON - MINUTE, at=NOON)
    return probe


def spoil_limits(probe: Probe) -> None:
    """Put limits into force for the unit of a probe that nobody can read."""
    unit = probe.fittings.get().unit
    profile = unit.limit_profiles.get()
    LimitVersionFactory.create(profile=profile, number=2, bands=[{"level": "nonsense"}])


def fails_for(probe: Probe) -> consequences.Consequence:
    """Return a consequence that fails for one probe."""

    def fails(_: OpenChange, news: News, __: datetime) -> None:
        if any(row.probe_id == probe.pk for row in news.begun):
            raise ZeroDivisionError

    return fails


def warm() -> set[int]:
    return set(Excursion.objects.standing().values_list("probe", flat=True))


def failed_jobs() -> list[str]:
    record_waiting()
    rows = SystemEvent.objects.filter(kind="fail_job")
    return [details["job"] for details in rows.values_list("details", flat=True)]


def test_a_probe_whose_limits_cannot_be_read_stops_no_other(probes: list[Probe]) -> None:
    spoil_limits(probes[0])

    judge_readings(at=NOON)

    assert warm() == {probes[1].pk, probes[2].pk}
    left = LeftUndone.objects.get()
    assert (left.work, left.key, left.since) == (Work.READINGS, probes[0].pk, NOON)
    waiting = ProbeState.objects.filter(dirty_from__isnull=False)
    assert [row.probe_id for row in waiting] == [probes[0].pk], "it is judged again"


def test_a_probe_that_somebody_holds_stops_no_other_and_is_judged_later(
    probes: list[Probe],
) -> None:
    with worked_on(probes[0]):
        judge_readings(at=NOON)
    assert warm() == {probes[1].pk, probes[2].pk}

    judge_readings(at=NOON + 4 * SECOND)

    assert warm() == {probe.pk for probe in probes}
    assert not LeftUndone.objects.exists()


def test_a_consequence_that_fails_stops_no_other_probe(
    probes: list[Probe], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consequences, "_consequences", [fails_for(probes[0])])

    judge_readings(at=NOON)

    assert warm() == {probes[1].pk, probes[2].pk}


def test_what_keeps_failing_is_told_once_tried_each_minute_and_raised(
    probes: list[Probe], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consequences, "_consequences", [fails_for(probes[0])])
    for seconds in range(0, 240, 3):
        judge_readings(at=NOON + seconds * SECOND)
        watch_failures(at=NOON + seconds * SECOND)

    assert failed_jobs() == [f"Judging the readings of probe {probes[0].code}"]
    assert LeftUndone.objects.get().tries == 8
    alarm = Alarm.objects.open().get(cause=AlarmCause.UNDONE)
    assert (alarm.level, alarm.raised_at) == (Level.CRITICAL, NOON + 120 * SECOND)
    assert probes[0].code in alarm.words
    assert "Look at the unit itself" in alarm.words

    monkeypatch.setattr(consequences, "_consequences", [])
    later = NOON + 5 * MINUTE
    judge_readings(at=later)
    watch_failures(at=later)

    assert warm() == {probe.pk for probe in probes}
    alarm.refresh_from_db()
    assert alarm.resolved_at == later


def test_the_watchdog_looks_for_it_too() -> None:
    assert watch_failures in JUDGES


def test_silence_of_the_others_is_found(probes: list[Probe]) -> None:
    judge_readings(at=NOON)
    spoil_limits(probes[0])

    watch_for_silence(at=NOON + 30 * MINUTE)

    assert set(Gap.objects.open().values_list("probe", flat=True)) == {
        probes[1].pk,
        probes[2].pk,
    }
    assert LeftUndone.objects.get().work == Work.SILENCE


def test_one_that_cannot_be_gathered_stops_no_other(
    probes: list[Probe], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(keys: Collection[int], *, unusable: int) -> None:
        if probes[0].pk in keys:
            raise ZeroDivisionError
        gather(keys, unusable=unusable)

    monkeypatch.setattr(watching, "gather", fails)

    judge_readings(at=NOON)

    assert warm() == {probes[1].pk, probes[2].pk}
    assert set(Rollup.objects.values_list("probe", flat=True)) == warm()
