"""The page of one deviation: its answer first, then the texts, the vials, who signed, what was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from audit.errors import Refusal
from custody.about_units import unit_of
from custody.actions.close_deviation import REPORT_NOT_SETTLED
from custody.queries.deviation_page import DeviationFacts, TouchedVial, versions_of_deviation
from custody.queries.deviations import CLOSE_WITHIN
from sop.models import Deviation, DeviationKind, DeviationStatus, Impact
from sop.rules.deviations import missing_before_closing, refusals_of_closer
from web.deviation_lists import DEVIATIONS, INCIDENTS, ListOf
from web.gates import DEVIATION_REPORTERS, INVESTIGATORS, opens_audit
from web.http import Request
from web.judgements import verdict_mark
from web.links import unit_temperature_url, with_query
from web.presenters import Crumb, Mark, SignatureBlock, VerdictMark
from web.record_copies import may_copy
from web.vial_lines import VialLine, vial_line

AROUND = timedelta(hours=2)
IMPACT_MARKS = {
    Impact.TO_ASSESS: Mark.AMBER,
    Impact.NONE: Mark.GREEN,
    Impact.POSSIBLE: Mark.AMBER,
    Impact.AFFECTED: Mark.RED,
}


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that this person may do now."""

    label: str
    url: str
    icon: str
    primary: bool = False


@dataclass(frozen=True, kw_only=True)
class ImpactLine:
    """One vial under the deviation, with its verdict and what the deviation means for it."""

    vial: VialLine
    verdict: VerdictMark
    mark: Mark
    impact: str
    words: str


def list_of(row: Deviation) -> ListOf:
    """Say which of the two lists a record stands in."""
    return INCIDENTS if row.kind == DeviationKind.INCIDENT else DEVIATIONS


def crumbs_of(row: Deviation, here: str = "") -> tuple[Crumb, ...]:
    """Give the way to a deviation, or to a step behind it."""
    what = list_of(row)
    listed = Crumb(label=what.title, url=reverse(what.name))
    if not here:
        return (listed, Crumb(label=row.number))
    own = Crumb(label=row.number, url=reverse("quality:deviation", args=[row.pk]))
    return (listed, own, Crumb(label=here))


def page_context(request: Request, facts: DeviationFacts, *, at: datetime) -> dict[str, object]:
    """Gather the page of one deviation."""
    row = facts.row
    blocked = _blocked(request, facts)
    return {
        "row": row,
        "crumbs": crumbs_of(row),
        "kind": list_of(row),
        "is_closed": row.status == DeviationStatus.CLOSED,
        "missing": missing_of(facts),
        "days": (at - row.opened_at).days,
        "is_overdue": row.status != DeviationStatus.CLOSED and at - row.opened_at > CLOSE_WITHIN,
        "due_at": facts.report_due_at,
        "is_late": facts.report_due_at is not None and facts.report_due_at < at,
        "must_be_reported": facts.must_be_reported,
        "acts": [*_acts(request, facts, may_close=not blocked), *_copying(request, row)],
        "blocked": blocked,
        "texts": list(_texts(row)),
        "lines": [_line(vial) for vial in facts.vials],
        "unit_url": _unit_url(row),
        "left_out": len(facts.listed) - len(facts.vials),
        "signatures": signatures_of(facts),
        "versions": versions_of_deviation(row),
        "links": opens_audit(request.user),
        "now": at,
    }


def _unit_url(row: Deviation) -> str:
    """Give the curve of the unit that a deviation is about; empty where it is about none."""
    unit_id = unit_of(row.about)
    if unit_id is None:
        return ""
    since, until = row.opened_at - AROUND, row.opened_at + AROUND
    times = {"from": since.isoformat(), "to": until.isoformat()}
    return with_query(unit_temperature_url(unit_id), **times)


