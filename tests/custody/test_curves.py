"""How warm a vial becomes while it is out: the rules, without a database."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.curves import (
    COLDEST,
    NO_CURVES,
    WARMEST,
    Curve,
    Estimate,
    Heat,
    Point,
    Warmed,
    estimate,
    forecast,
    heat_of,
    of_lift,
    of_outing,
    so_far,
    warmings,
)
from custody.estimates import findings_of_heat, words_of_estimate
from custody.exposure import Accepted, Outing
from custody.findings import Verdict
from custody.models import CarrierKind, EvidenceClass, Way
from custody.rules.curves import refusals_of_curve, refusals_of_points
from custody.rules.warm import Step, refusals_of_warmth
from inventory.models import Quality, Vial
from tests.custody.curves import BENCH, LIFT, curve, curve_facts, out_for
from tests.custody.warmth import BUDGET, kept_in, unit
from tests.world import NOON

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
CURVES: dict[str, Curve] = {Way.BENCH: curve(), Way.LIFT: curve(LIFT)}

pytestmark = pytest.mark.urs("URS-112")


@st.composite
def rising(draw: st.DrawFn) -> Curve:
    """Draw a curve that the rules allow."""
    steps = draw(st.lists(st.integers(1, 600), min_size=1, max_size=8))
    warmer = draw(st.lists(st.floats(0, 60), min_size=len(steps), max_size=len(steps)))
    points: list[Point] = [(0.0, draw(st.floats(COLDEST, -60)))]
    for step, rise in zip(steps, warmer, strict=True):
        seconds, celsius = points[-1]
        points.append((seconds + step, min(celsius + rise, WARMEST)))
    return curve(tuple(points))


SECONDS = st.floats(0, 6000)


@pytest.mark.parametrize(
    ("seconds", "celsius"),
    [(0, -190), (30, -160), (60, -130), (90, -115), (120, -100), (121, -100)],
)
def test_it_is_straight_between_points_and_ends_with_the_last(
    seconds: float, celsius: float
) -> None:
    assert curve().after(seconds) == pytest.approx(celsius)


@given(one=rising(), seconds=SECONDS, more=SECONDS)
def test_longer_out_is_never_colder(one: Curve, seconds: float, more: float) -> None:
    assert not refusals_of_points(one.points)
    assert one.after(seconds + more) >= one.after(seconds) - 1e-9
    assert one.start <= one.after(seconds) <= one.points[-1][1]


@given(one=rising(), seconds=SECONDS)
def test_it_passes_through_its_points_and_lies_between_its_neighbours(
    one: Curve, seconds: float
) -> None:
    for at, celsius in one.points:
        assert one.after(at) == pytest.approx(celsius)
    for (since, colder), (until, warmer) in pairwise(one.points):
        if since <= seconds <= until:
            assert colder - 1e-9 <= one.after(seconds) <= warmer + 1e-9


@given(bench=rising(), lift=rising(), times=st.lists(st.tuples(SECONDS, SECONDS, st.booleans())))
def test_what_follows_each_other_is_at_least_as_warm_as_each_alone(
    bench: Curve, lift: Curve, times: list[tuple[float, float, bool]]
) -> None:
    curves: dict[str, Curve] = {Way.BENCH: bench, Way.LIFT: lift}
    every = [
        out_for(seconds, after=after, way=Way.LIFT if lifted else Way.BENCH)
        for after, seconds, lifted in times
    ]
    groups = list(warmings(every))

    assert sorted(map(id, every)) == sorted(id(time) for group in groups for time in group)
    for group in groups:
        together = estimate(group, curves).celsius
        for alone in (estimate([time], curves).celsius for time in group):
            assert alone is None or (together is not None and together >= alone - 1e-6)


@given(one=rising(), seconds=st.integers(1, 3000), cut=st.floats(0, 1))
def test_a_time_out_in_two_parts_is_as_warm_as_in_one(one: Curve, seconds: int, cut: float) -> None:
    first = seconds * cut
    parts = [out_for(first), out_for(seconds - first, after=first)]
    [group] = warmings(parts)

    found, whole = estimate(group, {"bench": one}), estimate([out_for(seconds)], {"bench": one})

    assert found.celsius == pytest.approx(whole.celsius, abs=1e-3)


def test_times_out_more_than_two_minutes_apart_are_two_warmings() -> None:
    first, near, far = out_for(30), out_for(30, after=150), out_for(30, after=301)

    assert [len(group) for group in warmings([far, near, first])] == [2, 1]


@pytest.mark.parametrize(
    ("times", "celsius", "is_whole"),
    [
        ([out_for(30)], -160.0, True),
        ([of_lift(NOON, NOON + MINUTE, 60)], -184.0, True),
        ([of_lift(NOON, NOON + MINUTE, 60), out_for(30, after=60)], -154.0, True),
        ([out_for(121)], -100.0, False),
        ([out_for(10, way=Way.DRY_ICE)], None, False),
        ([out_for(30), out_for(10, way=Way.DRY_ICE)], -160.0, False),
    ],
)
def test_each_warming_has_its_estimate_and_its_class(
    times: list[object], celsius: float | None, *, is_whole: bool
) -> None:
    found = estimate(times, CURVES)  # type: ignore[arg-type] # times out

    assert found.celsius == pytest.approx(celsius)
    assert found.is_whole is is_whole
    expected = EvidenceClass.ESTIMATED if is_whole else EvidenceClass.UNKNOWN
    assert found.evidence == expected


def test_what_began_after_the_end_of_a_qualification_is_unknown() -> None:
    over: dict[str, Curve] = {Way.BENCH: curve(until=NOON)}

    assert estimate([out_for(30)], over).is_whole
    assert estimate([out_for(30, after=1)], over) == Estimate(None, is_whole=False)


@pytest.mark.parametrize(
    ("curves", "found"),
    [
        ({Way.BENCH: curve()}, Estimate(-160.0, is_whole=True)),
        ({Way.BENCH: curve(), Way.LN2_CART: curve(LIFT)}, Estimate(-148.0, is_whole=True)),
        (NO_CURVES, Estimate(None, is_whole=False)),
    ],
)
def test_a_carrier_without_a_curve_warms_nothing_while_it_is_qualified_to_keep_cold(
    curves: dict[str, Curve], found: Estimate
) -> None:
    time = of_outing(NOON, NOON + 150 * SECOND, way=Way.LN2_CART, bare=30, carried=120, exposed=30)

    assert estimate([time], curves) == found


def test_beyond_what_its_carrier_was_qualified_for_it_is_unknown() -> None:
    going = Outing(NOON, NOON + 30 * SECOND, 2 * MINUTE, Way.LN2_CART)

    kept = estimate([so_far(going, NOON + MINUTE)], CURVES)
    beyond = estimate([so_far(going, NOON + 4 * MINUTE)], CURVES)

    assert (kept.celsius, kept.is_whole) == (-160.0, True)
    assert (beyond.celsius, beyond.is_whole) == (-160.0, False)


@given(
    found=st.lists(
        st.builds(Estimate, st.none() | st.floats(COLDEST, WARMEST), st.booleans()), max_size=9
    )
)
def test_all_of_them_are_summed_up(found: list[Estimate]) -> None:
    heat = heat_of(found, -135.0)

    known = [each.celsius for each in found if each.celsius is not None]
    assert heat.warmest == max(known, default=None)
    assert heat.times == sum(celsius > -135.0 for celsius in known)
    assert heat.unknown == sum(not each.is_whole for each in found)


@given(one=rising(), out=st.integers(0, 600), more=st.integers(0, 600))
def test_a_forecast_is_what_is_estimated_then(one: Curve, out: int, more: int) -> None:
    curves, going = {"bench": one}, Outing(NOON, NOON + 20 * SECOND)
    now = NOON + out * SECOND
    told = forecast([so_far(going, now)], curves)
    then = estimate([so_far(going, now + more * SECOND)], curves)

    if not out or out > one.reaches:
        assert told == [] or out == one.reaches
    elif then.is_whole and then.celsius is not None:
        assert Curve(tuple(told), -135.0).after(more) == pytest.approx(then.celsius, abs=1e-6)
    else:
        assert told[-1][0] < more


@pytest.mark.parametrize(
    ("warmest", "accepted", "code", "verdict"),
    [
        (-135.0, None, None, None),
        (-134.9, None, "ESTIMATED_WARMER", Verdict.AMBER),
        (-134.9, -134.9, "ESTIMATE_ACCEPTED", Verdict.GREEN),
        (-134.8, -134.9, "ESTIMATED_WARMER", Verdict.AMBER),
        (None, None, None, None),
    ],
)
def test_quality_decides_where_it_was_warmer_than_its_product_may_be(
    warmest: float | None, accepted: float | None, code: str | None, verdict: Verdict | None
) -> None:
    signed = Accepted(1, MINUTE, MINUTE, None, accepted)

    found = list(findings_of_heat(Heat(-135.0, warmest), BUDGET, signed, at=NOON))

    assert [(each.code, each.verdict) for each in found] == ([(code, verdict)] if code else [])


def test_an_acceptance_that_is_over_covers_nothing_and_none_is_needed_without_limits() -> None:
    over = Accepted(1, MINUTE, MINUTE, NOON, -100.0)
    heat = Heat(-135.0, -120.0)

    assert [each.code for each in findings_of_heat(heat, BUDGET, over, at=NOON)] == [
        "ESTIMATED_WARMER"
    ]
    assert list(findings_of_heat(heat, None, None, at=NOON)) == []
    assert list(findings_of_heat(None, BUDGET, None, at=NOON)) == []


@pytest.mark.parametrize(
    ("step", "stops"), [(Step.PICK, False), (Step.PACK, False), (Step.HAND_OVER, True)]
)
def test_what_was_too_warm_by_estimate_is_not_handed_over(step: Step, *, stops: bool) -> None:
    facts = kept_in(unit(), warmed=Warmed(CURVES, Heat(-135.0, -120.0, 1)))
    vial = Vial(code="V1", quality=Quality.RELEASED)

    codes = [each.code for each in refusals_of_warmth(vial, facts, step, at=NOON)]

    assert ("ESTIMATED_WARMER" in codes) is stops


@pytest.mark.urs("URS-104")
@pytest.mark.parametrize(
    ("points", "code"),
    [
        ([], "NO_CURVE"),
        ([(0, -190)], "NO_CURVE"),
        ([(1, -190), (60, -130)], "NO_CURVE"),
        ([(0, -190), (60, -130), (60, -120)], "POINTS_OUT_OF_ORDER"),
        ([(0, -190), (60, -191)], "COLDER_AGAIN"),
        ([(0, -201), (60, -130)], "POINTS_OUT_OF_BOUNDS"),
        ([(0, -190), (60, 41)], "POINTS_OUT_OF_BOUNDS"),
        ([(0, -190), (60, float("nan"))], "POINTS_OUT_OF_BOUNDS"),
        ([(0, -190), (30 * 86_400 + 1, -130)], "CURVE_TOO_LONG"),
    ],
)
def test_refuses_what_is_no_warming(points: list[Point], code: str) -> None:
    assert [each.code for each in refusals_of_points(points)] == [code]


@pytest.mark.urs("URS-104")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": "  "}, "NAME_MISSING"),
        ({"least_ml": Decimal(3)}, "VOLUME_OUT_OF_BOUNDS"),
        ({"warm_above": Decimal(50)}, "THRESHOLD_OUT_OF_BOUNDS"),
        ({"qualification": " "}, "NO_QUALIFICATION"),
        ({"qualified_on": (NOON + timedelta(days=1)).date()}, "QUALIFIED_LATER"),
        ({"valid_until": NOON}, "ENDS_IN_THE_PAST"),
    ],
)
def test_refuses_what_no_qualification_carries(said: dict[str, object], code: str) -> None:
    assert refusals_of_curve(curve_facts(), at=NOON) == []
    assert [each.code for each in refusals_of_curve(curve_facts(**said), at=NOON)] == [code]


def test_every_carrier_is_a_way_and_so_is_a_lift() -> None:
    assert {*CarrierKind.values, "lift"} == {*Way.values}


def test_an_estimate_is_said_in_words() -> None:
    assert words_of_estimate(Estimate(-141.25, is_whole=True)) == "up to −141.2 °C, estimated"
    assert words_of_estimate(Estimate(None, is_whole=False)) == "temperature unknown: no curve"
    assert words_of_estimate(Estimate(None, is_whole=True)) == "kept cold by its carrier"
    assert "−100.0 °C or warmer" in words_of_estimate(Estimate(-100.0, is_whole=False))
    assert BENCH[-1][1] == -100.0
