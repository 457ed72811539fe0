"""Reviews of readings and alarms on screen: what is due, what was made, and the sheet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, QueryDict
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit.models import Meaning
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock, signature_blocks
from inventory.models import Container, Site
from sop.queries.training import seen_through
from temperature.actions.review_temperature import REVIEWS
from temperature.actions.set_review_rules import set_review_rules
from temperature.models import ReviewRules, TemperatureReview
from temperature.queries.review_scope import Asked, Seen
from temperature.queries.reviews import (
    DueLine,
    ReviewLine,
    due_lines,
    find_review,
    review_lines,
    version_rows,
)
from temperature.review_rules import due_rules
from temperature.rules.reviewing import BOUNDS, DueState
from web.audit_pages import csv_url_of
from web.configuring.setups import SetUp
from web.forms.temperature_reviews import DueRulesForm, ScopeForm
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import unit_temperature_url, with_query
from web.presenters import Crumb, EmptyState, Mark
from web.sheets import SignSheet
from web.signing import SignAs
from web.sites import show_times_of
from web.temperature.alarms import AlarmLine, alarm_lines, holds
from web.temperature.board import units_seen_by

REVIEWED_AS = SignAs(meaning=Meaning.REVIEWED)
APPROVED_AS = SignAs(meaning=Meaning.APPROVED)
EMPTY = EmptyState(
    title="Nothing was reviewed yet", words="What is due stands above, the most urgent first."
)
STATES = {
    DueState.OVERDUE: (Mark.RED, "Overdue"),
    DueState.CHANGED: (Mark.AMBER, "Changed since its review"),
    DueState.DUE: (Mark.AMBER, "Due"),
    DueState.LATER: (Mark.GREEN, "Not due yet"),
}
COUNTED = {
    "readings": "Readings",
    "usable": "Usable",
    "excursions": "Excursions",
    "gaps": "Gaps",
    "gap_minutes": "Minutes in gaps",
    "past_due": "Probes past their calibration",
    "alarms": "Alarms",
    "late": "Acknowledged late",
    "unacknowledged": "Not acknowledged",
    "without_comment": "Without comment",
    "pauses": "Silenced",
    "outages": "Outages of channels",
}
DUE_HEADS = ("Unit", "Site", "Review", "State", "Not reviewed from (UTC)", "Due (UTC)")


@dataclass(frozen=True, kw_only=True)
class DueRow:
    """One line of what is due; url: where it is reviewed, empty where nothing can be yet."""

    line: DueLine
    mark: Mark
    word: str
    url: str


@dataclass(frozen=True, kw_only=True)
class TemperatureReviewSheet(SignSheet):
    """The sheet of a review, with everything in scope."""

    seen: Seen
    alarms: list[AlarmLine]
    heads: tuple[str, ...]
    counts: tuple[tuple[Container, str, tuple[int, ...]], ...]


def crumbs(*more: str) -> tuple[Crumb, ...]:
    """Lead from temperature over the reviews to a page."""
    return (
        Crumb(label="Temperature", url=reverse("temperature:index")),
        Crumb(label="Reviews", url=reverse("temperature:reviews") if more else ""),
        *(Crumb(label=label) for label in more),
    )


def due_rows(person: Person, *, at: datetime) -> list[DueRow]:
    """Say of each unit what is to be reviewed next, the most urgent first."""
    return [_due_row(line, at) for line in due_lines(seen_through(person), at=at)]


def _due_row(line: DueLine, at: datetime) -> DueRow:
    mark, word = STATES[line.due.state]
    zone = ZoneInfo(line.unit.site.time_zone)
    first = line.due.since.astimezone(zone).date()
    yesterday = at.astimezone(zone).date() - timedelta(days=1)
    last = min(yesterday, (line.due.until.astimezone(zone) - timedelta(microseconds=1)).date())
    asked = {"kind": line.kind.value, "site": line.unit.site_id, "unit": line.unit.pk}
    url = with_query(reverse("temperature:new_review"), **asked, since=first, until=last)
    return DueRow(line=line, mark=mark, word=word, url=url if first <= last else "")


def due_cells(rows: Iterable[DueRow]) -> Iterator[Sequence[object]]:
    """Yield what is due as cells."""
    for row in rows:
        due, unit = row.line.due, row.line.unit
        kind = str(row.line.kind.label)
        times = (f"{due.since:%Y-%m-%d %H:%M:%S}", f"{due.due_at:%Y-%m-%d %H:%M:%S}")
        yield (unit.name, unit.site.code, kind, row.word, *times)


def list_context(request: Request, rows: Sequence[DueRow]) -> dict[str, object]:
    """Gather what is due, what was reviewed, and how often it must be."""
    page = review_lines(seen_through(request.user), **cursor(request))
    rules, versions = due_rules(), version_rows()
    signed = blocks_under((ReviewRules, row.pk) for row in versions)
    return {
        "due": rows,
        "rows": page.rows,
        "pager": pager_of(page, reverse("temperature:reviews")),
        "csv_url": csv_url_of(request),
        "empty": EMPTY,
        "crumbs": crumbs(),
        "rules": [(label, getattr(rules, name)) for name, (label, _, _) in BOUNDS.items()],
        "versions": [(row, signed.get((ReviewRules, row.pk), [])) for row in versions],
        "may_review": holds(request.user, REVIEWS),
    }


def review_or_404(person: Person, review_id: int) -> ReviewLine:
    """
    Return one review.

    Raises Http404: there is none, or none at a site that the person sees.
    """
    found = find_review(review_id, seen_through(person))
    if found is None:
        raise Http404
    return found


def review_context(line: ReviewLine) -> dict[str, object]:
    """Gather the evidence of one review."""
    review = line.review
    names = list(line.units[0].seen) if line.units else []
    ordered = [name for name in COUNTED if name in names]
    signatures: list[SignatureBlock] = signature_blocks(TemperatureReview, review.pk)
    return {
        "line": line,
        "heading": f"Review of {review.get_kind_display().lower()}",
        "heads": [COUNTED[name] for name in ordered],
        "units": [
            (row, [row.seen[name] for name in ordered], row.pk in line.changed)
            for row in line.units
        ],
        "last_day": review.until - timedelta(microseconds=1),
        "signatures": signatures,
        "crumbs": crumbs(f"Review {review.pk}"),
    }


def scope_form(request: Request, data: QueryDict | None) -> ScopeForm:
    """Return the choice of what is reviewed, at the sites that the person sees."""
    sites = list(Site.objects.visible_to(request.user).order_by("code"))
    return ScopeForm(data, sites=sites, units=units_seen_by(request.user))


def asked_at_its_site(scope: ScopeForm) -> Asked:
    """Return what is to be reviewed, and show times by the clock of its site."""
    asked = scope.asked()
    show_times_of(Site.objects.get(pk=asked.site_id))
    return asked


def review_sheet(asked: Asked, seen: Seen, *, person: Person) -> TemperatureReviewSheet:
    """Give the sheet on which a review is signed."""
    names = list(seen.units[0].counts) if seen.units else []
    units = ", ".join(row.unit.name for row in seen.units) or "no unit"
    what = str(asked.kind.label).lower()
    last = asked.until - timedelta(microseconds=1)
    return TemperatureReviewSheet(
        heading=f"Review {what}",
        words=f"{units}, from {asked.since:%Y-%m-%d} to the end of {last:%Y-%m-%d}, as days begin "
        "and end at the site. Look at each line, open what you doubt, and say what you find.",
        statement=f"I reviewed the {what} of these units in this time, and found what is written.",
        action_label="Sign the review",
        cancel_url=reverse("temperature:reviews"),
        crumbs=crumbs("Review"),
        hidden=(("digest", seen.digest),),
        reasons=("Periodic review",),
        seen=seen,
        alarms=alarm_lines(seen.alarms, person),
        heads=tuple(COUNTED[name] for name in names),
        counts=tuple(
            (row.unit, _curve_url(row.unit, asked), tuple(row.counts.values()))
            for row in seen.units
        ),
    )


def _curve_url(unit: Container, asked: Asked) -> str:
    """Give the address of the curve of a unit over what is reviewed."""
    times = {"from": asked.since.isoformat(), "to": asked.until.isoformat()}
    return with_query(unit_temperature_url(unit.pk), **times)


def rules_set(posted: QueryDict | None) -> SetUp:
    """Set how often reviews are due."""
    now = due_rules()
    form = DueRulesForm(posted, initial={name: getattr(now, name) for name in BOUNDS})
    url, heading = reverse("temperature:reviews"), "Set how often temperature is reviewed"
    return SetUp(
        form=form,
        sheet=SignSheet(
            heading=heading,
            words="It holds for every site and at once.",
            statement="These intervals are justified by our procedure of review.",
            action_label="Sign the rules",
            cancel_url=url,
            crumbs=crumbs("Rules"),
        ),
        act=lambda intent: set_review_rules(rules=form.rules(), intent=intent),
        done="The rules are in force.",
        done_url=url,
        roles=(Role.QA,),
        signs=APPROVED_AS,
    )
