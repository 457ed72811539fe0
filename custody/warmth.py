"""What the facts of how cold a vial was kept mean; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from custody.curves import Heat
from custody.estimates import findings_of_heat
from custody.exposure import Budget, Spent, findings_of_exposure, spent
from custody.findings import Finding, Verdict
from custody.warmth_facts import (
    BareFact,
    ExcursionFact,
    GapFact,
    ProbeFact,
    Span,
    StayFact,
    TemperatureFacts,
    UnitRecord,
    WarmFact,
    first_uncovered,
)
from temperature.models import GRAVITY, GapCause, Level
from temperature.rules.intervals import silent_after

EVIDENCE = "temperature"
WITHIN = Finding(
    "TEMPERATURE_WITHIN",
    Verdict.GREEN,
    "Kept cold: the whole time in storage is on record and inside its limits.",
    EVIDENCE,
)
NEVER_STORED = Finding(
    "NO_TEMPERATURE",
    Verdict.GREY,
    "It was never put in storage here: no temperature record covers it.",
    EVIDENCE,
)


def judge_temperature(facts: TemperatureFacts, *, at: datetime) -> Iterator[Finding]:
    """
    Say what the temperature record means for a vial; what is missing is GREY, never GREEN.

    Source: REQUIREMENTS B5, B7; 21 CFR 1271.260(e); URS-30, URS-108, URS-112.
    """
    doubts = [*_of_stays(facts, at), *map(_of_bare_way, facts.bare)]
    yield from doubts
    if all(finding.verdict == Verdict.GREEN for finding in doubts):
        yield WITHIN
    yield from findings_of_exposure(spent_by(facts, at), facts.budget, facts.accepted, at=at)
    yield from findings_of_heat(heat_by(facts, at), facts.budget, facts.accepted, at=at)


def spent_by(facts: TemperatureFacts, at: datetime) -> Spent:
    """Add up how often and how long a vial was out of controlled storage, up to `at`."""
    return spent(facts.outings, facts.going_on, facts.lifts, at=at, arrived=facts.arrived)


def findings_of_ways(facts: TemperatureFacts, *, at: datetime) -> Iterator[Finding]:
    """Say what is to be said of the stays in shippers, and of ways in none on record."""
    for stay in facts.stays:
        if stay.unit.is_shipper:
            yield from _of_stay(facts, stay, at)
    yield from map(_of_bare_way, facts.bare)


def heat_by(facts: TemperatureFacts, at: datetime) -> Heat | None:
    """Return how warm a vial became while it was out, up to `at`; None where no curve tells."""
    return facts.warmed.up_to(facts.going_on, at)


def _of_stays(facts: TemperatureFacts, at: datetime) -> Sequence[Finding]:
    """Return what is to be said of all stays, each finding once."""
    found = [_of_stay(facts, stay, at) for stay in facts.stays]
    if not found:
        return [NEVER_STORED]
    return found[0] if len(found) == 1 else list(dict.fromkeys(chain.from_iterable(found)))


def _of_stay(facts: TemperatureFacts, stay: StayFact, at: datetime) -> tuple[Finding, ...]:
    """Return what is to be said of a stay; vials that stood in the unit alike share it."""
    unit = stay.unit
    settled = unit.settled(stay.span, at)
    key = (settled, facts.product_id, facts.budget, at)
    if key not in unit.told:
        unit.told[key] = tuple(findings_of_stay(facts, StayFact(settled, unit), at))
    return unit.told[key]


def findings_of_stay(facts: TemperatureFacts, stay: StayFact, at: datetime) -> Iterator[Finding]:
    """Say what one stay means for a vial; the same for the settled stay."""
    unit = stay.unit
    yield from _of_coverage(stay, at)
    for probe in unit.probes:
        yield from _of_probe(unit, probe, stay.span, at)
    for gap in unit.gaps:
        shared = gap.span.clipped(stay.span, at)
        if shared is not None:
            decided = gap.decisions.get(facts.product_id)
            yield _gap_finding(unit.name, gap, shared, has_impact=decided)
    for excursion in unit.excursions:
        shared = excursion.span.clipped(stay.span, at)
        if shared is not None and _matters(excursion, facts.budget):
            decided = excursion.decisions.get(facts.product_id)
            yield _excursion_finding(unit.name, excursion, shared, has_impact=decided)
    yield from warmer_than_product(facts, stay, at)


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
    if unit.is_shipper:
        yield from _of_logger(unit, probe, shared, at, is_over=stay.ended_at is not None)
        return
    is_there = probe.span.ended_at is None and stay.ended_at is None
    if is_there and _is_silent(probe, at):
        words = f"The thermometer {probe.code} of {unit.name} says nothing now."
        yield Finding("SILENT_NOW", Verdict.GREY, words, EVIDENCE)


def _of_logger(
    unit: UnitRecord, probe: ProbeFact, shared: Span, at: datetime, *, is_over: bool
) -> Iterator[Finding]:
    """Say up to where the logger of a shipper was read; the rest is evidence that may come."""
    read, end = max(probe.usable_at or shared.began_at, shared.began_at), shared.ended_at or at
    is_read = read > shared.began_at and end - read <= silent_after(probe.expected_every)
    if is_read or any(gap.span.covers(read) for gap in unit.gaps):
        return
    unread, told = _when(Span(read, end)), f"the logger {probe.code} of shipper {unit.name}"
    if is_over:
        words = f"Nobody has read {told} {unread}: nobody knows how cold it was. Bring its file."
        yield Finding("LOGGER_NOT_READ", Verdict.GREY, words, EVIDENCE)
    else:
        words = f"On its way: {told} is not read {unread}. Read it when it arrives."
        yield Finding("LOGGER_ON_ITS_WAY", Verdict.AMBER, words, EVIDENCE)


def _of_bare_way(way: BareFact) -> Finding:
    shipper = (
        f"in {way.shipper}, no registered shipper" if way.shipper else "in no shipper on record"
    )
    words = (
        f"It went on its way {shipper}, at {way.began_at:%Y-%m-%d %H:%M} UTC: nothing tells how "
        "cold it was."
    )
    return Finding("WAY_NOT_RECORDED", Verdict.GREY, words, EVIDENCE)


def _is_silent(probe: ProbeFact, at: datetime) -> bool:
    """Say so from the readings themselves: whoever should notice may be silent as well."""
    heard = probe.usable_at or probe.span.began_at
    return at - heard > silent_after(probe.expected_every)


DECIDED = {True: (Verdict.RED, "an impact"), False: (Verdict.GREEN, "no impact")}
GAP_WORDS = {
    GapCause.SILENT: "was not measured",
    GapCause.UNUSABLE: "was measured wrongly",
    GapCause.FLAT: "was measured by a thermometer that stood still",
    GapCause.JUMPS: "was measured by a thermometer that jumped again and again",
    GapCause.DISAGREES: "was measured by thermometers that disagree",
}


def _gap_finding(unit: str, gap: GapFact, shared: Span, *, has_impact: bool | None) -> Finding:
    key, told = gap.key, f"{unit} {GAP_WORDS[gap.cause]} {_when(shared)}"
    if has_impact is None:
        words = f"{told}: nobody knows how cold it was."
        return Finding("TEMPERATURE_GAP", Verdict.GREY, words, "gap", reference=key)
    verdict, found = DECIDED[has_impact]
    words = f"{told}. QA evaluated it: {found}."
    return Finding("GAP_EVALUATED", verdict, words, "gap", reference=key)


@dataclass(frozen=True)
class WarmTime:
    """
    A time in which a vial stood where it was warmer than its product may be, told by no excursion.

    has_impact: what QA decided of it; None where that is to come, also of what turned out warmer.
    """

    probe_id: int
    span: Span
    peak: float
    has_impact: bool | None


def warm_times(facts: TemperatureFacts, stay: StayFact, at: datetime) -> list[WarmTime]:
    """Return when it was warmer than the product may be, and no excursion of the unit tells it."""
    unit, budget = stay.unit, facts.budget
    if budget is None or not unit.warm:
        return []
    told = [row.span for row in unit.excursions if _matters(row, budget)]
    decided = [row for row in unit.warm_decisions if row.product_id == facts.product_id]

    def decision(row: WarmFact, span: Span) -> bool | None:
        covering = (each for each in decided if each.covers(row.probe_id, span, row.peak))
        return next((each.has_impact for each in covering), None)

    return [
        WarmTime(row.probe_id, shared, row.peak, decision(row, shared))
        for row in unit.warm
        if row.product_id == facts.product_id
        and (shared := row.span.clipped(stay.span, at)) is not None
        and first_uncovered(shared, told, at) is not None
    ]


def warmer_than_product(facts: TemperatureFacts, stay: StayFact, at: datetime) -> Iterator[Finding]:
    """Say when it was warmer than the product may be, and what QA decided of that."""
    times = warm_times(facts, stay, at)
    for has_impact in (None, True, False):
        own = [time for time in times if time.has_impact is has_impact]
        if not own or facts.budget is None:
            continue
        first = min((time.span for time in own), key=lambda span: span.began_at)
        words = (
            f"{stay.unit.name} was up to {_celsius(max(time.peak for time in own))}, first "
            f"{_when(first)}: warmer than the {_celsius(facts.budget.warmest_celsius)} that its "
            "product may ever be, which the limits of the unit do not tell."
        )
        if has_impact is None:
            yield Finding("WARMER_THAN_PRODUCT", Verdict.AMBER, words, EVIDENCE)
        else:
            verdict, found = DECIDED[has_impact]
            told = f"{words} QA evaluated it: {found}."
            yield Finding("WARMER_THAN_PRODUCT_EVALUATED", verdict, told, EVIDENCE)


def _matters(excursion: ExcursionFact, budget: Budget | None) -> bool:
    """Say whether an excursion touches product: grave by itself, or warmer than it may ever be."""
    if GRAVITY[excursion.level] >= GRAVITY[Level.ACTION]:
        return True
    return budget is not None and not excursion.is_level and excursion.peak > budget.warmest_celsius


def _excursion_finding(
    unit: str, excursion: ExcursionFact, shared: Span, *, has_impact: bool | None
) -> Finding:
    key, when = excursion.key, _when(shared)
    if excursion.is_level:
        code, told = "LOW_NITROGEN", f"{unit} was short of nitrogen {when}"
        told = f"{told}, down to {excursion.peak:.0f} %"
    else:
        code, told = "EXCURSION", f"{unit} was too warm {when}, up to {_celsius(excursion.peak)}"
    if has_impact is None:
        words = f"{told}: QA has not evaluated it."
        return Finding(code, Verdict.AMBER, words, "excursion", reference=key)
    verdict, found = DECIDED[has_impact]
    words = f"{told}. QA evaluated it: {found}."
    return Finding(f"{code}_EVALUATED", verdict, words, "excursion", reference=key)


def _celsius(value: float) -> str:
    return f"{value:.1f} °C".replace("-", "\N{MINUS SIGN}")


def _when(span: Span) -> str:
    """Name a time in words, in UTC."""
    ended = span.ended_at or span.began_at
    minutes = max(1, round((ended - span.began_at).total_seconds() / 60))
    lasting = f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
    return f"for {lasting} from {span.began_at:%Y-%m-%d %H:%M} UTC"
