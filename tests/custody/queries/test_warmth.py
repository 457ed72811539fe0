"""The facts of temperature, out of rows."""

from datetime import timedelta
from typing import Any

import pytest

from custody.findings import Verdict
from custody.queries.facts import facts_by_code
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from inventory.models import Vial
from temperature.actions.judge_readings import judge_readings, watch_for_silence
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


LATER = NOON + 30 * MINUTE


def measured(world: World, values: list[float | None]) -> None:
    """Let the tank be measured each minute from noon on, and judge it half an hour later."""
    LimitVersionFactory.create(profile__unit=world.tank)
    probe = fitted_probe(world.tank)
    arrived(probe, [-190.0], start=probe.fittings.get().began_at, at=NOON)
    arrived(probe, values, start=NOON, at=LATER)
    judge_readings(at=LATER)
    watch_for_silence(at=LATER)


def codes(world: World, vial: Vial) -> dict[str, Verdict]:
    """Return the findings about temperature, found alone; set-based they are the same."""
    judged = verdicts([vial.pk], at=LATER)[vial.pk]
    alone = facts_by_code(vial.code, seen_by=world.qa, at=LATER)
    assert alone is not None
    assert alone.judgement == judged
    return {
        finding.code: finding.verdict
        for finding in judged.findings
        if finding.evidence in {"temperature", "gap", "excursion", "exposure"}
    }


@pytest.mark.urs("URS-112")
def test_a_tank_without_a_thermometer_leaves_the_verdict_unknown(world: World) -> None:
    assert codes(world, world.stored()[0]) == {
        "NO_TEMPERATURE": Verdict.GREY,
        "NO_LIMITS": Verdict.GREY,
    }


@pytest.mark.urs("URS-105", "URS-108", "URS-112")
@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([-190.0] * 31, {"TEMPERATURE_WITHIN": Verdict.GREEN}),
        ([-190.0] * 10, {"SILENT_NOW": Verdict.GREY, "TEMPERATURE_GAP": Verdict.GREY}),
        ([*[-190.0] * 10, -130.0, *[-190.0] * 20], {"EXCURSION": Verdict.AMBER}),
        ([*[-190.0] * 10, *[None] * 10, *[-190.0] * 11], {"TEMPERATURE_GAP": Verdict.GREY}),
    ],
)
def test_what_the_probe_said_is_what_the_verdict_says(
    world: World, values: list[float | None], found: dict[str, Verdict]
) -> None:
    vial = world.stored()[0]

    measured(world, values)

    assert codes(world, vial) == found


@pytest.mark.urs("URS-108")
def test_a_released_vial_in_a_measured_tank_is_within_specification(world: World) -> None:
    vial = world.released()[0]

    measured(world, [-190.0] * 31)

    assert verdicts([vial.pk], at=LATER)[vial.pk].verdict == Verdict.GREEN


def test_one_statement_for_any_number(world: World, django_assert_num_queries: Any) -> None:
    vials = world.stored(5)
    measured(world, [-190.0] * 31)

    with django_assert_num_queries(1):
        facts = warmth_of([vial.pk for vial in vials], at=LATER)

    assert len(facts) == 5
