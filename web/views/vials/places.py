"""The steps that put a vial somewhere: move, put back, record as found."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from custody.queries.facts import facts_of_vial
from web.http import Request
from web.links import vial_url
from web.mismatches import keep_mismatch
from web.runs.returning import back_to_run
from web.signing import attempt
from web.vial_places import (
    FOUND,
    MOVE,
    PUT_BACK,
    STORE_LATE,
    PlaceStep,
    answer_place,
    insist_on_a_place,
    placement_of,
)


def _place(request: Request, vial_id: int, step: PlaceStep) -> HttpResponse:
    """Show the map of the box, or put the vial where the form says."""
    at = timezone.now()
    facts = facts_of_vial(vial_id, seen_by=request.user, at=at)
    form = step.form(request.POST or None, vial=facts.vial)
    insist_on_a_place(form)
    tried = attempt(form, lambda: step.act(request, form, placement_of(request, form), at))
    keep_mismatch(request, form, step.verb.action)
    if tried.is_done:
        messages.success(request, step.done.format(code=facts.vial.code))
        return back_to_run(request, redirect(vial_url(vial_id)))
    return answer_place(request, step, facts, form, tried)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Request, vial_id: int) -> HttpResponse:
    """Move a stored vial to another place."""
    return _place(request, vial_id, MOVE)


@require_http_methods(["GET", "HEAD", "POST"])
def put_back(request: Request, vial_id: int) -> HttpResponse:
    """Put a vial that was out back into storage."""
    return _place(request, vial_id, PUT_BACK)


@require_http_methods(["GET", "HEAD", "POST"])
def found(request: Request, vial_id: int) -> HttpResponse:
    """Record where a missing vial was found, signed by QA."""
    return _place(request, vial_id, FOUND)


@require_http_methods(["GET", "HEAD", "POST"])
def store_late(request: Request, vial_id: int) -> HttpResponse:
    """Enter afterwards where a vial was put, and when, signed by two people."""
    return _place(request, vial_id, STORE_LATE)
