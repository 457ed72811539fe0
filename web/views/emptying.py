"""Emptying a unit that fails: begun, scanned rack by rack, places confirmed, ended."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from custody.emptying import MAY_EMPTY
from custody.queries.emptying import emptying_seen_by, going_on_in, progress_of
from sop.action import Action
from sop.authority import may
from web.attribution import attributed
from web.configuring.gate import insist_on
from web.configuring.setups import answer_set_up
from web.emptying import pages
from web.emptying.confirming import take_place_code
from web.emptying.scanning import REASON, Emptied, Outcome, answer_scan
from web.emptying.sheets import beginning, ending
from web.forms.emptying import ScanForm
from web.http import Request, is_htmx
from web.storage.lookup import unit_or_404

_either = require_http_methods(["GET", "HEAD", "POST"])
CHOSEN = "rack_to_confirm"
PLACE_CONFIRMED = "Place confirmed by scanning"


@require_safe
def index(request: Request) -> HttpResponse:
    """List what was emptied, and what is to be counted after it."""
    context = pages.index_context(request.user, timezone.now())
    return render(request, "emptying/index.html", context)


@_either
def begin(request: Request, unit_id: int) -> HttpResponse:
    """Begin to empty a unit."""
    insist_on(request.user, *MAY_EMPTY)
    unit = unit_or_404(request.user, unit_id)
    return answer_set_up(request, beginning(request.POST or None, unit, timezone.now()))


@require_safe
def of_unit(request: Request, unit_id: int) -> HttpResponse:
    """Lead to the emptying of a unit that goes on, to its beginning, or to what was."""
    unit = unit_or_404(request.user, unit_id)
    going_on = going_on_in(unit.pk)
    if going_on is not None:
        return redirect("emptying:emptying", going_on.pk)
    if set(request.user.role_names()).isdisjoint(MAY_EMPTY):
        messages.info(request, f"A supervisor or QA begins to empty {unit.name}. Call one.")
        return redirect("emptying:index")
    return redirect("emptying:begin", unit.pk)


@_either
def emptying(request: Request, emptying_id: int) -> HttpResponse:
    """Show how far it has come, or answer one scan."""
    scan = _scan(request, emptying_id, REASON)
    form = ScanForm(request.POST or None)
    outcome = answer_scan(scan, form.cleaned_data) if form.is_valid() else Outcome()
    found = emptying_seen_by(request.user, emptying_id)
    context = {
        "field": pages.field_of(found),
        "outcome": outcome,
        "crumbs": pages.crumbs_of(found),
        "screen": pages.screen_of(found, request.user, scan.at),
    }
    template = "emptying/emptying.html" + ("#result" if is_htmx(request) else "")
    return render(request, template, context, status=outcome.status)


@_either
def places(request: Request, emptying_id: int) -> HttpResponse:
    """List the racks whose place is to be confirmed, or answer one scan of them."""
    scan = _scan(request, emptying_id, PLACE_CONFIRMED)
    form = ScanForm(request.POST or None)
    entered = form.cleaned_data if form.is_valid() else {}
    waiting = progress_of(scan.emptying).to_confirm
    chosen = next((row for row in waiting if row.pk == request.session.get(CHOSEN)), None)
    outcome, text = Outcome(), str(entered.get("code") or "").strip()
    if text:
        outcome, chosen = take_place_code(scan, text, chosen)
    request.session[CHOSEN] = None if chosen is None else chosen.pk
    context = {
        "field": pages.places_field(scan.emptying, chosen),
        "outcome": outcome,
        "crumbs": pages.crumbs_of(scan.emptying, "Confirm places"),
        "emptying": scan.emptying,
        "chosen": chosen,
        "may_carry": may(request.user, Action.MOVE_CONTAINER),
        "waiting": progress_of(scan.emptying).to_confirm,
    }
    template = "emptying/places.html" + ("#result" if is_htmx(request) else "")
    return render(request, template, context, status=outcome.status)


@_either
def end(request: Request, emptying_id: int) -> HttpResponse:
    """End it before everything is out."""
    insist_on(request.user, *MAY_EMPTY)
    found = emptying_seen_by(request.user, emptying_id)
    if found.ended_at is not None:
        messages.info(request, "It has ended already: everything is out, or somebody ended it.")
        return redirect("emptying:emptying", found.pk)
    return answer_set_up(request, ending(request.POST or None, found, timezone.now()))


def _scan(request: Request, emptying_id: int, reason: str) -> Emptied:
    return Emptied(
        emptying=emptying_seen_by(request.user, emptying_id),
        actor=request.user,
        attribution=attributed(request, reason),
        at=timezone.now(),
    )
