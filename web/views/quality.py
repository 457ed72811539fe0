"""Quality: what needs a decision, deciding on many vials at once, holds and recalls."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from custody.actions.decide_quality import decide_quality
from custody.actions.place_hold import place_hold
from custody.actions.release_hold import release_hold
from custody.models import HoldScope
from custody.queries.quality import find_hold
from inventory.models import Quality
from web import quality_pages as pages
from web.forms.quality import ChoiceOfVials, DecisionForm, HoldForm, ReleaseHoldForm
from web.forms.signing import problems_of
from web.gates import insist_on_role
from web.http import Request
from web.navigation import REVIEWERS
from web.runs.returning import back_to_run
from web.sheets import answer_sheet
from web.signing import PERFORMED, attempt, prove


@require_safe
def index(request: Request) -> HttpResponse:
    """Show what needs quality, by reason."""
    insist_on_role(request, REVIEWERS)
    context = pages.overview_context(request, at=timezone.now())
    return render(request, "quality/index.html", context)


@require_safe
def vials(request: Request) -> HttpResponse:
    """List vials to tick, of a batch or of one reason to wait."""
    insist_on_role(request, REVIEWERS)
    context = pages.vials_context(request, (), at=timezone.now())
    return render(request, "quality/vials.html", context)


@require_POST
def decide(request: Request) -> HttpResponse:
    """Show the sheet with every ticked vial; with a signature, decide on all or none."""
    insist_on_role(request, REVIEWERS)
    chosen = ChoiceOfVials(request.POST, keys=request.POST.getlist("vial"))
    if not chosen.is_valid():
        context = pages.vials_context(request, problems_of(chosen), at=timezone.now())
        return render(request, "quality/vials.html", context, status=422)
    return _sign(request, chosen.cleaned_data["vial"], Quality(chosen.cleaned_data["decision"]))


def _sign(request: Request, keys: list[int], decision: Quality) -> HttpResponse:
    signs, now = pages.signs_as(decision), timezone.now()
    form = DecisionForm(request.POST if "password" in request.POST else None).hint_for(decision)
    tried = attempt(
        form,
        lambda: decide_quality(
            vial_ids=keys,
            decision=decision,
            evidence=form.cleaned_data["evidence"],
            intent=prove(request, form, signs),
            at=now,
        ),
    )
    if tried.is_done:
        messages.success(request, f"“{decision.label}” is signed for {len(keys)} vials.")
        return back_to_run(request, redirect("quality:index"))
    sheet = pages.decision_sheet(request, keys, decision, at=now)
    return answer_sheet(request, sheet, form, tried, signs=signs)


@require_http_methods(["GET", "HEAD", "POST"])
def new_hold(request: Request) -> HttpResponse:
    """Hold or recall a batch, a patient's therapy, a donation, a unit or single vials."""
    insist_on_role(request, REVIEWERS)
    form = HoldForm(request.POST or None, initial=pages.asked_to_hold(request))
    tried = attempt(
        form,
        lambda: place_hold(
            scope=HoldScope(form.cleaned_data["scope"]),
            subject=form.cleaned_data["subject"],
            is_recall=form.cleaned_data["is_recall"],
            intent=prove(request, form, PERFORMED),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, f"The hold on {form.cleaned_data['subject']} stands.")
        return back_to_run(request, redirect(pages.holds_url()))
    return answer_sheet(request, pages.hold_sheet(), form, tried, signs=PERFORMED)


@require_safe
def hold(request: Request, hold_id: int) -> HttpResponse:
    """Show one hold: why, by whom, and every vial it reaches."""
    insist_on_role(request, REVIEWERS)
    card = find_hold(hold_id, seen_by=request.user)
    return render(request, "quality/hold.html", pages.hold_context(request, card))


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: Request, hold_id: int) -> HttpResponse:
    """Release a hold; somebody else than the person who placed it signs."""
    insist_on_role(request, REVIEWERS)
    card = find_hold(hold_id, seen_by=request.user)
    form = ReleaseHoldForm(request.POST or None)
    tried = attempt(
        form,
        lambda: release_hold(
            hold_id=card.id, intent=prove(request, form, PERFORMED), at=timezone.now()
        ),
    )
    if tried.is_done:
        messages.success(request, f"The hold on {card.subject} is released.")
        return back_to_run(request, redirect("quality:hold", card.id))
    return answer_sheet(request, pages.release_sheet(request, card), form, tried, signs=PERFORMED)
