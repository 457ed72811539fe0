"""Verdicts, findings and sureness of the domain in the shapes that pages show."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html

from audit.local_times import with_local_times
from custody.findings import PRECEDENCE, Finding, Verdict
from custody.queries.whereabouts import Whereabouts
from custody.viability import Judgement
from inventory.models import Custody
from web.presenters import AnswerItem, FindingRow, Mark, VerdictMark
from web.templatetags.freezer import ago

QUESTIONS = {
    "quality": "Quality",
    "expiry": "Expiry",
    "hold": "Holds",
    "deviation": "Deviations",
    "identity": "Identity",
    "ledger": "Chain of custody",
    "place": "Place",
    "emptying": "Place",
    "temperature": "Temperature",
    "excursion": "Temperature",
    "gap": "Temperature",
    "exposure": "Time out of storage",
}
EVIDENCE = {
    "quality": ("what happened", "#story"),
    "expiry": ("batch record", "#content-facts"),
    "hold": ("holds", "#holds"),
    "identity": ("batch, vial, therapy", "#identity"),
    "ledger": ("every entry", "#story"),
    "place": ("map and sightings", "#place"),
    "exposure": ("each time", "exposure/"),
}
ALL_GREEN = "Everything asked was answered and within limits"


def verdict_mark(judgement: Judgement) -> VerdictMark:
    """Show a verdict with the instant it was asked."""
    return VerdictMark(mark=Mark(judgement.verdict.value), as_of=judgement.as_of)


def finding_rows(findings: Iterable[Finding], *, unit_url: str = "") -> tuple[FindingRow, ...]:
    """
    Show each finding with its evidence.

    unit_url: where the temperature of the unit is shown that the vial stands in; empty elsewhere.
    """
    return tuple(_finding(finding, unit_url) for finding in findings)


def _finding(finding: Finding, unit_url: str) -> FindingRow:
    evidence, anchor = _evidence(finding, unit_url)
    return FindingRow(
        mark=Mark(finding.verdict.value),
        question=QUESTIONS.get(finding.evidence, finding.evidence.capitalize()),
        words=with_local_times(finding.words),
        evidence=evidence,
        evidence_url=anchor,
    )


def _evidence(finding: Finding, unit_url: str) -> tuple[str, str]:
    """Give the words and the address of what stands behind a finding."""
    if finding.evidence == "deviation":
        return "the deviation", reverse("quality:deviation", args=[finding.reference])
    if finding.evidence == "excursion":
        return "the excursion", reverse("temperature:excursion", args=[finding.reference])
    if finding.evidence == "gap":
        return "the time without evidence", reverse("temperature:gap", args=[finding.reference])
    if finding.evidence == "emptying":
        return "how it was moved", reverse("emptying:emptying", args=[finding.reference])
    if finding.evidence == "temperature" and unit_url:
        return "the curve", unit_url
    return EVIDENCE.get(finding.evidence, ("", ""))


def why(verdict: Verdict, findings: Sequence[Finding]) -> AnswerItem:
    """Say in one line what keeps the verdict from being green, the deciding reasons first."""
    told = [finding for finding in findings if finding.verdict != Verdict.GREEN]
    told.sort(key=lambda finding: PRECEDENCE.index(finding.verdict))
    words = " ".join(dict.fromkeys(_sentence(finding.words) for finding in told))
    words = with_local_times(words)
    return AnswerItem(label="Why", words=words or ALL_GREEN, mark=Mark(verdict.value))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def sure_because(where: Whereabouts, *, at: datetime) -> AnswerItem:
    """
    Say how sure the place is: who had it in hand when, and the last count.

    Source: REQUIREMENTS B7, location carries confidence.
    """
    seen, counted = where.last_sighting, where.last_count
    scanned = (
        "nobody has scanned it here"
        if seen is None
        else format_html("{} by {} {}", seen.kind.lower(), seen.person, ago(seen.at, at))
    )
    count = "never counted" if counted is None else format_html("counted {}", ago(counted, at))
    return AnswerItem(label="Sure because", words=format_html("{} · {}", scanned, count))


def place_words(where: Whereabouts, *, at: datetime, picked_since: datetime | None = None) -> str:
    """
    Say where a vial is; for one in somebody's hands, since when.

    picked_since: when it was scanned at a pick that goes on.
    """
    if picked_since is not None:
        return format_html("{}, out of it at a pick, {}", where.place, ago(picked_since, at))
    if where.custody == Custody.IN_STORAGE or where.since is None:
        return where.place
    return format_html("{}, {}", where.place, ago(where.since, at))
