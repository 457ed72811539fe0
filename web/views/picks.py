"""Picking: two people scan independently, then both sign the check-out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.models import Meaning
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.witness_pick import witness_pick
from custody.models import Retrieval
from custody.queries.retrievals import find_retrieval, picks
from web.forms.retrievals import CheckOutForm, ScanForm, WitnessForm
from web.gates import insist_on_a_doer
from web.http import Request, is_htmx
from web.links import with_query
from web.pick_pages import check_out_sheet, pick_context
from web.picking import ScanOutcome, scanning_seat, seat_witness_here, take_scan
from web.retrieval_pages import crumbs_of, identity_of
from web.runs.returning import back_to_run
from web.sheets import answer_sheet
from web.shown_sheets import token_of
from web.signing import PERFORMED_AND_WITNESSED, attempt, prove, prove_another


@require_http_methods(["GET", "HEAD", "POST"])
def pick(request: Request, retrieval_id: int) -> HttpResponse:
    """Scan the claimed vials, each person alone; another patient's vial stops everything."""
    card = find_retrieval(retrieval_id, seen_by=request.user)
    seat = scanning_seat(request, card)
    form = ScanForm(request.POST or None)
    outcome = ScanOutcome()
    if form.is_valid():
        outcome = take_scan(request, card, seat, form.cleaned_data["code"], picks(card.id))
    context = pick_context(request, card, seat, outcome)
    is_scan = is_htmx(request) and request.method == "POST"
    template = "retrievals/pick.html#result" if is_scan else "retrievals/pick.html"
    shown = render(request, template, context, status=outcome.status)
    return back_to_run(request, shown)


@require_http_methods(["GET", "HEAD", "POST"])
def witness(request: Request, retrieval_id: int) -> HttpResponse:
    """Join a pick as the second person, with one's own user ID and password."""
    insist_on_a_doer(request)
    card = find_retrieval(retrieval_id, seen_by=request.user)
    form = WitnessForm(request.POST or None)

    def join() -> None:
        intent = prove_another(request, form, Meaning.WITNESSED)
        witness_pick(retrieval_id=card.id, intent=intent)
        seat_witness_here(request, card, intent.signer.pk)

    tried = attempt(form, join)
    if tried.is_done:
        picking = with_query(reverse("retrievals:pick", args=[card.id]), seat="witness")
        return back_to_run(request, redirect(picking))
    context = {
        "card": card,
        "crumbs": crumbs_of(card, "Join as the witness"),
        "identity": identity_of(card),
        "form": form,
        "sheet": token_of(request, [(Retrieval, card.id)]),
        "problems": tried.problems if form.is_bound and form.is_valid() else (),
        "refusals": tried.refusals,
    }
    return render(request, "retrievals/witness.html", context, status=tried.status)


@require_http_methods(["GET", "HEAD", "POST"])
def check_out(request: Request, retrieval_id: int) -> HttpResponse:
    """Sign the check-out of what both people have scanned."""
    card = find_retrieval(retrieval_id, seen_by=request.user)
    form = CheckOutForm(request.POST or None)
    tried = attempt(
        form,
        lambda: check_out_retrieval(
            retrieval_id=card.id,
            intent=prove(request, form, PERFORMED_AND_WITNESSED),
            at=timezone.now(),
            carrier_id=form.cleaned_data["carrier"],
        ),
    )
    if tried.is_done:
        messages.success(request, f"{card.order_number} is checked out. The clock is running.")
        return back_to_run(request, redirect("retrievals:retrieval", card.id))
    sheet = check_out_sheet(card, seen_by=request.user)
    return answer_sheet(request, sheet, form, tried, signs=PERFORMED_AND_WITNESSED)
