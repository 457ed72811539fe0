"""How cold a vial was kept: facts, and what they mean; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from custody.exposure import (
    NO_LIFTS,
    Accepted,
    Budget,
    Lifts,
    Spent,
    findings_of_exposure,
    spent,
)
from custody.findings import Finding, Verdict
from temperature.models import GRAVITY, GapCause, Level
from temperature.rules.intervals import silent_after

EVIDENCE = "temperature"


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


@dataclass(frozen=True)
class ExcursionFact:
    """
    An excursion of a unit.

    decisions: for each product that QA decided for, whether it had an impact.
    """

    key: int
    level: Level
    span: Span
    peak: float
    decisions: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class GapFact:
    """A time without evidence from a probe of a unit; decisions as for an excursion."""

    key: int
    cause: GapCause
    span: Span
    decisions: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class ProbeFact:
    """
    A thermometer's time in a unit.

    calibrated: the times in which a calibration counted. usable_at: its newest usable reading.
    """

    code: str
    span: Span
    calibrated: Sequence[Span]
    usable_at: datetime | None
    expected_every: timedelta


@dataclass
class UnitRecord:
    """What is on record of one unit; limits_since: absent where none were ever in force."""

    name: str
    probes: list[ProbeFact] = field(default_factory=list)
    excursions: list[ExcursionFact] = field(default_factory=list)
    gaps: list[GapFact] = field(default_factory=list)
    limits_since: datetime | None = None


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
    out_since: since when it is out and exposed. cold_until: until when its carrier keeps it cold,
    where it is out; when it left, where nothing does.
    lifts: how long it was out of its cold place with the rack or box it stands in.
    accepted: what QA accepted beyond its product's budget.
    """

    product_id: int
    stays: Sequence[StayFact] = ()
    budget: Budget | None = None
    outings: Sequence[timedelta] = ()
    out_since: datetime | None = None
    cold_until: datetime | None = None
    lifts: Lifts = NO_LIFTS
    accepted: Accepted | None = None


def judge_temperature(facts: TemperatureFacts, *, at: datetime) -> Iterator[Finding]:
    """
    Say what the temperature record means for a vial; what is missing is GREY, never GREEN.

    Source: REQUIREMENTS B5, B7; 21 CFR 1271.260(e); URS-30, URS-108, URS-112.
    """
    doubts = [finding for stay in facts.stays for finding in _of_stay(facts, stay, at)]
    if not facts.stays:
        words = "It was never put in storage here: no temperature record covers it."
        doubts.append(Finding("NO_TEMPERATURE", Verdict.GREY, words, EVIDENCE))
    yield from _each_once(doubts)
    if all(finding.verdict == Verdict.GREEN for finding in doubts):
        words = "Kept cold: the whole time in storage is on record and inside its limits."
        yield Finding("TEMPERATURE_WITHIN", Verdict.GREEN, words, EVIDENCE)
    yield from findings_of_exposure(spent_by(facts, at), facts.budget, facts.accepted, at=at)


def spent_by(facts: TemperatureFacts, at: datetime) -> Spent:
    """Add up how often and how long a vial was out of controlled storage, up to `at`."""
    return spent(facts.outings, facts.out_since, facts.lifts, at=at)


def _each_once(findings: Iterable[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))


def _of_stay(facts: TemperatureFacts, stay: StayFact, at: datetime) -> Iterator[Finding]:
    unit = stay.unit
    yield from _of_coverage(stay, at)
    for probe in unit.probes:
        yield from _of_probe(unit, probe, stay.span, at)
    for gap in unit.gaps:
        shared = gap.span.clipped(stay.span, at)
        if shared is not None:
            decided = gap.decisions.get(facts.product_id)
            yield _gap_finding(unit.name, gap.key, gap.cause, shared, has_impact=decided)
    for excursion in unit.excursions:
        shared = excursion.span.clipped(stay.span, at)
        if shared is not None and _matters(excursion, facts.budget):
            decided = excursion.decisions.get(facts.product_id)
            yield _excursion_finding(
                unit.name, excursion.key, excursion.peak, shared, has_impact=decided
            )


