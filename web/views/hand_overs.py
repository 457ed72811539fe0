"""What follows a pick: packing, handing over, arrival, administration, taking back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from custody.actions.confirm_arrival import confirm_arrival
from custody.actions.hand_over_retrieval import hand_over_retrieval
from custody.actions.pack_retrieval import pack_retrieval
from custody.actions.record_administration import record_administration
from custody.actions.return_vials import return_vials
from custody.queries.retrievals import find_retrieval
from inventory.models import Custody
from sop.action import Action
from web import handing_over as sheets
from web.forms.retrievals import (
    AdministrationForm,
    ArrivalForm,
    HandOverForm,
    PackForm,
    ReturnForm,
)
from web.http import Request
from web.late_entries import signs_of
from web.runs.filling import codes_scanned_for
from web.runs.returning import back_to_run
from web.sheets import answer_sheet
from web.signing import PERFORMED, PERFORMED_AND_WITNESSED, attempt, prove

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
def pack(request: Request, retrieval_id: int) -> HttpResponse:
    """Pack what was picked into a sealed shipper, scanned and signed by the two who picked it."""
    card = find_retrieval(retrieval_id, seen_by=request.user)
    records = sheets.claimed_records(card, seen_by=request.user)
    scanned = codes_scanned_for(request, Action.PACK_VIALS, at=timezone.now())
    form = PackForm(request.POST or None, initial={"codes": "\n".join(scanned)})
    tried = attempt(
        form,
        lambda: pack_retrieval(
            retrieval_id=card.id,
            codes=form.cleaned_data["codes"],
            shipper=form.cleaned_data["shipper"],
            seal_number=form.cleaned_data["seal_number"],
            logger_id=form.cleaned_data["logger"],
            intent=prove(request, form, PERFORMED_AND_WITNESSED),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, f"{card.order_number} is packed.")
        return back_to_run(request, redirect("retrievals:retrieval", card.id))
    sheet = sheets.pack_sheet(card, records)
    return answer_sheet(request, sheet, form, tried, signs=PERFORMED_AND_WITNESSED)


@require_http_methods(_METHODS)
def hand_over(request: Request, retrieval_id: int) -> HttpResponse:
    """Hand everything over to a receiver with a name, an organisation and a document."""
    card = find_retrieval(retrieval_id, seen_by=request.user)
    form = HandOverForm(request.POST or None)
    tried = attempt(
        form,
        lambda: hand_over_retrieval(
            retrieval_id=card.id,
            receiver=form.receiver(),
            clinic=form.clinic(),
            intent=prove(request, form, PERFORMED_AND_WITNESSED),
            at=timezone.now(),
            late=form.late_entry(),
        ),
    )
    if tried.is_done:
        messages.success(request, f"{card.order_number} was handed over.")
        return back_to_run(request, redirect("retrievals:retrieval", card.id))
    sheet = sheets.hand_over_sheet(card, sheets.claimed_records(card, seen_by=request.user))
    return answer_sheet(request, sheet, form, tried, signs=PERFORMED_AND_WITNESSED)


@require_http_methods(_METHODS)
def arrival(request: Request, retrieval_id: int) -> HttpResponse:
    """Record who took the vials over at the clinic, and how cold they were."""
    card = find_retrieval(retrieval_id, seen_by=request.user)
    records = sheets.left_records(card, [Custody.IN_TRANSIT])
    form = ArrivalForm(request.POST or None, possible=sheets.choices_of(records))
    tried = attempt(
        form,
        lambda: confirm_arrival(
            vial_ids=form.cleaned_data["vial"],
            receiver=form.cleaned_data["receiver"],
            arrival_celsius=str(form.cleaned_data["arrival_celsius"]),
            intent=prove(request, form, signs_of(form, PERFORMED)),
            at=timezone.now(),
            late=form.late_entry(),
        ),
    )
    if tried.is_done:
        messages.success(request, f"The arrival of {card.order_number} is recorded.")
        return back_to_run(request, redirect("retrievals:retrieval", card.id))
    sheet = sheets.arrival_sheet(card, records, at=timezone.now())
    return answer_sheet(request, sheet, form, tried, signs=PERFORMED)


@require_http_methods(_METHODS)
def administration(request: Request, retrieval_id: int) -> HttpResponse:
    """Record that the patient was given the dose, which ends its chain of custody."""
    card = find_retrieval(retrieval_id, seen_by=request.user)
    records = sheets.left_records(card, [Custody.AT_CLINIC])
    form = AdministrationForm(request.POST or None, possible=sheets.choices_of(records))
    tried = attempt(
        form,
        lambda: record_administration(
            vial_ids=form.cleaned_data["vial"],
            reference=form.cleaned_data["reference"],
            intent=prove(request, form, signs_of(form, PERFORMED)),
            at=timezone.now(),
            late=form.late_entry(),
        ),
    )
    if tried.is_done:
        messages.success(request, f"The administration of {card.order_number} is recorded.")
        return back_to_run(request, redirect("retrievals:retrieval", card.id))
    sheet = sheets.administration_sheet(card, records)
    return answer_sheet(request, sheet, form, tried, signs=PERFORMED)


@require_http_methods(_METHODS)
def take_back(request: Request, retrieval_id: int) -> HttpResponse:
    """Take vials back from the courier or the clinic, into quarantine."""
    card = find_retrieval(retrieval_id, seen_by=request.user)
    records = sheets.left_records(card, [Custody.IN_TRANSIT, Custody.AT_CLINIC])
    form = ReturnForm(request.POST or None, possible=sheets.choices_of(records))
    tried = attempt(
        form,
        lambda: return_vials(
            vial_ids=form.cleaned_data["vial"],
            condition=form.cleaned_data["condition"],
            intent=prove(request, form, signs_of(form, PERFORMED)),
            at=timezone.now(),
            late=form.late_entry(),
        ),
    )
    if tried.is_done:
        messages.success(request, f"The vials of {card.order_number} are back in quarantine.")
        return back_to_run(request, redirect("retrievals:retrieval", card.id))
    sheet = sheets.return_sheet(card, records)
    return answer_sheet(request, sheet, form, tried, signs=PERFORMED)
