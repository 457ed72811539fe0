"""The page on what the verdict of a vial was at an instant in the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from custody.models import EventKind
from custody.moment import Moment
from custody.queries.facts import VialFacts
from custody.queries.timeline import TimelineEntry, timeline
from custody.queries.verdicts import verdicts
from custody.viability import Judgement
from web.judgements import finding_rows, verdict_mark
from web.links import vial_url, with_query
from web.presenters import FindingRow, VerdictMark
from web.vial_pages import crumbs_of, identity_of, strip_of, tabs_of

MOST_DECISIONS = 10


@dataclass(frozen=True, kw_only=True)
class Said:
    """A verdict as of an instant: what the record said then, or what it says of then now."""

    title: str
    words: str
    verdict: VerdictMark
    findings: tuple[FindingRow, ...]
    version: int


@dataclass(frozen=True, kw_only=True)
class DecisionLine:
    """A decision on quality; verdict: as of when it was recorded, of the newest decision alone."""

    words: str
    at: datetime
    url: str
    verdict: VerdictMark | None


def past_context(facts: VialFacts, *, of: datetime | None, at: datetime) -> Mapping[str, object]:
    """
    Gather the page; of: the instant asked for, absent where none is.

    Source: REQUIREMENTS B7; URS-34, URS-111, URS-117.
    """
    vial = facts.vial.pk
    return {
        "identity": identity_of(facts.vial),
        "strip": strip_of(facts, at=at),
        "crumbs": crumbs_of(facts.vial, "Verdict in the past"),
        "tabs": tabs_of(vial, "past"),
        "of": of,
        "said": [] if of is None else _said(vial, of, at),
        "decisions": _decisions(vial),
    }


def _said(vial: int, of: datetime, at: datetime) -> Sequence[Said]:
    """Return both answers; neither where the vial was not on record by then."""
    then = verdicts([vial], at=of, moment=Moment(of, of)).get(vial)
    since = verdicts([vial], at=of, moment=Moment(of, at)).get(vial)
    if then is None or since is None:
        return []
    same = then == since
    return [
        _as_said(
            vial,
            then,
            title="What was known then",
            words="Everything that had been recorded by then, and nothing else.",
        ),
        _as_said(
            vial,
            since,
            title="What is known of then today",
            words="The same: nothing that was recorded since changes it."
            if same
            else "With readings that came late, calibrations and decisions that were signed since.",
        ),
    ]


def _as_said(vial: int, judgement: Judgement, *, title: str, words: str) -> Said:
    rows = finding_rows(judgement.findings)
    return Said(
        title=title,
        words=words,
        verdict=replace(verdict_mark(judgement), as_of=None),
        findings=tuple(_from_here(row, vial) for row in rows),
        version=judgement.version,
    )


def _from_here(row: FindingRow, vial: int) -> FindingRow:
    """Let evidence that stands on the vial's own page be found from here."""
    if row.evidence_url.startswith("/") or not row.evidence_url:
        return row
    return replace(row, evidence_url=f"{vial_url(vial)}{row.evidence_url}")


def _decisions(vial: int) -> Sequence[DecisionLine]:
    """Return the decisions on quality, the newest first."""
    found = [row for row in timeline([vial]) if row.kind == EventKind.QUALITY_DECIDED]
    newest = sorted(found, key=lambda row: row.recorded_at, reverse=True)[:MOST_DECISIONS]
    return [_decision(vial, row, is_newest=row is newest[0]) for row in newest]


def _decision(vial: int, row: TimelineEntry, *, is_newest: bool) -> DecisionLine:
    at = row.recorded_at
    judged = verdicts([vial], at=at, moment=Moment(at, at)).get(vial) if is_newest else None
    return DecisionLine(
        words=f"{row.from_quality} → {row.to_quality}, by {row.actor or row.device}",
        at=at,
        url=with_query(f"{vial_url(vial)}past/", at=at.isoformat()),
        verdict=None if judged is None else replace(verdict_mark(judged), as_of=None),
    )
