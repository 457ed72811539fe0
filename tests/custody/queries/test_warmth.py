"""The facts of temperature, out of rows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from custody.findings import Verdict
from custody.queries.facts import facts_by_code
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from custody.rules.warm import Step, refusals_of_warmth
from inventory.models import Vial
from temperature.watching import judge_readings, watch_for_silence
from tests.factories.inventory import StabilityLimitsFactory
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


CRITICAL = {"level": "critical", "side": "above", "limit": -135.0, "delay_seconds": 0}
LATER = NOON + 30 * MINUTE


def measured(world: World, values: list[float | None]) -> None:
    """Let the tank be measured each minute from noon on, and judge it half an hour later."""
    LimitVersionFactory.create(profile__unit=world.tank)
    judged(world, values)


def with_loose_limits(world: World, values: list[float | None], *, before: float = -190.0) -> None:
    """Let the tank be measured under limits that begin at −135 °C."""
    LimitVersionFactory.create(profile__unit=world.tank, bands=[CRITICAL])
    judged(world, values, before=before)


def judged(world: World, values: list[float | None], *, before: float = -190.0) -> None:
    """Let the tank be measured from ten minutes before noon on, and judge it."""
    probe = fitted_probe(world.tank)
    arrived(probe, [-190.0], start=probe.fittings.get().began_at, at=NOON)
    arrived(probe, [before] * 10, start=NOON - 10 * MINUTE, at=NOON)
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


def endures(vial: Vial, warmest: str) -> None:
    """Let the product of a vial be no warmer than this from now on."""
    StabilityLimitsFactory.create(
        product=vial.batch.product, version=2, warmest_allowed_celsius=Decimal(warmest)
    )


@pytest.mark.urs("URS-104", "URS-112")
@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([-190.0] * 31, {"TEMPERATURE_WITHIN": Verdict.GREEN}),
        ([*[-190.0] * 10, -140.0, *[-190.0] * 20], {"WARMER_THAN_PRODUCT": Verdict.AMBER}),
        ([-140.0] * 31, {"WARMER_THAN_PRODUCT": Verdict.AMBER}),
        ([*[-190.0] * 10, -130.0, *[-190.0] * 20], {"EXCURSION": Verdict.AMBER}),
    ],
)
def test_a_product_that_must_be_colder_than_the_limits_of_its_tank_is_told(
    world: World, values: list[float | None], found: dict[str, Verdict]
) -> None:
    vial, other = world.stored()[0], world.stored()[0]
    endures(vial, "-150.0")

    with_loose_limits(world, values)

    assert codes(world, vial) == found
    both = verdicts([vial.pk, other.pk], at=LATER)
    assert both[vial.pk] == verdicts([vial.pk], at=LATER)[vial.pk]
    assert both[other.pk] == verdicts([other.pk], at=LATER)[other.pk]
    assert not any(one.code == "WARMER_THAN_PRODUCT" for one in both[other.pk].findings)


@pytest.mark.urs("URS-112")
def test_what_was_warmer_before_a_vial_came_is_not_held_against_it(world: World) -> None:
    vial = world.stored()[0]
    endures(vial, "-150.0")

    with_loose_limits(world, [-190.0] * 31, before=-140.0)

    assert codes(world, vial) == {"TEMPERATURE_WITHIN": Verdict.GREEN}


def test_a_limit_that_waits_does_not_hide_what_was_warmer(world: World) -> None:
    vial = world.stored()[0]
    endures(vial, "-150.0")

    measured(world, [*[-190.0] * 10, -140.0, *[-190.0] * 20])

    assert codes(world, vial) == {"WARMER_THAN_PRODUCT": Verdict.AMBER}
    words = next(
        one.words
        for one in verdicts([vial.pk], at=LATER)[vial.pk].findings
        if one.code == "WARMER_THAN_PRODUCT"
    )
    assert words == (
        "LN2-01 was up to −140.0 °C, first for 1 min from 2026-11-20 12:10 UTC: warmer than the "
        "−150.0 °C that its product may ever be, which the limits of the unit do not tell."
    )


@pytest.mark.urs("URS-89")
def test_what_was_warmer_than_the_product_may_be_is_not_released(world: World) -> None:
    vial = world.stored()[0]
    endures(vial, "-150.0")
    measured(world, [*[-190.0] * 10, -140.0, *[-190.0] * 20])
    facts = warmth_of([vial.pk], at=LATER)[vial.pk]

    refused = {
        step: [one.code for one in refusals_of_warmth(vial, facts, step, at=LATER)] for step in Step
    }

    assert refused == {
        Step.PICK: [],
        Step.PACK: [],
        Step.HAND_OVER: ["WARMER_THAN_PRODUCT"],
        Step.RELEASE: ["WARMER_THAN_PRODUCT"],
    }
