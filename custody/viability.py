"""Whether a vial may still be used, judged from evidence; pure, versioned, recomputable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from custody.findings import Finding, Verdict, worst
from custody.warmth import judge_temperature
from custody.warmth_facts import TemperatureFacts
from inventory.models import GONE, Custody, Quality
from inventory.rules.expiry import last_day
from sop.models import Impact

VERSION = 8
NOT_SEEN_FOR = timedelta(days=365)
SHARED = 1000
"""How many findings are remembered: the vials of a batch, or under a hold, share theirs."""


@dataclass(frozen=True)
class HoldFact:
    """An open hold on the vial."""

    hold_id: int
    subject: str
    reason: str
    placed_at: datetime


@dataclass(frozen=True)
class DeviationFact:
    """An open deviation that has touched the vial, or may have."""

    deviation_id: int
    number: str
    impact: Impact


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """
    What is known of one vial at the time of asking.

    identity_agrees: batch, vial and therapy name one patient, or none where none is due.
    chain_is_intact: every hash of its ledger is right and no entry is missing.
    custody_is_unbroken: each entry begins where the one before ended, and the last one agrees
    with the record.
    broken_at: the key of the first entry that does not verify or follow, where one is known.
    seen_at: the last time somebody had it in hand or scanned it in place.
    place_in_doubt: its position is marked as in doubt.
    temperature: what probes and scans say of how cold it was kept.
    changed_since_release: its record is another than the one that was released.
    deviations: the open ones whose impact on it is not “none”.
    to_confirm: the key of the emptying by which its rack was carried to a unit where its place is
    not confirmed yet.
    """

    quality: Quality
    custody: Custody
    expires_at: datetime
    holds: Sequence[HoldFact]
    identity_agrees: bool
    chain_is_intact: bool
    custody_is_unbroken: bool
    seen_at: datetime | None
    place_in_doubt: bool
    temperature: TemperatureFacts
    broken_at: int | None = None
    changed_since_release: bool = False
    deviations: Sequence[DeviationFact] = ()
    to_confirm: int | None = None


@dataclass(frozen=True)
class Judgement:
    """The verdict with every finding, as of a time, by a version of these rules."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    as_of: datetime
    version: int = VERSION


def judge(evidence: Evidence, *, at: datetime) -> Judgement:
    """
    Judge a vial; missing evidence is GREY, never GREEN.

    Source: REQUIREMENTS B7; 21 CFR 1271.260; precedence RED, GREY, AMBER, GREEN.
    """
    findings = (
        QUALITY_FINDINGS[evidence.quality],
        *_change(evidence),
        _expiry(evidence.expires_at, is_over=evidence.expires_at <= at),
        *_holds(evidence.holds),
        *_deviations(evidence.deviations),
        IDENTITY_INTACT if evidence.identity_agrees else IDENTITY_BROKEN,
        _custody(evidence),
        _place(evidence, at),
        *judge_temperature(evidence.temperature, at=at),
    )
    return Judgement(worst([finding.verdict for finding in findings]), findings, at)


QUALITY_VERDICTS: dict[Quality, tuple[Verdict, str]] = {
    Quality.RELEASED: (Verdict.GREEN, "Released by quality."),
    Quality.COND_RELEASED: (Verdict.AMBER, "Released on condition: tests are still open."),
    Quality.OOS_SUPPLY: (Verdict.AMBER, "Out of specification, supplied on a physician's request."),
    Quality.QUARANTINE: (Verdict.AMBER, "In quarantine: quality has not decided."),
    Quality.EXPECTED: (Verdict.GREY, "Announced by manufacturing, but never received."),
    Quality.REJECTED: (Verdict.RED, "Rejected by quality."),
    Quality.RECALLED: (Verdict.RED, "Recalled."),
    Quality.EXPIRED: (Verdict.RED, "Expired."),
}


QUALITY_FINDINGS = {
    quality: Finding(f"QUALITY_{quality.name}", verdict, words, "quality")
    for quality, (verdict, words) in QUALITY_VERDICTS.items()
}


def _change(evidence: Evidence) -> list[Finding]:
    """Say that the release was signed for another version of the record (URS-53)."""
    if not evidence.changed_since_release:
        return []
    words = "Changed after it was released: QA must look at the change, and release it anew."
    return [Finding("CHANGED_SINCE_RELEASE", Verdict.AMBER, words, "quality")]


