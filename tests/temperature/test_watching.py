"""Judging readings."""

from datetime import datetime, timedelta

import pytest

from audit.changes import OpenChange
from audit.models import Change
from temperature import consequences
from temperature.consequences import News
from temperature.models import (
    Excursion,
    Gap,
    GapCause,
    Level,
    LimitVersion,
    Probe,
    ProbeState,
    Rollup,
)
from temperature.watching import judge_readings, watch_for_silence
from tests.factories.temperature import (
    CalibrationFactory,
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
)
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
START = NOON - 2 * 60 * MINUTE


@pytest.fixture
def probe(world: World) -> Probe:
    """Return a probe that was fitted in a tank with limits two hours ago."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made: Probe = ProbeFactory.create(feed__site=world.site)
    FittingFactory.create(probe=made, unit=world.tank, began_at=START)
    CalibrationFactory.create(probe=made)
    return made


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, News]]:
    """Return what follows, with the Change it follows in."""
    kept: list[tuple[int, News]] = []

    def keep(change: OpenChange, news: News, _: datetime) -> None:
        kept.append((change.id, news))

    monkeypatch.setattr(consequences, "_consequences", [keep])
    return kept


@pytest.mark.urs("URS-105", "URS-113")
def test_finds_an_excursion_and_its_end_in_the_change_of_what_follows(
    probe: Probe, told: list[tuple[int, News]]
) -> None:
    arrived(probe, [-190.0, -130.0], start=START, at=START + 2 * MINUTE)
    judge_readings(at=START + 2 * MINUTE)

    row = Excursion.objects.get()
    assert (row.level, row.began_at, row.ended_at) == (Level.CRITICAL, START + MINUTE, None)

    arrived(probe, [-125.0, -190.0], start=START + 2 * MINUTE, at=START + 4 * MINUTE)
    judge_readings(at=START + 4 * MINUTE)

    row.refresh_from_db()
    assert (row.ended_at, row.peak, row.seconds_beyond) == (START + 3 * MINUTE, -125.0, 120)
    changes = list(
        Change.objects.filter(action="judge_readings").order_by("pk").values_list("pk", flat=True)
    )
    assert [key for key, _ in told] == changes
    assert [list(news.begun) for _, news in told] == [[row], []]
    assert [list(news.changed) for _, news in told] == [[], [row]]


@pytest.mark.urs("URS-111")
def test_late_readings_are_judged_as_readings_in_time(
    probe: Probe, told: list[tuple[int, News]]
) -> None:
    arrived(probe, [-190.0, -130.0], start=START, at=START + 2 * MINUTE)
    arrived(probe, [-130.0, -190.0], start=START + 3 * MINUTE, at=START + 5 * MINUTE)
    judge_readings(at=START + 5 * MINUTE)
    assert Excursion.objects.standing().get().ended_at == START + 4 * MINUTE

    arrived(probe, [-190.0], start=START + 2 * MINUTE, at=NOON)  # between the two
    judge_readings(at=START + 5 * MINUTE)

    assert list(
        Excursion.objects.standing().order_by("began_at").values_list("began_at", "ended_at")
    ) == [
        (START + MINUTE, START + 2 * MINUTE),
        (START + 3 * MINUTE, START + 4 * MINUTE),
    ]


@pytest.mark.urs("URS-108")
def test_silence_is_a_gap_until_a_reading_comes(probe: Probe) -> None:
    arrived(probe, [-190.0], start=START, at=START)
    judge_readings(at=START)
    watch_for_silence(at=START + 3 * MINUTE)
    assert not Gap.objects.exists()

    watch_for_silence(at=START + 4 * MINUTE)
    watch_for_silence(at=START + 5 * MINUTE)

    gap = Gap.objects.get()
    assert (gap.cause, gap.began_at, gap.ended_at) == (GapCause.SILENT, START, None)

    arrived(probe, [-190.0], start=START + 10 * MINUTE, at=START + 10 * MINUTE)
    judge_readings(at=START + 10 * MINUTE)

    gap.refresh_from_db()
    assert gap.ended_at == START + 10 * MINUTE


@pytest.mark.urs("URS-108")
def test_a_probe_that_never_said_anything_is_missing_since_it_was_fitted(probe: Probe) -> None:
    for minutes in (4, 30, 90):
        watch_for_silence(at=START + minutes * MINUTE)

    gap = Gap.objects.get()
    assert (gap.cause, gap.began_at, gap.ended_at) == (GapCause.SILENT, START, None)


@pytest.mark.urs("URS-108", "URS-112")
def test_back_filled_readings_undo_a_gap_that_stays_to_be_read(probe: Probe) -> None:
    arrived(probe, [-190.0], start=START, at=START)
    judge_readings(at=START)
    watch_for_silence(at=START + 30 * MINUTE)

    arrived(probe, [-190.0] * 30, start=START + MINUTE, at=START + 30 * MINUTE)
    judge_readings(at=START + 30 * MINUTE)

    assert Gap.objects.get().is_withdrawn
    assert not Gap.objects.standing().exists()


def test_writes_no_change_where_nothing_is_new(probe: Probe) -> None:
    arrived(probe, [-190.0] * 5, start=START, at=START + 5 * MINUTE)

    assert judge_readings(at=START + 5 * MINUTE) == []

    assert not Change.objects.filter(action="judge_readings").exists()
    state = ProbeState.objects.get(probe=probe)
    assert (state.dirty_from, state.judged_at) == (None, START + 5 * MINUTE)


@pytest.mark.urs("URS-111")
def test_gathers_hours_and_days_from_raw_readings(probe: Probe) -> None:
    arrived(probe, [-190.0, -999.0, -180.0], start=START, at=START + 3 * MINUTE)
    judge_readings(at=START + 3 * MINUTE)

    for rollup in Rollup.objects.all():
        assert (rollup.readings, rollup.usable) == (3, 2)
        assert (rollup.lowest, rollup.highest, rollup.mean) == (-190.0, -180.0, -185.0)
    assert sorted(Rollup.objects.values_list("period", flat=True)) == ["day", "hour"]


@pytest.mark.urs("URS-107", "URS-108")
def test_new_limits_do_not_end_a_silence(world: World, probe: Probe) -> None:
    first = LimitVersion.objects.get()
    LimitVersionFactory.create(profile=first.profile, number=2, effective_at=START + 20 * MINUTE)

    watch_for_silence(at=START + 10 * MINUTE)
    watch_for_silence(at=START + 30 * MINUTE)

    gap = Gap.objects.get()
    assert (gap.began_at, gap.ended_at) == (START, None)