def missing_of(facts: DeviationFacts) -> list[Refusal]:
    """Say what is missing before the deviation may be closed; nothing once it is."""
    if facts.row.status == DeviationStatus.CLOSED:
        return []
    waits = facts.report_due_at is not None
    return missing_before_closing(facts.row, facts.listed) + ([REPORT_NOT_SETTLED] if waits else [])


def signatures_of(facts: DeviationFacts) -> list[SignatureBlock]:
    """Return every signature under a deviation, its decisions and its vials, oldest first."""
    blocks = [
        *facts.signatures,
        *facts.assessed,
        *(block for _, signed in facts.decisions for block in signed),
    ]
    blocks.sort(key=lambda block: block.signed_at)
    return [SignatureBlock(**vars(block)) for block in blocks]


def _blocked(request: Request, facts: DeviationFacts) -> list[Refusal]:
    """Say why this person of quality may not close what waits for its closure."""
    if facts.row.status != DeviationStatus.AWAITING_CLOSURE:
        return []
    near = refusals_of_closer(facts.row, request.user.pk, facts.investigators)
    return missing_of(facts) + near


def _acts(request: Request, facts: DeviationFacts, *, may_close: bool) -> Iterator[Act]:
    """List what this person may do now, the next thing first."""
    roles, row = set(request.user.role_names()), facts.row
    is_quality = "qa" in roles
    if row.status == DeviationStatus.CLOSED:
        if is_quality:
            yield _act(row, "Open again", "reopen_deviation", "lock-open")
        return
    if row.status == DeviationStatus.AWAITING_CLOSURE and is_quality and may_close:
        yield _act(row, "Close", "close_deviation", "signature", primary=True)
    if roles & INVESTIGATORS:
        yield from _acts_of_investigators(facts)
    if is_quality:
        yield from _acts_of_quality(facts)
    if roles & DEVIATION_REPORTERS:
        yield _act(row, "Name more vials", "name_more_vials", "plus")
        yield _act(row, "Write what was done at once", "contain_deviation", "hand-stop")


def _copying(request: Request, row: Deviation) -> Iterator[Act]:
    if may_copy(request.user):
        yield _act(row, "Copy", "copy_deviation", "download")


def _acts_of_investigators(facts: DeviationFacts) -> Iterator[Act]:
    row = facts.row
    if row.status == DeviationStatus.INVESTIGATING and not missing_of(facts):
        yield _act(row, "Ask for closure", "ask_closure", "send", primary=True)
    is_next = row.status == DeviationStatus.OPEN
    yield _act(row, "Investigate", "investigate", "search", primary=is_next)


def _acts_of_quality(facts: DeviationFacts) -> Iterator[Act]:
    row = facts.row
    yield _act(row, "Classify", "classify", "list-check")
    if facts.listed:
        yield _act(row, "Assess the vials", "assess", "shield-check")
    if facts.must_be_reported:
        yield _act(row, "Settle the report to FDA", "settle_report", "mail")
    yield _act(row, "Link an outside record", "link_outside", "link")


def _act(row: Deviation, label: str, name: str, icon: str, *, primary: bool = False) -> Act:
    url = reverse(f"quality:{name}", args=[row.pk])
    return Act(label=label, url=url, icon=icon, primary=primary)


def _texts(row: Deviation) -> Iterator[tuple[str, str]]:
    yield "What happened", row.what_happened
    if row.kind == DeviationKind.INCIDENT:
        yield "Impact", row.impact
    yield "Done at once", row.containment
    yield "Investigation", row.investigation
    yield "Root cause", row.root_cause
    yield "Disposition", row.disposition


def _line(vial: TouchedVial) -> ImpactLine:
    return ImpactLine(
        vial=vial_line(vial.record, place=vial.place),
        verdict=verdict_mark(vial.judgement),
        mark=IMPACT_MARKS[vial.impact],
        impact=str(vial.impact.label),
        words=vial.words,
    )


def vial_codes(request: Request) -> Sequence[str]:
    """Take over the vials that the page which led here is about: `?vial=CODE`."""
    return request.GET.getlist("vial")
