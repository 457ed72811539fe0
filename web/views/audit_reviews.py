"""Reviewing the audit trail: the sheet that is signed, the deferral, and what was reviewed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from custody.actions.defer_review import defer_review as defer
from custody.actions.review_trail import review_trail
from custody.queries.reviews import find_review
from custody.rules.reviewing import MOST_ALONE
from web import audit_reviews as pages
from web.forms.reviews import DeferralForm, ReviewForm
from web.gates import AUDIT_READERS, TRAIL_REVIEWERS, insist_on_role
from web.http import Request
from web.sheets import answer_sheet
from web.signing import attempt, prove


@require_safe
def reviews(request: Request) -> HttpResponse:
    """List the reviews and the deferrals, newest first."""
    insist_on_role(request, AUDIT_READERS)
    return render(request, "audit/reviews.html", pages.reviews_context(request))


@require_safe
def review(request: Request, review_id: int) -> HttpResponse:
    """Show the evidence of one review: what was seen, what was found, who signed."""
    insist_on_role(request, AUDIT_READERS)
    card = find_review(review_id, seen_by=request.user)
    return render(request, "audit/review.html", pages.review_context(request, card))


@require_http_methods(["GET", "HEAD", "POST"])
def new_review(request: Request) -> HttpResponse:
    """Show what is in scope, what stands out first; with a signature, record the review."""
    insist_on_role(request, TRAIL_REVIEWERS)
    what = pages.asked_for(request)
    seen = pages.seen_for(request, what)
    form = ReviewForm(request.POST or None, keys=seen.keys[:MOST_ALONE])
    tried = attempt(
        form,
        lambda: review_trail(
            what=what,
            shown=pages.shown_before(seen, form),
            findings=form.cleaned_data["findings"],
            of_entries=form.of_entries(),
            intent=prove(request, form, pages.REVIEWED_AS),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, "The review is signed.")
        return redirect("audit:reviews")
    sheet = pages.review_sheet(request, what, seen, form)
    return answer_sheet(
        request, sheet, form, tried, signs=pages.REVIEWED_AS, template="audit/new_review.html"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def defer_review(request: Request) -> HttpResponse:
    """Defer the review of what is critical; quality signs why, and by when it will be done."""
    insist_on_role(request, TRAIL_REVIEWERS)
    what = pages.asked_for(request)
    form = DeferralForm(request.POST or None)
    tried = attempt(
        form,
        lambda: defer(
            what=what,
            due_on=form.cleaned_data["due_on"],
            intent=prove(request, form, pages.APPROVED_AS),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, "The deferral is signed.")
        return redirect("audit:reviews")
    sheet = pages.deferral_sheet(what, pages.seen_for(request, what))
    return answer_sheet(request, sheet, form, tried, signs=pages.APPROVED_AS)
