"""Retrievals: what is asked for, by urgency; one order; claiming its vials and giving them back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from custody.actions.claim_vials import claim_vials
from custody.actions.release_claim import release_claim
from custody.queries.candidates import candidates
from custody.queries.pick_list import pick_boxes
from custody.queries.retrievals import find_retrieval, picks
from web.attribution import attributed
from web.forms.retrievals import ClaimForm, ReasonForm
from web.gates import insist_on_a_doer
from web.http import Request
from web.pick_maps import pick_map
from web.pick_pages import picked_clocks
from web.retrieval_context import retrieval_context
from web.retrieval_lists import list_context
from web.retrieval_pages import crumbs_of, identity_of
from web.runs.returning import back_to_run
from web.signing import Attempt, attempt


@require_safe
def index(request: Request) -> HttpResponse:
    """List the orders by urgency."""
    return render(request, "retrievals/index.html", list_context(request, at=timezone.now()))


@require_safe
def retrieval(request: Request, retrieval_id: int) -> HttpResponse:
    """Show one order: whose, where its vials are, who has it, and what to do next."""
    card = find_retrieval(retrieval_id, seen_by=request.user)
    context = retrieval_context(request, card, Attempt(), at=timezone.now())
    return render(request, "retrievals/retrieval.html", context)


@require_POST
def claim(request: Request, retrieval_id: int) -> HttpResponse:
    """Claim the chosen vials; whoever comes second reads who holds them since when."""
    now = timezone.now()
    card = find_retrieval(retrieval_id, seen_by=request.user)
    listed = [row.vial_id for row in candidates(card.id, seen_by=request.user, at=now)]
    form = ClaimForm(request.POST, possible=listed)
    tried = attempt(
        form,
        lambda: claim_vials(
            retrieval_id=card.id,
            vial_ids=form.cleaned_data["vial"],
            attribution=attributed(request, f"Order {card.order_number}"),
            at=now,
            reason_to_skip=form.cleaned_data["reason_to_skip"],
            reason_for_last=form.cleaned_data["reason_for_last"],
        ),
    )
    if tried.is_done:
        messages.success(request, f"The vials of {card.order_number} are yours to pick.")
        return back_to_run(request, redirect("retrievals:retrieval", card.id))
    chosen = [int(key) for key in request.POST.getlist("vial") if key.isdecimal()]
    context = retrieval_context(request, card, tried, at=now, chosen=chosen)
    return render(request, "retrievals/retrieval.html", context, status=tried.status)


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: Request, retrieval_id: int) -> HttpResponse:
    """Give claimed vials back to everybody, once they stand in storage again."""
    insist_on_a_doer(request)
    card = find_retrieval(retrieval_id, seen_by=request.user)
    form = ReasonForm(request.POST or None)
    tried = attempt(
        form,
        lambda: release_claim(
            retrieval_id=card.id,
            attribution=attributed(request, form.cleaned_data["reason"]),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, f"{card.order_number} is open to everybody again.")
        return back_to_run(request, redirect("retrievals:retrieval", card.id))
    context = {
        "card": card,
        "crumbs": crumbs_of(card, "Give the claim back"),
        "identity": identity_of(card),
        "form": form,
        "refusals": tried.refusals,
        "clocks": picked_clocks(card, at=timezone.now()),
    }
    return render(request, "retrievals/release.html", context, status=tried.status)


@require_safe
def pick_list(request: Request, retrieval_id: int) -> HttpResponse:
    """Show where to reach before a lid is opened: each box with its map."""
    card = find_retrieval(retrieval_id, seen_by=request.user)
    claimed = picks(card.id)
    boxes = pick_boxes(claimed, seen_by=request.user, at=timezone.now())
    context = {
        "card": card,
        "crumbs": crumbs_of(card, "Pick list"),
        "identity": identity_of(card),
        "maps": [pick_map(box) for box in boxes],
        "picks": claimed,
    }
    return render(request, "retrievals/pick_list.html", context)
