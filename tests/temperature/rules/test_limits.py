"""Which limits make sense together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from inventory.models import StorageClass
from temperature.models import Level, LimitVersion, Quantity, Side
from temperature.rules.bands import Band
from temperature.rules.limits import (
    PROPOSED,
    Limits,
    proposed_bands,
    proposed_level_bands,
    refusals_of_bands,
    refusals_of_limits,
)
from tests.world import NOON

pytestmark = pytest.mark.urs("URS-107")

HOUR = timedelta(hours=1)


def above(level: Level, limit: float, minutes: float = 0) -> Band:
    return Band(level, Side.ABOVE, limit, timedelta(minutes=minutes))


def below(level: Level, limit: float, minutes: float = 0) -> Band:
    return Band(level, Side.BELOW, limit, timedelta(minutes=minutes))


def limits(*bands: Band, setpoint: float = -185.0, dead_band: float = 1.0) -> Limits:
    return Limits(setpoint=setpoint, dead_band=dead_band, bands=bands, justification="Mapped")


def codes(wanted: Limits, quantity: Quantity = Quantity.TEMPERATURE) -> list[str]:
    return [refusal.code for refusal in refusals_of_bands(wanted, quantity=quantity)]


def test_what_is_proposed_is_in_order() -> None:
    ult = PROPOSED[StorageClass.ULT]

    for cold in (StorageClass.VAPOUR, StorageClass.LIQUID):
        assert codes(limits(*PROPOSED[cold], setpoint=-190.0)) == []
    assert codes(limits(*ult, setpoint=-80.0)) == []
    level = limits(*proposed_level_bands(30.0), setpoint=70.0)
    assert codes(level, Quantity.LEVEL) == []
    assert [band.limit for band in level.bands] == [36.0, 30.0, 15.0]
    assert proposed_bands(Quantity.LEVEL, StorageClass.VAPOUR) == ()


WARM = above(Level.WARNING, -160, 10)
CASES: list[tuple[str, Sequence[Band], float, float]] = [
    ("NO_LIMITS", [], -185, 1),
    ("IMPOSSIBLE_VALUE", [above(Level.ACTION, 150)], -185, 1),
    ("IMPOSSIBLE_VALUE", [above(Level.ACTION, float("nan"))], -185, 1),
    ("IMPOSSIBLE_VALUE", [WARM], -273, 1),
    ("NEGATIVE_DEAD_BAND", [WARM], -185, -0.1),
    ("IMPOSSIBLE_DELAY", [above(Level.ACTION, -150, -1)], -185, 1),
    ("IMPOSSIBLE_DELAY", [above(Level.ACTION, -150, 24 * 60 + 1)], -185, 1),
    ("LIMIT_TWICE", [WARM, above(Level.WARNING, -150, 10)], -185, 1),
    ("LIMITS_OUT_OF_ORDER", [WARM, above(Level.ACTION, -160, 5)], -185, 1),
    ("LIMITS_OUT_OF_ORDER", [WARM, above(Level.CRITICAL, -170, 5)], -185, 1),
    ("LIMITS_OUT_OF_ORDER", [below(Level.WARNING, -90), below(Level.ACTION, -85)], -80, 1),
    ("DELAYS_OUT_OF_ORDER", [WARM, above(Level.ACTION, -150, 11)], -185, 1),
    ("SETPOINT_OUTSIDE", [WARM], -150, 1),
    ("SETPOINT_OUTSIDE", [below(Level.WARNING, -90)], -95, 1),
    ("DEAD_BAND_TOO_WIDE", [WARM], -165, 6),
]


@pytest.mark.parametrize(("code", "bands", "setpoint", "dead_band"), CASES)
def test_refuses(code: str, bands: Sequence[Band], setpoint: float, dead_band: float) -> None:
    assert codes(limits(*bands, setpoint=setpoint, dead_band=dead_band)) == [code]


def test_both_sides_are_ordered_by_themselves() -> None:
    bands = [WARM, above(Level.ACTION, -150, 5), below(Level.ACTION, -195, 60)]

    assert codes(limits(*bands)) == []


@pytest.mark.urs("URS-05")
def test_refuses_the_past_what_is_the_same_and_what_nobody_justified() -> None:
    wanted = limits(WARM)
    last = LimitVersion(
        number=3, effective_at=NOON + HOUR, setpoint=-185, dead_band=1, bands=[WARM.as_json()]
    )

    refusals = refusals_of_limits(
        replace(wanted, justification=" "),
        quantity=Quantity.TEMPERATURE,
        last=last,
        effective_at=NOON - HOUR,
        at=NOON,
    )

    assert [refusal.code for refusal in refusals] == [
        "JUSTIFICATION_MISSING",
        "EFFECTIVE_IN_THE_PAST",
        "EFFECTIVE_BEFORE_LAST",
        "NOTHING_CHANGES",
    ]
