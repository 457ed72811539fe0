"""Reviews of access: the list, one review with its marks, and what is signed of it."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.mark_access_lines import mark_access_lines
from accounts.queries.reviews import find_review
from accounts.reviewing import REVIEWERS
from reports.actions.export_access_review import ExportedReview, export_access_review
from web.attribution import attributed
from web.configuring import reviews as pages
from web.configuring.gate import READERS, insist_on
from web.configuring.setups import answer_set_up
from web.forms.access_reviews import MarksForm, ReviewCopyForm
from web.http import Request
from web.signing import Attempt, attempt

_either = require_http_methods(["GET", "HEAD", "POST"])
REASON = "Review of access"


@require_safe
def reviews(request: Request) -> HttpResponse:
    """List the reviews, when the next is due, and what waits to be carried out."""
    insist_on(request.user, *READERS)
    context = pages.reviews_context(request.user, timezone.now())
    return render(request, "configure/access_reviews.html", context)


@_either
def start(request: Request) -> HttpResponse:
    """Begin a review."""
    return answer_set_up(request, pages.starting(request.POST or None, timezone.now()))


@_either
def review(request: Request, access_review_id: int) -> HttpResponse:
    """Show one review, and keep the marks that are sent."""
    insist_on(request.user, *READERS)
    found = find_review(access_review_id)
    form = MarksForm(request.POST or None, lines=pages.shown_lines(request, found))
    tried = attempt(
        form,
        lambda: mark_access_lines(
            review_id=found.pk,
            said=form.said(),
            attribution=attributed(request, REASON),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, "The marks are kept.")
        return redirect(request.get_full_path())
    context = pages.review_context(request, found, form, tried)
    return render(request, "configure/access_review.html", context, status=tried.status)


@_either
def close(request: Request, access_review_id: int) -> HttpResponse:
    """Close a review by signature."""
    insist_on(request.user, *REVIEWERS)
    setup = pages.closing_review(request.POST or None, access_review_id, timezone.now())
    return answer_set_up(request, setup)


@_either
def settle(request: Request, line_id: int) -> HttpResponse:
    """Confirm by signature that what was decided on a line is carried out."""
    insist_on(request.user, *REVIEWERS)
    return answer_set_up(request, pages.settling(request.POST or None, line_id, timezone.now()))


@require_POST
def copy(request: Request, access_review_id: int) -> HttpResponse:
    """Hand out a copy of a review, and enter it in the register."""
    insist_on(request.user, *READERS)
    form, made = ReviewCopyForm(request.POST), list[ExportedReview]()
    tried = attempt(form, lambda: made.append(_exported(request, form, access_review_id)))
    if tried.is_done:
        return pages.review_file(made[0])
    found = find_review(access_review_id)
    marks = MarksForm(lines=pages.shown_lines(request, found))
    context = pages.review_context(request, found, marks, Attempt()) | {"copy_form": form}
    return render(request, "configure/access_review.html", context, status=tried.status)


def _exported(request: Request, form: ReviewCopyForm, access_review_id: int) -> ExportedReview:
    return export_access_review(
        review_id=access_review_id,
        form=form.cleaned_data["form"],
        zone=ZoneInfo(timezone.get_current_timezone_name()),
        by=attributed(request, form.cleaned_data["reason_to_copy"]),
        at=timezone.now(),
    )
