"""Rules about warming curves: what a qualification must say before vials are estimated by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from audit.errors import Refusal
from custody.curves import COLDEST, WARMEST, Point
from custody.models import WarmingCurve, Way
from inventory.models import StorageClass, VialKind

LONGEST_SECONDS = 30 * 24 * 3600
MOST_POINTS = 200


@dataclass(frozen=True, kw_only=True)
class CurveFacts:
    """
    A warming curve as its qualification describes it.

    least_ml, most_ml: which volumes were qualified, both inclusive. points: seconds out and °C, the
    first at 0 s. warm_above: above what a time out counts as warm where no limits of the product
    say, °C. qualification: the report, qualified_on: its date. valid_until: None for no end.
    is_in_use: False to estimate by it no more.
    """

    name: str
    kind: VialKind
    least_ml: Decimal
    most_ml: Decimal
    storage_class: StorageClass
    way: Way
    points: Sequence[Point]
    warm_above: Decimal
    qualification: str
    qualified_on: date
    valid_until: datetime | None
    is_in_use: bool = True


def refusals_of_curve(facts: CurveFacts, *, at: datetime) -> list[Refusal]:
    """
    Say everything that keeps a curve from being one.

    Source: REQUIREMENTS B5; URS-104, URS-112.
    """
    refusals = []
    if not " ".join(facts.name.split()):
        words = "Name the curve, such as “2 ml vial, open bench”."
        refusals.append(Refusal("NAME_MISSING", words))
    if not 0 <= facts.least_ml <= facts.most_ml:
        words = "The smallest volume is above the largest: correct one of them."
        refusals.append(Refusal("VOLUME_OUT_OF_BOUNDS", words))
    if not COLDEST <= facts.warm_above <= WARMEST:
        words = f"A time out counts as warm above {_bounds()}."
        refusals.append(Refusal("THRESHOLD_OUT_OF_BOUNDS", words))
    if not facts.qualification.strip():
        words = "Name the report of its qualification: a curve is measured, not assumed."
        refusals.append(Refusal("NO_QUALIFICATION", words))
    if facts.qualified_on > at.date():
        words = "The report is dated in the future: correct its date."
        refusals.append(Refusal("QUALIFIED_LATER", words))
    if facts.valid_until is not None and facts.valid_until <= at:
        words = "Its qualification would have ended already: set a later day."
        refusals.append(Refusal("ENDS_IN_THE_PAST", words))
    return refusals + refusals_of_points(facts.points)


def refusals_of_points(points: Sequence[Point]) -> list[Refusal]:
    """Say why these points are no warming: too few, out of order, colder again, or beyond sense."""
    if not 2 <= len(points) <= MOST_POINTS or points[0][0] != 0:
        words = f"A curve has 2 to {MOST_POINTS} points, and the first is at 0 s."
        return [Refusal("NO_CURVE", words)]
    refusals = []
    if any(later <= sooner for (sooner, _), (later, _) in pairwise(points)):
        words = "Each point is later than the one above it: put them in order."
        refusals.append(Refusal("POINTS_OUT_OF_ORDER", words))
    if any(warmer < colder for (_, colder), (_, warmer) in pairwise(points)):
        words = "What warms up is never colder again: mend the temperatures."
        refusals.append(Refusal("COLDER_AGAIN", words))
    if any(not COLDEST <= celsius <= WARMEST for _, celsius in points):
        refusals.append(Refusal("POINTS_OUT_OF_BOUNDS", f"Temperatures lie at {_bounds()}."))
    if points[-1][0] > LONGEST_SECONDS:
        refusals.append(Refusal("CURVE_TOO_LONG", "A curve tells of at most 30 days."))
    return refusals


def refusals_of_overlap(
    facts: CurveFacts, name: str, others: Sequence[WarmingCurve]
) -> list[Refusal]:
    """Say which other curves tell of the same vials in the same way: one vial has one curve."""
    if not facts.is_in_use:
        return []
    same = [
        row
        for row in others
        if row.name != name
        and row.is_in_use
        and (row.kind, row.storage_class, row.way) == (facts.kind, facts.storage_class, facts.way)
        and row.least_ml <= facts.most_ml
        and facts.least_ml <= row.most_ml
    ]
    return [
        Refusal(
            "CURVES_OVERLAP",
            f"{row.name} tells of such vials from {row.least_ml} to {row.most_ml} ml already: set "
            "a version of that, or take it out of use first.",
        )
        for row in same
    ]


def _bounds() -> str:
    return f"{COLDEST:.0f} to {WARMEST:.0f} °C".replace("-", "\N{MINUS SIGN}")
