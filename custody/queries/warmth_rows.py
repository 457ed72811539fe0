"""Reading what the statement on warmth tells; times in seconds since 1970, lengths in seconds."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from custody.exposure import Accepted, Budget, Lifts, Outing
from custody.models import EventKind, Way
from custody.warmth_facts import BareFact, Span, WarmDecision, WarmFact


def lifts_of(times: int, total: float, longest: float, going_on: int, unclosed: int) -> Lifts:
    """Read a row of lifts."""
    return Lifts(times, timedelta(seconds=total), timedelta(seconds=longest), going_on, unclosed)


def lengths_of(seconds: Iterable[float]) -> tuple[timedelta, ...]:
    """Read a row of times out."""
    return tuple(timedelta(seconds=each) for each in seconds)


def accepted_of(said: tuple[int, float, float, float | None], until: datetime | None) -> Accepted:
    """Read a row of what was accepted."""
    most, single, total, warmest = said
    return Accepted(most, timedelta(seconds=single), timedelta(seconds=total), until, warmest)


def budget_of(warmest: float, single: float, total: float, most: int, pick: int) -> Budget:
    """Read a row of what a product endures."""
    lengths = timedelta(seconds=single), timedelta(seconds=total)
    return Budget(warmest, *lengths, most, expected_pick=timedelta(seconds=pick))


def bare_of(said: Iterable[tuple[str, float]]) -> tuple[BareFact, ...]:
    """Read a row of ways in no registered shipper."""
    return tuple(BareFact(shipper, instant_of(since)) for shipper, since in said)


def outing_of(began: float, carried: float, cold_for: float, way: str | None, kind: str) -> Outing:
    """Read a row of a time out that goes on; kind: of the event that began it."""
    times = instant_of(began), instant_of(carried), timedelta(seconds=cold_for)
    return Outing(*times, way or Way.BENCH, is_arrival=kind == EventKind.RECEIVED)


def span_of(began: float, ended: float) -> Span:
    """Read a time that is over."""
    return Span(instant_of(began), instant_of(ended))


Seen = tuple[int, float, float, float]
"""A time that a decision was signed for: probe, begin, end, and the most it said."""


def decision_of(product: int, said: tuple[bool, Iterable[Seen]]) -> WarmDecision:
    """Read what was decided of warmth, and what of it had been seen."""
    has_impact, seen = said
    facts = [
        WarmFact(product, span_of(began, ended), peak, probe) for probe, began, ended, peak in seen
    ]
    return WarmDecision(product, has_impact, facts)


def time_of(epoch: float | None) -> datetime | None:
    """Read an instant that may be absent."""
    return None if epoch is None else instant_of(epoch)


def instant_of(epoch: float) -> datetime:
    """Read an instant."""
    return datetime.fromtimestamp(epoch, UTC)