def _of_coverage(stay: StayFact, at: datetime) -> Iterator[Finding]:
    """Say where no thermometer was fitted, or no limits were in force."""
    unit = stay.unit
    fitted = [probe.span for probe in unit.probes]
    if missing := first_uncovered(stay.span, fitted, at):
        words = f"{unit.name} had no thermometer on record {_when(missing)}."
        yield Finding("NO_TEMPERATURE", Verdict.GREY, words, EVIDENCE)
    begins = unit.limits_since
    if begins is None or begins > stay.span.began_at:
        words = f"{unit.name} had no temperature limits in force for all of its time there."
        yield Finding("NO_LIMITS", Verdict.GREY, words, EVIDENCE)


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


def _of_probe(unit: UnitRecord, probe: ProbeFact, stay: Span, at: datetime) -> Iterator[Finding]:
    shared = probe.span.clipped(stay, at)
    if shared is None:
        return
    if missing := first_uncovered(shared, probe.calibrated, at):
        words = (
            f"The thermometer {probe.code} of {unit.name} had no calibration that counts "
            f"{_when(missing)}."
        )
        yield Finding("NOT_CALIBRATED", Verdict.GREY, words, EVIDENCE)
    is_there = probe.span.ended_at is None and stay.ended_at is None
    if is_there and _is_silent(probe, at):
        words = f"The thermometer {probe.code} of {unit.name} says nothing now."
        yield Finding("SILENT_NOW", Verdict.GREY, words, EVIDENCE)


def _is_silent(probe: ProbeFact, at: datetime) -> bool:
    """Say so from the readings themselves: whoever should notice may be silent as well."""
    heard = probe.usable_at or probe.span.began_at
    return at - heard > silent_after(probe.expected_every)


SHARED = 10_000
"""How many findings are remembered: the vials of a unit mostly share theirs, words and all."""
DECIDED = {True: (Verdict.RED, "an impact"), False: (Verdict.GREEN, "no impact")}
GAP_WORDS = {
    GapCause.SILENT: "was not measured",
    GapCause.UNUSABLE: "was measured wrongly",
    GapCause.FLAT: "was measured by a thermometer that stood still",
    GapCause.DISAGREES: "was measured by thermometers that disagree",
}


@lru_cache(maxsize=SHARED)
def _gap_finding(
    unit: str, key: int, cause: GapCause, shared: Span, *, has_impact: bool | None
) -> Finding:
    told = f"{unit} {GAP_WORDS[cause]} {_when(shared)}"
    if has_impact is None:
        words = f"{told}: nobody knows how cold it was."
        return Finding("TEMPERATURE_GAP", Verdict.GREY, words, "gap", reference=key)
    verdict, found = DECIDED[has_impact]
    words = f"{told}. QA evaluated it: {found}."
    return Finding("GAP_EVALUATED", verdict, words, "gap", reference=key)


def _matters(excursion: ExcursionFact, budget: Budget | None) -> bool:
    """Say whether an excursion touches product: grave by itself, or warmer than it may ever be."""
    if GRAVITY[excursion.level] >= GRAVITY[Level.ACTION]:
        return True
    return budget is not None and excursion.peak > budget.warmest_celsius


@lru_cache(maxsize=SHARED)
def _excursion_finding(
    unit: str, key: int, peak: float, shared: Span, *, has_impact: bool | None
) -> Finding:
    told = f"{unit} was too warm {_when(shared)}, up to {peak:.1f} °C"
    if has_impact is None:
        words = f"{told}: QA has not evaluated it."
        return Finding("EXCURSION", Verdict.AMBER, words, "excursion", reference=key)
    verdict, found = DECIDED[has_impact]
    words = f"{told}. QA evaluated it: {found}."
    return Finding("EXCURSION_EVALUATED", verdict, words, "excursion", reference=key)


def _when(span: Span) -> str:
    """Name a time in words, in UTC."""
    ended = span.ended_at or span.began_at
    minutes = max(1, round((ended - span.began_at).total_seconds() / 60))
    lasting = f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
    return f"for {lasting} from {span.began_at:%Y-%m-%d %H:%M} UTC"
