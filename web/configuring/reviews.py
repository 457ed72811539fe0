"""Reviews of access on screen: the list with what is open, one review, and its sheets."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, QueryDict
from django.urls import reverse

from accounts.actions.close_access_review import close_access_review
from accounts.models import AccessReview, AccessReviewLine, LineDecision, Person, ReviewStatus
from accounts.queries.reviews import (
    find_line,
    find_review,
    is_unused,
    lines_of,
    open_items,
    review_cards,
    review_state,
)
from accounts.reviewing import REVIEWERS
from audit.models import Meaning
from audit.signing import signature_blocks
from inventory.actions.settle_access_line import settle_access_line
from inventory.actions.start_access_review import start_access_review
from reports.actions.export_access_review import ExportedReview
from web.configuring.setups import SetUp, sheet
from web.forms.access_reviews import MarksForm, ReviewCopyForm
from web.forms.signing import SigningForm
from web.http import Request
from web.links import with_query
from web.presenters import FilterChip
from web.signing import Attempt, SignAs

AT_ONCE = 100  # lines on a page: each is two fields of the form
TO_DO = {LineDecision.REVOKE, LineDecision.CHANGE}
Wanted = Callable[[AccessReviewLine, datetime], bool]
SHOWN: dict[str, tuple[str, Wanted]] = {
    "all": ("All", lambda _, __: True),
    "unmarked": ("Not marked", lambda line, _: not line.decision),
    "changed": ("Changed since last review", lambda line, _: line.is_changed),
    "unused": ("Not used in 90 days", is_unused),
    "to-do": ("To revoke or change", lambda line, _: line.decision in TO_DO),
}


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """One line as it is shown; mark, note: as they stand in the form. own: the reader's account."""

    line: AccessReviewLine
    mark: str
    note: str
    is_unused: bool
    is_own: bool


def may_review(person: Person) -> bool:
    """Say whether somebody reviews access; the actions ask again."""
    return not set(REVIEWERS).isdisjoint(person.role_names())


def reviews_context(person: Person, at: datetime) -> dict[str, object]:
    """Gather the list of reviews, when the next is due, and what waits to be carried out."""
    return {
        "state": review_state(at=at),
        "cards": review_cards(),
        "items": list(open_items()),
        "may_review": may_review(person),
        "own": person.pk,
    }


def shown_lines(request: Request, review: AccessReview) -> list[AccessReviewLine]:
    """Return the lines that the address asks for: a filter, and a page of them."""
    _, wanted = SHOWN[_filter(request)]
    lines = [line for line in lines_of(review) if wanted(line, review.started_at)]
    page = _page(request)
    return lines[page * AT_ONCE : (page + 1) * AT_ONCE]


def _filter(request: Request) -> str:
    asked = request.GET.get("show", "all")
    return asked if asked in SHOWN else "all"


def _page(request: Request) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def review_context(
    request: Request, review: AccessReview, form: MarksForm, tried: Attempt
) -> dict[str, object]:
    """Gather one review: what is said of it, and the lines that are asked for."""
    everything = lines_of(review)
    shown = shown_lines(request, review)
    of_filter = [line for line in everything if SHOWN[_filter(request)][1](line, review.started_at)]
    page = _page(request)
    return {
        "review": review,
        "is_open": review.status == ReviewStatus.OPEN,
        "may_mark": may_review(request.user) and review.status == ReviewStatus.OPEN,
        "unmarked": sum(not line.decision for line in everything),
        "number": len(everything),
        "chips": list(_chips(request, review, everything)),
        "rows": [_row(line, form, review, request.user) for line in shown],
        "choices": LineDecision.choices,
        "problems": tried.problems,
        "refusals": tried.refusals,
        "signatures": signature_blocks(AccessReview, review.pk),
        "copy_form": ReviewCopyForm(),
        "earlier_url": _page_url(request, page - 1) if page else "",
        "later_url": _page_url(request, page + 1) if len(of_filter) > (page + 1) * AT_ONCE else "",
    }


def _chips(
    request: Request, review: AccessReview, lines: Sequence[AccessReviewLine]
) -> Iterable[FilterChip]:
    for name, (label, wanted) in SHOWN.items():
        yield FilterChip(
            label=label,
            url=with_query(request.path, show=name),
            count=sum(wanted(line, review.started_at) for line in lines),
            active=name == _filter(request),
        )


def _page_url(request: Request, page: int) -> str:
    return with_query(request.path, show=_filter(request), page=str(page))


def _row(line: AccessReviewLine, form: MarksForm, review: AccessReview, reader: Person) -> LineRow:
    mark, note = form.typed(line)
    return LineRow(
        line=line,
        mark=mark,
        note=note,
        is_unused=is_unused(line, review.started_at),
        is_own=line.person_id == reader.pk,
    )


def starting(posted: QueryDict | None, at: datetime) -> SetUp:
    """Begin a review."""
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            "Start a review of access",
            under="access_reviews",
            words="Everybody's roles, programs, sites and tokens are written down as they are "
            "now. Then each line is marked, and the review is closed by signature.",
            statement="I begin the review of everybody's access.",
            reasons=("Periodic review", "After an incident"),
        ),
        act=lambda intent: start_access_review(intent=intent, at=at),
        done="The review is begun. Mark its lines.",
        done_url=reverse("configure:access_reviews"),
        roles=REVIEWERS,
    )


def closing_review(posted: QueryDict | None, review_id: int, at: datetime) -> SetUp:
    """Close a review."""
    review = find_review(review_id)
    lines = lines_of(review)
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"Close access review {review.pk}",
            under="access_reviews",
            words=_counted(lines),
            statement=f"I reviewed the access of all {len(lines)} lines, and decided as marked.",
            covers=(
                (AccessReview, review.pk),
                *((AccessReviewLine, line.pk) for line in lines),
            ),
            reasons=("Review complete",),
        ),
        act=lambda intent: close_access_review(review_id=review.pk, intent=intent, at=at),
        done="The review is closed. What is to be revoked or changed stays open until it is done.",
        done_url=reverse("configure:access_reviews"),
        roles=REVIEWERS,
        signs=SignAs(meaning=Meaning.REVIEWED),
    )


def _counted(lines: Iterable[AccessReviewLine]) -> str:
    marks = [line.decision for line in lines]
    said = [f"{label.lower()}: {marks.count(name)}" for name, label in LineDecision.choices]
    unmarked = marks.count("")
    return "; ".join([*said, *([f"not marked: {unmarked}"] if unmarked else [])]).capitalize() + "."


def settling(posted: QueryDict | None, line_id: int, at: datetime) -> SetUp:
    """Confirm that what was decided on a line is carried out."""
    line = find_line(line_id)
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"Confirm the change of access of {line}",
            under="access_reviews",
            words=f"The review asked for: {line.note} Look at the account before you sign.",
            statement=f"The access of {line} is changed as the review asked.",
            covers=((AccessReviewLine, line.pk),),
            reasons=("Looked at the account",),
        ),
        act=lambda intent: settle_access_line(line_id=line.pk, intent=intent, at=at),
        done="It is carried out and on record.",
        done_url=reverse("configure:access_reviews"),
        roles=REVIEWERS,
        signs=SignAs(meaning=Meaning.REVIEWED),
    )


def review_file(made: ExportedReview) -> HttpResponse:
    """Hand a copy out."""
    name = made.export.file_name
    media_type = "application/pdf" if name.endswith(".pdf") else "text/csv; charset=utf-8"
    answer = HttpResponse(made.content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
