"""Facts of temperature for tests of the verdict."""

from datetime import datetime, timedelta

from custody.exposure import Budget, Outing
from custody.warmth_facts import ProbeFact, Span, StayFact, TemperatureFacts, UnitRecord
from tests.world import NOON

BEGAN = NOON - timedelta(days=10)
STAY = Span(BEGAN, None)
FITTED = Span(BEGAN - timedelta(days=100), None)
BUDGET = Budget(
    warmest_celsius=-135.0,
    longest_single=timedelta(minutes=2),
    longest_total=timedelta(minutes=30),
    most=10,
)
PROBE = ProbeFact(
    code="TP-1",
    span=FITTED,
    calibrated=[Span(BEGAN - timedelta(days=100), NOON + timedelta(days=100))],
    usable_at=NOON,
    expected_every=timedelta(minutes=1),
)


def unit(**said: object) -> UnitRecord:
    """Return a tank with one good probe and limits."""
    facts = {"name": "LN2-01", "probes": [PROBE], "limits_since": FITTED.began_at} | said
    return UnitRecord(**facts)  # type: ignore[arg-type] # facts by name


def on_the_bench(since: datetime) -> Outing:
    """Return a time out that goes on, without a carrier."""
    return Outing(since, since)


def kept_in(record: UnitRecord, **said: object) -> TemperatureFacts:
    """Return the facts of a vial that stands in a unit with this record."""
    facts = {"product_id": 1, "stays": [StayFact(STAY, record)], "budget": BUDGET} | said
    return TemperatureFacts(**facts)  # type: ignore[arg-type] # facts by name


KEPT_COLD = kept_in(unit())