@lru_cache(maxsize=SHARED)
def _expiry(expires_at: datetime, *, is_over: bool) -> Finding:
    day = f"{last_day(expires_at):%Y-%m-%d}"
    if is_over:
        return Finding("EXPIRED", Verdict.RED, f"Expired at the end of {day}.", "expiry")
    return Finding("NOT_EXPIRED", Verdict.GREEN, f"Expires at the end of {day}.", "expiry")


NO_HOLD = Finding("NO_HOLD", Verdict.GREEN, "Not on hold.", "hold")


def _holds(holds: Sequence[HoldFact]) -> list[Finding]:
    return [_of_hold(hold) for hold in holds] or [NO_HOLD]


@lru_cache(maxsize=SHARED)
def _of_hold(hold: HoldFact) -> Finding:
    words = f"On hold: {hold.reason}"
    return Finding("ON_HOLD", Verdict.AMBER, words, "hold", reference=hold.hold_id)


IMPACT_WORDS = {
    Impact.TO_ASSESS: "its impact on this vial is to be assessed",
    Impact.POSSIBLE: "it may have affected this vial",
    Impact.AFFECTED: "it affected this vial",
}


def _deviations(deviations: Sequence[DeviationFact]) -> list[Finding]:
    return [
        Finding(
            "OPEN_DEVIATION",
            Verdict.AMBER,
            f"Open deviation {fact.number}: {IMPACT_WORDS[fact.impact]}.",
            "deviation",
            reference=fact.deviation_id,
        )
        for fact in deviations
    ]


IDENTITY_INTACT = Finding("IDENTITY_INTACT", Verdict.GREEN, "Identity intact.", "identity")
IDENTITY_BROKEN = Finding(
    "IDENTITY_BROKEN",
    Verdict.GREY,
    "Batch, vial and therapy do not name one patient. Stop and call QA.",
    "identity",
)
CUSTODY_UNBROKEN = Finding(
    "CUSTODY_UNBROKEN", Verdict.GREEN, "Custody unbroken and verified.", "ledger"
)


def _custody(evidence: Evidence) -> Finding:
    if not evidence.chain_is_intact:
        return Finding(
            "CHAIN_BROKEN",
            Verdict.GREY,
            "The custody record does not verify: an entry was changed, removed or added.",
            "ledger",
            reference=evidence.broken_at,
        )
    if not evidence.custody_is_unbroken:
        return Finding(
            "CUSTODY_GAP",
            Verdict.GREY,
            "The custody record has a gap.",
            "ledger",
            reference=evidence.broken_at,
        )
    return CUSTODY_UNBROKEN


def seen_as(seen_at: datetime | None, at: datetime) -> datetime | None:
    """Return a time of the last sighting that means the same at `at`, and that many vials share."""
    if seen_at is None:
        return None
    return at if seen_at >= at - NOT_SEEN_FOR else at - 2 * NOT_SEEN_FOR


PLACE_KNOWN = Finding("PLACE_KNOWN", Verdict.GREEN, "Its place is known.", "place")
HANDS_KNOWN = Finding("PLACE_KNOWN", Verdict.GREEN, "It is known who has it.", "place")


def _place(evidence: Evidence, at: datetime) -> Finding:
    if evidence.custody == Custody.MISSING:
        return Finding("MISSING", Verdict.GREY, "Reported missing.", "place")
    if evidence.custody == Custody.DISCARDED:
        return Finding("DISCARDED", Verdict.RED, "Discarded.", "place")
    if evidence.custody in GONE:
        label = evidence.custody.label
        return Finding("GONE", Verdict.RED, f"{label}: nothing is left to use.", "place")
    return _where(evidence, at)


def _where(evidence: Evidence, at: datetime) -> Finding:
    """Say how sure the place is of what is still there."""
    if evidence.place_in_doubt:
        return Finding("PLACE_IN_DOUBT", Verdict.GREY, "Its place is in doubt.", "place")
    if evidence.to_confirm is not None:
        return _unconfirmed(evidence.to_confirm)
    if evidence.seen_at is None:
        return Finding("NEVER_SEEN", Verdict.GREY, "Nobody has scanned it here yet.", "place")
    if evidence.seen_at < at - NOT_SEEN_FOR:
        return Finding(
            "NOT_SEEN_LATELY", Verdict.AMBER, "Not scanned or counted for a year.", "place"
        )
    return PLACE_KNOWN if evidence.custody == Custody.IN_STORAGE else HANDS_KNOWN


@lru_cache(maxsize=SHARED)
def _unconfirmed(emptying_id: int) -> Finding:
    words = "Moved in an emergency: its unit is known, its place there is to be confirmed."
    return Finding("PLACE_TO_CONFIRM", Verdict.AMBER, words, "emptying", reference=emptying_id)
