"""How long a record is kept: the latest of all rules that apply, and never a guess."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from audit.errors import Refusal

LONGEST_MONTHS = 1_200


class RecordClass(StrEnum):
    """
    What kind of record it is.

    IDENTITY: chain of identity, custody and temperature of a patient's product, with each vial.
    BATCH: the record of a lot.
    """

    IDENTITY = "identity"
    BATCH = "batch"


class Start(StrEnum):
    """The event from which a period counts."""

    COMPLETED = "completion of the record"
    EXPIRED = "expiry of the product"
    RELEASED = "release"
    ADMINISTERED = "administration"
    ENDED = "administration, disposition or expiry, the latest"
    TRIAL_ENDED = "end of the trial"


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """
    One rule of the catalogue.

    months: how long, as the source says; None for one that a site adds only where it applies.
    """

    source: str
    start: Start
    months: int | None
    classes: frozenset[RecordClass]


BOTH = frozenset(RecordClass)
IDENTITY, BATCH = frozenset({RecordClass.IDENTITY}), frozenset({RecordClass.BATCH})


def _rule(
    source: str, start: Start, months: int | None, of: frozenset[RecordClass]
) -> RetentionRule:
    return RetentionRule(source=source, start=start, months=months, classes=of)


CATALOGUE: dict[str, RetentionRule] = {
    "us-211": _rule("21 CFR 211.180(a)", Start.EXPIRED, 12, BOTH),
    "us-600-record": _rule("21 CFR 600.12(b), record", Start.COMPLETED, 60, BOTH),
    "us-600-expiry": _rule("21 CFR 600.12(b), expiry", Start.EXPIRED, 6, BOTH),
    "us-1271-record": _rule("21 CFR 1271.270(d), creation", Start.COMPLETED, 120, BOTH),
    "us-1271-use": _rule("21 CFR 1271.270(d), use", Start.ENDED, 120, BOTH),
    "us-follow-up": _rule("FDA long-term follow-up", Start.ADMINISTERED, 180, IDENTITY),
    "eu-1394": _rule("EU 1394/2007 Article 15", Start.EXPIRED, 360, IDENTITY),
    "eu-part-4-expiry": _rule("EU GMP Part IV, expiry", Start.EXPIRED, 12, BATCH),
    "eu-part-4-release": _rule("EU GMP Part IV, certification", Start.RELEASED, 60, BATCH),
    "eu-trial": _rule("CTR 536/2014, trial master file", Start.TRIAL_ENDED, None, BOTH),
    "eu-2006-86": _rule("EU 2006/86 traceability", Start.ENDED, 360, IDENTITY),
    "sg-ctgtp": _rule("Singapore CTGTP", Start.EXPIRED, 360, IDENTITY),
    "fact": _rule("FACT", Start.ENDED, 120, BOTH),
}
"""REQUIREMENTS B12, in months; which of them count at a site, and how long, quality signs."""

PROPOSED = {code: rule.months for code, rule in CATALOGUE.items() if rule.months is not None}


@dataclass(frozen=True, kw_only=True)
class Retained:
    """
    Until when a record is kept.

    not_before: the latest day that is known; None when no rule's start is known yet.
    deciding: the source that gave it. waits_for: starts that have not happened, of rules that
    apply; while there is one, nobody can say the day. held: reasons of the legal holds on it.
    """

    not_before: date | None
    deciding: str
    waits_for: tuple[str, ...]
    held: tuple[str, ...] = ()

    @property
    def due_on(self) -> date | None:
        """The earliest day of destruction; None while it is not known, or held."""
        return None if self.waits_for or self.held else self.not_before


def retained(
    *,
    months: Mapping[str, int],
    record: RecordClass,
    starts: Mapping[Start, date | None],
    held: Sequence[str] = (),
) -> Retained:
    """
    Work out until when a record is kept: the latest of all rules that apply.

    months: by the code of the rule, as signed. starts: when each start happened; None for one
    that has not happened yet, left out for one that never will. An unknown code is an error.
    Source: REQUIREMENTS B12; URS-78.
    """
    latest: date | None = None
    deciding = ""
    waits: dict[str, None] = {}
    for code, period in sorted(months.items()):
        rule = CATALOGUE[code]
        if record not in rule.classes or rule.start not in starts:
            continue
        began = starts[rule.start]
        if began is None:
            waits[str(rule.start)] = None
            continue
        until = months_after(began, period)
        if latest is None or until > latest:
            latest, deciding = until, rule.source
    return Retained(not_before=latest, deciding=deciding, waits_for=tuple(waits), held=tuple(held))


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def refusals_of_periods(months: Mapping[str, int], before: Mapping[str, int]) -> list[Refusal]:
    """
    Say every reason why these periods cannot be signed.

    before: those in force; empty before the first version.
    """
    refusals = [
        Refusal("UNKNOWN_RULE", f"No rule has the code {code}.")
        for code in sorted(months.keys() - CATALOGUE.keys())
    ]
    refusals += [
        Refusal(
            "SHORTER_THAN_LAW",
            f"{rule.source} asks for {rule.months} months: give as many, or leave it out where it "
            "does not apply.",
        )
        for code, rule in CATALOGUE.items()
        if code in months and rule.months is not None and months[code] < rule.months
    ]
    if any(not 1 <= period <= LONGEST_MONTHS for period in months.values()):
        refusals.append(Refusal("OUT_OF_BOUNDS", f"Months: from 1 to {LONGEST_MONTHS:,}."))
    if not months:
        refusals.append(Refusal("NO_RULE", "Let at least one rule apply."))
    if months and months == before:
        refusals.append(Refusal("NOTHING_CHANGES", "These periods are in force already."))
    return refusals
