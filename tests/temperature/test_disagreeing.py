"""Probes of one unit that disagree, and one that stands still: what is written of them."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from custody.findings import Verdict
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from custody.warmth import spent_by
from temperature.models import (
    Alarm,
    AlarmCause,
    Excursion,
    Gap,
    GapCause,
    Level,
    Probe,
    Reading,
    Zone,
)
from temperature.queries.board import units_now
from temperature.watching import judge_readings
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
HOUR = 60


@pytest.fixture
def pair(world: World) -> tuple[Probe, Probe]:
    """Return a probe under the lid and one at the bottom, mapped six degrees apart."""
    LimitVersionFactory.create(profile__unit=world.tank)
    probes: list[Probe] = []
    for zone, offset in ((Zone.LID, "6.0"), (Zone.BOTTOM, "0.0")):
        probe = ProbeFactory.create(feed__site=world.site, flat_after=HOUR * MINUTE)
        FittingFactory.create(
            probe=probe,
            unit=world.tank,
            zone=zone,
            mapped_offset=Decimal(offset),
            began_at=NOON - MINUTE,
        )
        CalibrationFactory.create(probe=probe)
        probes.append(probe)
    return probes[0], probes[1]


def come(probe: Probe, values: Sequence[float | None], *, after: int, at: datetime) -> None:
    """Let readings of one probe come, one a minute, and be judged."""
    arrived(probe, values, start=NOON + after * MINUTE, at=at)
    judge_readings(at=at)


def wavering(celsius: float, count: int) -> list[float | None]:
    """Return values that never stand still."""
    return [celsius + step % 3 / 10 for step in range(count)]


def standing() -> set[tuple[int, str, datetime, datetime | None]]:
    """Return every gap that stands."""
    return set(Gap.objects.standing().values_list("probe", "cause", "began_at", "ended_at"))


@pytest.mark.urs("URS-30", "URS-108", "URS-111", "URS-112")
@pytest.mark.parametrize("digit", [0.0, 0.1])
def test_a_probe_stuck_cold_under_an_open_lid_makes_its_vials_unknown(
    world: World, pair: tuple[Probe, Probe], digit: float
) -> None:
    """Scenario 6: one probe says −190 °C for ever, while the lid stands open."""
    lid, stuck = pair
    [vial], taken = world.released(), world.checked_out(world.stored())
    at = NOON + 100 * MINUTE
    noise = [-190.0 + minute % 2 * digit for minute in range(100)]
    opened = [*wavering(-184.0, 20), *wavering(-145.0, 80)]

    come(stuck, noise, after=0, at=at)
    come(lid, opened, after=0, at=at)

    told = standing()
    assert told == {
        (lid.pk, GapCause.DISAGREES, NOON + 20 * MINUTE, None),
        (stuck.pk, GapCause.DISAGREES, NOON + 20 * MINUTE, None),
        (stuck.pk, GapCause.FLAT, NOON, None),
    }
    assert Excursion.objects.get().level == Level.ACTION
    verdict = verdicts([vial.pk], at=at)[vial.pk]
    assert verdict.verdict == Verdict.GREY
    now = units_now([world.tank], at=at)[0]
    assert now.warmest is not None
    assert now.warmest.id == lid.pk  # either may be right: the warmer one is shown
    told_of = Alarm.objects.open().filter(cause=AlarmCause.GAP)
    assert set(told_of.values_list("probe", "level")) == {(lid.pk, "action"), (stuck.pk, "action")}
    raw = Reading.objects.filter(probe=stuck).order_by("device_at")
    assert list(raw.values_list("value", flat=True)) == noise  # as it came; doubts stand beside it
    assert {probe.doubt for probe in now.probes} == {
        "the value stood still",
        "two probes of the unit disagree",
    }
    later = timezone.now() + 100 * MINUTE  # what is out counts from the server's clock
    spent = spent_by(warmth_of([taken[0].pk], at=later)[taken[0].pk], later)
    assert (spent.taken_out, spent.longest > 99 * MINUTE) == (1, True)
    findings = verdicts([taken[0].pk], at=later)[taken[0].pk].findings
    assert "BUDGET_EXCEEDED" in {one.code for one in findings}


@pytest.mark.urs("URS-108", "URS-111")
@pytest.mark.parametrize("seed", range(3))
def test_late_readings_of_either_show_what_all_in_time_would_show(
    pair: tuple[Probe, Probe], seed: int
) -> None:
    lid, bottom = pair
    chance = random.Random(seed)  # noqa: S311 - a repeatable order, nothing secret
    said = {
        lid: [*wavering(-184.0, 10), *wavering(-150.0, 12), *wavering(-184.0, 10)],
        bottom: [*wavering(-190.0, 5), None, None, None, None, *wavering(-190.0, 23)],
    }
    pieces = [(probe, first) for probe in said for first in range(0, 32, 8)]
    chance.shuffle(pieces)
    at = NOON + 32 * MINUTE

    for probe, first in pieces:
        come(probe, said[probe][first : first + 8], after=first, at=at)
    piecemeal = standing()
    for probe in said:
        arrived(probe, [-300.0], start=NOON - MINUTE / 2, at=at)  # judged anew from before all
    judge_readings(at=at)

    apart = (NOON + 10 * MINUTE, NOON + 22 * MINUTE)
    assert {row for row in piecemeal if row[1] == GapCause.DISAGREES} == {
        (probe.pk, GapCause.DISAGREES, *apart) for probe in pair
    }
    assert {row for row in standing() if row[1] == GapCause.DISAGREES} == {
        row for row in piecemeal if row[1] == GapCause.DISAGREES
    }


@pytest.mark.urs("URS-108")
def test_a_probe_in_a_buffer_is_not_compared(world: World, pair: tuple[Probe, Probe]) -> None:
    lid, _ = pair
    buffered = ProbeFactory.create(feed__site=world.site)
    FittingFactory.create(
        probe=buffered, unit=world.tank, zone=Zone.BUFFERED, began_at=NOON - MINUTE
    )

    come(buffered, wavering(-190.0, 10), after=0, at=NOON + 10 * MINUTE)
    come(lid, wavering(-150.0, 10), after=0, at=NOON + 10 * MINUTE)

    assert not Gap.objects.filter(cause=GapCause.DISAGREES).exists()
