"""Receipts: what is announced, one batch, scanning it at the door, inspecting and signing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from custody.actions.receive_batch import receive_batch
from custody.queries.receipts import find_batch
from web import batch_pages as pages
from web.forms.batches import InspectionForm
from web.forms.retrievals import ScanForm
from web.http import Request, is_htmx
from web.receiving import ReceiptScan, forget, take_scan
from web.sheets import answer_sheet
from web.signing import PERFORMED_AND_VERIFIED, attempt, prove
from web.sites import current_site


@require_safe
def index(request: Request) -> HttpResponse:
    """List the batches: expected, partly received, received."""
    return render(request, "batches/index.html", pages.list_context(request))


@require_safe
def batch(request: Request, batch_id: int) -> HttpResponse:
    """Show one batch: its containers, its receipts and who signed them."""
    card = find_batch(batch_id, seen_by=request.user)
    return render(request, "batches/batch.html", pages.batch_context(request, card))


@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: Request, batch_id: int) -> HttpResponse:
    """Scan every container that arrived; what was scanned is kept between pages."""
    card = find_batch(batch_id, seen_by=request.user)
    form = ScanForm(request.POST or None)
    outcome = ReceiptScan()
    if form.is_valid():
        outcome = take_scan(request, card, form.cleaned_data["code"])
    context = pages.receive_context(request, card, outcome)
    is_scan = is_htmx(request) and request.method == "POST"
    template = "batches/receive.html#result" if is_scan else "batches/receive.html"
    return render(request, template, context, status=outcome.status)


@require_POST
def start_again(request: Request, batch_id: int) -> HttpResponse:
    """Empty the scan list of a batch."""
    card = find_batch(batch_id, seen_by=request.user)
    forget(request, card.id)
    messages.info(request, "The scan list is empty: scan every container again.")
    return redirect("batches:receive", card.id)


@require_http_methods(["GET", "HEAD", "POST"])
def inspect(request: Request, batch_id: int) -> HttpResponse:
    """Record what was found and receive what was scanned, signed by two people."""
    card = find_batch(batch_id, seen_by=request.user)
    site = current_site(request)
    if site is None or not pages.scanned_now(request, card):
        return pages.not_ready(request, card)
    form = InspectionForm(request.POST or None)
    tried = attempt(
        form,
        lambda: receive_batch(
            batch_id=card.id,
            vial_ids=[int(key) for key in request.POST.getlist("vial")],  # as the sheet showed
            inspection=form.inspection(site.id),
            intent=prove(request, form, PERFORMED_AND_VERIFIED),
            at=timezone.now(),
            late=form.late_entry(),
            carrier_id=form.cleaned_data["carrier"],
        ),
    )
    if tried.is_done:
        return pages.after_receipt(request, card)
    sheet = pages.inspection_sheet(request, card, site.name)
    return answer_sheet(request, sheet, form, tried, signs=PERFORMED_AND_VERIFIED)
