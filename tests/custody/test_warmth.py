"""What the temperature record means for a vial."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.findings import Finding, Verdict
from custody.warmth import findings_of_stay, judge_temperature
from custody.warmth_facts import (
    ExcursionFact,
    GapFact,
    Span,
    StayFact,
    TemperatureFacts,
    WarmDecision,
    WarmFact,
    first_uncovered,
)
from temperature.models import GapCause, Level
from tests.custody.warmth import BEGAN, KEPT_COLD, PROBE, kept_in, on_the_bench, unit
from tests.world import NOON

HOUR = timedelta(hours=1)
DURING = Span(NOON - 5 * HOUR, NOON - 4 * HOUR)
BEFORE = Span(BEGAN - 5 * HOUR, BEGAN - HOUR)


def findings(facts: TemperatureFacts) -> dict[str, Finding]:
    """Return the findings by their codes."""
    return {finding.code: finding for finding in judge_temperature(facts, at=NOON)}


def worst(facts: TemperatureFacts) -> set[tuple[str, Verdict]]:
    """Return what is not green."""
    return {
        (code, finding.verdict)
        for code, finding in findings(facts).items()
        if finding.verdict != Verdict.GREEN
    }


def excursion(span: Span = DURING, **said: object) -> ExcursionFact:
    """Return an excursion to −120 °C."""
    facts = {"key": 5, "level": Level.ACTION, "span": span, "peak": -120.0} | said
    return ExcursionFact(**facts)  # type: ignore[arg-type] # facts by name


def short(**said: object) -> ExcursionFact:
    """Return a time in which the tank was short of nitrogen."""
    return excursion(DURING, **{"is_level": True, "peak": 12.0, **said})


def gap(span: Span = DURING, **said: object) -> GapFact:
    """Return a silence."""
    facts = {"key": 6, "cause": GapCause.SILENT, "span": span} | said
    return GapFact(**facts)  # type: ignore[arg-type] # facts by name


@pytest.mark.urs("URS-112")
def test_a_whole_record_inside_its_limits_is_green() -> None:
    assert {code: one.verdict for code, one in findings(KEPT_COLD).items()} == {
        "TEMPERATURE_WITHIN": Verdict.GREEN
    }


@pytest.mark.urs("URS-30", "URS-105", "URS-108", "URS-112")
@pytest.mark.parametrize(
    ("record", "code", "verdict"),
    [
        ({"probes": []}, "NO_TEMPERATURE", Verdict.GREY),
        (
            {"probes": [replace(PROBE, span=Span(BEGAN + HOUR, None))]},
            "NO_TEMPERATURE",
            Verdict.GREY,
        ),
        ({"limits_since": None}, "NO_LIMITS", Verdict.GREY),
        ({"limits_since": BEGAN + HOUR}, "NO_LIMITS", Verdict.GREY),
        ({"probes": [replace(PROBE, calibrated=[])]}, "NOT_CALIBRATED", Verdict.GREY),
        (
            {"probes": [replace(PROBE, calibrated=[Span(BEGAN, NOON - HOUR)])]},
            "NOT_CALIBRATED",
            Verdict.GREY,
        ),
        (
            {"probes": [replace(PROBE, usable_at=NOON - timedelta(minutes=4))]},
            "SILENT_NOW",
            Verdict.GREY,
        ),
        ({"probes": [PROBE, replace(PROBE, usable_at=None)]}, "SILENT_NOW", Verdict.GREY),
        ({"gaps": [gap()]}, "TEMPERATURE_GAP", Verdict.GREY),
        ({"gaps": [gap(Span(NOON - HOUR, None))]}, "TEMPERATURE_GAP", Verdict.GREY),
        ({"gaps": [gap(decisions={1: True})]}, "GAP_EVALUATED", Verdict.RED),
        ({"excursions": [excursion()]}, "EXCURSION", Verdict.AMBER),
        ({"excursions": [excursion(decisions={2: False})]}, "EXCURSION", Verdict.AMBER),
        ({"excursions": [excursion(decisions={1: True})]}, "EXCURSION_EVALUATED", Verdict.RED),
        ({"excursions": [excursion(level=Level.WARNING)]}, "EXCURSION", Verdict.AMBER),
        ({"excursions": [short()]}, "LOW_NITROGEN", Verdict.AMBER),
        ({"excursions": [short(decisions={1: True})]}, "LOW_NITROGEN_EVALUATED", Verdict.RED),
    ],
)
def test_anything_missing_or_beyond_counts(
    record: dict[str, object], code: str, verdict: Verdict
) -> None:
    assert worst(kept_in(unit(**record))) == {(code, verdict)}


@pytest.mark.urs("URS-105", "URS-112")
@pytest.mark.parametrize(
    "record",
    [
        {"excursions": [excursion(BEFORE)]},
        {"gaps": [gap(BEFORE)]},
        {"excursions": [excursion(decisions={1: False})]},
        {"gaps": [gap(decisions={1: False})]},
        {"excursions": [excursion(level=Level.WARNING, peak=-155.0)]},
        {"excursions": [short(decisions={1: False})]},
        {"excursions": [short(level=Level.WARNING)]},
        {"probes": [PROBE, replace(PROBE, span=BEFORE, calibrated=[])]},
    ],
)
def test_what_was_before_it_came_or_was_evaluated_does_not_count(record: dict[str, object]) -> None:
    assert worst(kept_in(unit(**record))) == set()


@pytest.mark.urs("URS-105")
def test_says_that_the_tank_was_short_of_nitrogen() -> None:
    assert findings(kept_in(unit(excursions=[short()])))["LOW_NITROGEN"].words == (
        "LN2-01 was short of nitrogen for 60 min from 2026-11-20 07:00 UTC, down to 12 %: "
        "QA has not evaluated it."
    )


def test_a_vial_that_was_never_stored_has_no_record() -> None:
    assert worst(kept_in(unit(), stays=[])) == {("NO_TEMPERATURE", Verdict.GREY)}


def test_what_happened_in_an_earlier_unit_goes_with_the_vial() -> None:
    old = StayFact(Span(BEGAN, NOON - 2 * HOUR), unit(name="LN2-02", excursions=[excursion()]))
    new = StayFact(Span(NOON - HOUR, None), unit())

    facts = kept_in(unit(), stays=[old, new])

    assert worst(facts) == {("EXCURSION", Verdict.AMBER)}
    assert findings(facts)["EXCURSION"].words == (
        "LN2-02 was too warm for 60 min from 2026-11-20 07:00 UTC, up to −120.0 °C: "
        "QA has not evaluated it."
    )


@pytest.mark.parametrize(
    ("outings", "out_for", "code", "verdict"),
    [
        ([60], None, "WITHIN_BUDGET", Verdict.GREEN),
        ([60], 90, "WITHIN_BUDGET", Verdict.GREEN),
        ([60], 110, "BUDGET_NEARLY_USED", Verdict.AMBER),
        ([60], 121, "BUDGET_EXCEEDED", Verdict.RED),
        ([10] * 9, None, "BUDGET_NEARLY_USED", Verdict.AMBER),
        ([10] * 11, None, "BUDGET_EXCEEDED", Verdict.RED),
        ([90] * 8 + [80] * 2, 70, "BUDGET_EXCEEDED", Verdict.RED),
    ],
)
def test_times_out_are_held_against_what_the_product_endures(
    outings: list[int], out_for: int | None, code: str, verdict: Verdict
) -> None:
    facts = kept_in(
        unit(),
        outings=[timedelta(seconds=each) for each in outings],
        going_on=None if out_for is None else on_the_bench(NOON - timedelta(seconds=out_for)),
    )

    assert findings(facts)[code].verdict == verdict


def test_a_time_out_without_known_limits_is_unknown() -> None:
    facts = kept_in(unit(), budget=None, outings=[timedelta(seconds=5)])

    assert worst(facts) == {("NO_BUDGET", Verdict.GREY)}


SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 20)).map(
        lambda pair: Span(NOON + pair[0] * HOUR, NOON + (pair[0] + pair[1]) * HOUR)
    )
)


@given(SPANS, st.integers(0, 20), st.integers(1, 20))
def test_a_time_is_covered_when_each_of_its_hours_is(
    spans: list[Span], begins: int, lasts: int
) -> None:
    wanted = Span(NOON + begins * HOUR, NOON + (begins + lasts) * HOUR)
    hours = [NOON + (begins + step) * HOUR for step in range(lasts)]
    bare = [
        hour
        for hour in hours
        if not any(one.began_at <= hour and hour < (one.ended_at or hour) for one in spans)
    ]

    found = first_uncovered(wanted, spans, NOON + 100 * HOUR)

    assert (found is None) == (not bare)
    assert found is None or found.began_at == bare[0]


TIMES = st.tuples(st.integers(0, 12), st.one_of(st.none(), st.integers(0, 12))).map(
    lambda pair: Span(
        NOON + pair[0] * HOUR, None if pair[1] is None else NOON + (pair[0] + pair[1]) * HOUR
    )
)
PROBES = st.builds(
    lambda span, calibrated, number: replace(
        PROBE, code=f"TP-{number}", span=span, calibrated=calibrated
    ),
    TIMES,
    st.lists(TIMES.filter(lambda span: span.ended_at is not None), max_size=2),
    st.integers(1, 2),
)
WARM = st.builds(WarmFact, st.integers(1, 2), TIMES, st.just(-134.0))
RECORDS = st.fixed_dictionaries(
    {
        "probes": st.lists(st.one_of(st.just(PROBE), PROBES), max_size=3),
        "excursions": st.lists(TIMES.map(excursion), max_size=2),
        "gaps": st.lists(TIMES.map(gap), max_size=2),
        "warm": st.lists(WARM, max_size=3),
        "warm_decisions": st.lists(
            st.builds(
                WarmDecision,
                st.integers(1, 2),
                st.booleans(),
                st.lists(
                    st.builds(WarmFact, st.integers(1, 2), TIMES, st.just(-134.0)), max_size=2
                ),
            ),
            max_size=2,
        ),
        "limits_since": st.one_of(st.none(), st.integers(-1, 12).map(lambda h: NOON + h * HOUR)),
    }
)


@pytest.mark.urs("URS-112")
@given(RECORDS, TIMES, st.integers(0, 48), st.integers(0, 48))
def test_a_stay_means_the_same_as_the_time_it_shares_with_others(
    record: dict[str, object], span: Span, quarters: int, asked: int
) -> None:
    late = quarters * HOUR / 4
    stay = Span(span.began_at + late, span.ended_at and span.ended_at + late)
    at, where = NOON + asked * HOUR / 2, unit(**record)
    facts = kept_in(where, stays=[StayFact(stay, where)])
    settled = StayFact(where.settled(stay, at), where)

    found = list(findings_of_stay(facts, settled, at))

    assert found == list(findings_of_stay(facts, facts.stays[0], at))
