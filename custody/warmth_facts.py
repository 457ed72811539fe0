"""What is known of how cold a vial was kept: stays, probes, excursions, gaps; pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from custody.curves import UNTOLD, Warmed
from custody.exposure import NO_LIFTS, Accepted, Budget, Lifts, Outing
from custody.findings import Finding
from temperature.models import GapCause, Level


@dataclass(frozen=True)
class Span:
    """A time; `ended_at` is absent where it goes on."""

    began_at: datetime
    ended_at: datetime | None

    def clipped(self, other: "Span", at: datetime) -> "Span | None":
        """Return what it shares with another, up to `at`; None where they do not meet."""
        begins = max(self.began_at, other.began_at)
        ends = min(self.ended_at or at, other.ended_at or at)
        return Span(begins, ends) if begins < ends else None

    def covers(self, instant: datetime) -> bool:
        """Say whether it goes on right after an instant."""
        return self.began_at <= instant and (self.ended_at is None or instant < self.ended_at)

    @property
    def end(self) -> datetime:
        """When it ended; of what goes on, when it began."""
        return self.ended_at or self.began_at

    def meets(self, other: "Span") -> bool:
        """Say whether it shares time with another, both over."""
        return self.began_at < other.end and other.began_at < self.end


def first_uncovered(wanted: Span, spans: Iterable[Span], at: datetime) -> Span | None:
    """Return the first part of `wanted` that none of `spans` covers; None where all is covered."""
    reached, end = wanted.began_at, wanted.ended_at or at
    for span in sorted(spans, key=lambda span: span.began_at):
        if reached >= end:
            return None
        if span.began_at > reached:
            break
        reached = max(reached, span.ended_at or at)
    return Span(reached, end) if reached < end else None


@dataclass(frozen=True)
class ExcursionFact:
    """
    An excursion of a unit; of its level where is_level, and peak is then the lowest, in %.

    decisions: for each product that QA decided for, whether it had an impact.
    """

    key: int
    level: Level
    span: Span
    peak: float
    decisions: dict[int, bool] = field(default_factory=dict)
    is_level: bool = False


@dataclass(frozen=True)
class GapFact:
    """A time without evidence from a probe of a unit; decisions as for an excursion."""

    key: int
    cause: GapCause
    span: Span
    decisions: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class WarmFact:
    """A time in which a probe of a unit read warmer than a product may ever be."""

    product_id: int
    span: Span
    peak: float
    probe_id: int = 0


@dataclass(frozen=True)
class WarmDecision:
    """What QA decided of the warmth of a unit for a product, and what was seen then."""

    product_id: int
    has_impact: bool
    seen: Sequence[WarmFact]

    def covers(self, probe_id: int, span: Span, peak: float) -> bool:
        """Say whether all of a time that is over was seen, and as warm as it is."""
        own = [row for row in self.seen if row.probe_id == probe_id]
        meets = [row for row in own if row.span.meets(span)]
        highest = max((row.peak for row in meets), default=None)
        is_seen = highest is not None and peak <= highest
        return is_seen and first_uncovered(span, [row.span for row in meets], span.end) is None


@dataclass(frozen=True)
class ProbeFact:
    """
    A thermometer's time in a unit.

    calibrated: the times in which a calibration counted. usable_at: its newest usable reading; in
    a shipper, up to where its readings are judged.
    """

    code: str
    span: Span
    calibrated: Sequence[Span]
    usable_at: datetime | None
    expected_every: timedelta


@dataclass(frozen=True)
class BareFact:
    """A way that began in no registered shipper; shipper: its number, where there was one."""

    shipper: str
    began_at: datetime


@dataclass
class UnitRecord:
    """
    What is on record of one unit; limits_since: absent where none were ever in force.

    is_shipper: it travels, and its logger is read where it arrives.

    told: what was found already, so that the vials that stood in it alike are judged once.
    """

    name: str
    probes: list[ProbeFact] = field(default_factory=list)
    excursions: list[ExcursionFact] = field(default_factory=list)
    gaps: list[GapFact] = field(default_factory=list)
    warm: list[WarmFact] = field(default_factory=list)
    warm_decisions: list[WarmDecision] = field(default_factory=list)
    limits_since: datetime | None = None
    is_shipper: bool = False
    key: int = 0
    told: dict["Told", tuple[Finding, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def settled(self, span: Span, at: datetime) -> Span:
        """
        Return a time that means the same for a vial, and that many vials share.

        A stay may begin or end anywhere between two things on record, as long as nothing goes on
        there: it is measured, by a calibrated thermometer, under limits, and nothing is wrong. In a
        shipper each instant counts: up to where its logger was read.
        """
        ended = None if span.ended_at is None else self._settled(span.ended_at, at)
        return Span(self._settled(span.began_at, at), ended)

    def _settled(self, instant: datetime, at: datetime) -> datetime:
        number = bisect_right(self._instants, instant)
        return self._instants[number - 1] if instant <= at and self._is_quiet(number) else instant

    @cached_property
    def _instants(self) -> list[datetime]:
        """When anything on record begins or ends, in the order of time."""
        spans = [*self._wrong, *(probe.span for probe in self.probes)]
        spans += [span for probe in self.probes for span in probe.calibrated]
        found = {instant for span in spans for instant in (span.began_at, span.ended_at)}
        return sorted(instant for instant in found | {self.limits_since} if instant is not None)

    @property
    def _wrong(self) -> list[Span]:
        """When it was too warm, short of nitrogen, or nobody knows how cold."""
        excursions = [excursion.span for excursion in self.excursions]
        return [*excursions, *(gap.span for gap in self.gaps), *(one.span for one in self.warm)]

    @cached_property
    def _quiet(self) -> dict[int, bool]:
        return {}

    def _is_quiet(self, number: int) -> bool:
        """Say whether nothing goes on from one instant until the next; numbered from 1 on."""
        if number not in self._quiet:
            self._quiet[number] = number > 0 and self._is_quiet_from(self._instants[number - 1])
        return self._quiet[number]

    def _is_quiet_from(self, instant: datetime) -> bool:
        if self.is_shipper or self.limits_since is None or self.limits_since > instant:
            return False
        fitted = [probe for probe in self.probes if probe.span.covers(instant)]
        return (
            bool(fitted)
            and all(any(one.covers(instant) for one in probe.calibrated) for probe in fitted)
            and not any(span.covers(instant) for span in self._wrong)
        )


@dataclass(frozen=True)
class StayFact:
    """A vial's time in a unit."""

    span: Span
    unit: UnitRecord


@dataclass(frozen=True)
class TemperatureFacts:
    """
    Everything that is known of how cold one vial was kept.

    outings: how long it was out of storage, each time, without what its carrier kept cold.
    arrived: how long it was on its way from its receipt to its first place, likewise.
    bare: when it went on its way in no registered shipper.
    going_on: the time out that goes on, where it is out.
    lifts: how long it was out of its cold place with the rack or box it stands in.
    accepted: what QA accepted beyond its product's budget.
    warmed: how warm it became while it was out, by qualified curves.
    """

    product_id: int
    stays: Sequence[StayFact] = ()
    budget: Budget | None = None
    outings: Sequence[timedelta] = ()
    going_on: Outing | None = None
    lifts: Lifts = NO_LIFTS
    accepted: Accepted | None = None
    arrived: timedelta = timedelta()
    bare: Sequence[BareFact] = ()
    warmed: Warmed = UNTOLD


Told = tuple[Span, int, Budget | None, datetime]
"""A settled time in a unit, for a vial of a product with a budget, asked at an instant."""
