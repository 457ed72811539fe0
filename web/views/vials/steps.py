"""The signed steps on one vial, each a page of its own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from custody.queries.facts import facts_of_vial
from web.http import Request
from web.late_entries import signs_of
from web.links import vial_url
from web.mismatches import keep_mismatch
from web.runs.returning import back_to_run
from web.sheets import answer_sheet
from web.signing import attempt, prove
from web.vial_steps import (
    CHECK_OUT,
    CONSUME,
    DISCARD,
    HOLD,
    MISSING,
    RELABEL,
    SPLIT,
    TRANSFER,
    Step,
    sheet_of,
)


def _sign(request: Request, vial_id: int, step: Step) -> HttpResponse:
    """Show the sheet of a step, or carry the step out when everybody has proved who they are."""
    at = timezone.now()
    facts = facts_of_vial(vial_id, seen_by=request.user, at=at)
    vial = facts.vial
    form = step.form(request.POST or None, vial=vial)
    tried = attempt(
        form,
        lambda: step.act(
            [vial],
            form.cleaned_data,
            prove(request, form, signs_of(form, step.signs)),
            timezone.now(),
        ),
    )
    keep_mismatch(request, form, step.verb.action)
    if tried.is_done:
        messages.success(request, step.done.format(code=vial.code))
        return back_to_run(request, redirect(vial_url(vial_id)))
    sheet = sheet_of(step, facts)
    return answer_sheet(request, sheet, form, tried, signs=step.signs, template=step.template)


@require_http_methods(["GET", "HEAD", "POST"])
def check_out(request: Request, vial_id: int) -> HttpResponse:
    """Check a vial out for a purpose of our own, signed by two people."""
    return _sign(request, vial_id, CHECK_OUT)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: Request, vial_id: int) -> HttpResponse:
    """Discard a vial, signed by two people."""
    return _sign(request, vial_id, DISCARD)


@require_http_methods(["GET", "HEAD", "POST"])
def consume(request: Request, vial_id: int) -> HttpResponse:
    """Record that a test used a vial up."""
    return _sign(request, vial_id, CONSUME)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: Request, vial_id: int) -> HttpResponse:
    """Hand a vial to another organisation for good, signed by two people."""
    return _sign(request, vial_id, TRANSFER)


@require_http_methods(["GET", "HEAD", "POST"])
def relabel(request: Request, vial_id: int) -> HttpResponse:
    """Give a vial a new label, signed by two people."""
    return _sign(request, vial_id, RELABEL)


@require_http_methods(["GET", "HEAD", "POST"])
def missing(request: Request, vial_id: int) -> HttpResponse:
    """Report a vial missing."""
    return _sign(request, vial_id, MISSING)


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: Request, vial_id: int) -> HttpResponse:
    """Place a hold on a vial, its batch, its donation or its therapy."""
    return _sign(request, vial_id, HOLD)


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: Request, vial_id: int) -> HttpResponse:
    """Split a vial into parts, signed by two people."""
    return _sign(request, vial_id, SPLIT)
