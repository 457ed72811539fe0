"""What is done to containers: moving, blocking places and retiring."""

from dataclasses import replace

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from inventory.actions.block_position import block_position
from inventory.actions.retire_container import retire_container
from inventory.actions.unblock_position import unblock_position
from web.attribution import attributed
from web.forms.put_away import StepForm
from web.forms.signing import SigningForm
from web.forms.storage import PlaceForm
from web.gates import insist_on_a_doer
from web.http import Request, is_htmx
from web.links import storage_url
from web.runs.returning import back_to_run
from web.sheets import answer_sheet
from web.signing import PERFORMED, attempt, prove
from web.storage.acts import (
    block_sheet,
    blocked_places,
    empty_places,
    retire_sheet,
    unblock_sheet,
)
from web.storage.lifting import BRING_BACK, TAKE_OUT, LiftStep, lift_context
from web.storage.lookup import container_or_404
from web.storage.moving import REASON, Carried, Moving, answer_move, move_field, move_screen


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Request, container_id: int) -> HttpResponse:
    """Show the move of a container, or answer one scan of it."""
    found = container_or_404(request.user, container_id)
    moving = Moving(
        container=found,
        carried=Carried.of(request, found),
        actor=request.user,
        attribution=attributed(request, REASON),
        at=timezone.now(),
    )
    outcome = answer_move(moving, StepForm(request.POST or None))
    outcome.carried.keep(request)
    moving = replace(
        moving,
        carried=outcome.carried,
        container=container_or_404(request.user, container_id) if outcome.is_done else found,
    )
    context = {"field": move_field(found), "outcome": outcome, "screen": move_screen(moving)}
    template = "storage/move.html#result" if is_htmx(request) else "storage/move.html"
    shown = render(request, template, context | {"container": found}, status=outcome.status)
    return back_to_run(request, shown)


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: Request, container_id: int) -> HttpResponse:
    """Say that a rack or box is taken out: its clock runs."""
    return _reach(request, container_id, TAKE_OUT)


@require_http_methods(["GET", "HEAD", "POST"])
def back(request: Request, container_id: int) -> HttpResponse:
    """Say that a rack or box is back in its cold place: its clock stops."""
    return _reach(request, container_id, BRING_BACK)


def _reach(request: Request, container_id: int, step: LiftStep) -> HttpResponse:
    insist_on_a_doer(request)
    found, at = container_or_404(request.user, container_id), timezone.now()

    def act() -> None:
        said = attributed(request, step.reason)
        step.act(container_id=found.pk, attribution=said, at=at)

    tried = attempt(Form(request.POST if request.method == "POST" else None), act)
    if tried.is_done:
        messages.success(request, step.done.format(name=found.name))
        return back_to_run(request, redirect(storage_url(found.pk)))
    context = lift_context(found, step, tried.refusals, person=request.user, at=at)
    return render(request, "storage/lift.html", context, status=tried.status)


@require_http_methods(["GET", "HEAD", "POST"])
def block(request: Request, container_id: int) -> HttpResponse:
    """Take a place out of service, signed."""
    found = container_or_404(request.user, container_id)
    form = PlaceForm(request.POST or None, places=empty_places(found))

    def act() -> object:
        position = form.cleaned_data["position"]
        return block_position(position_id=position, intent=prove(request, form, PERFORMED))

    tried = attempt(form, act)
    if tried.is_done:
        messages.success(request, "The place is blocked: nothing goes there until it is unblocked.")
        return redirect(storage_url(found.pk))
    return answer_sheet(request, block_sheet(found), form, tried, signs=PERFORMED)


@require_http_methods(["GET", "HEAD", "POST"])
def unblock(request: Request, container_id: int) -> HttpResponse:
    """Take a blocked place back into service, signed."""
    found = container_or_404(request.user, container_id)
    form = PlaceForm(request.POST or None, places=blocked_places(found))

    def act() -> object:
        position = form.cleaned_data["position"]
        return unblock_position(position_id=position, intent=prove(request, form, PERFORMED))

    tried = attempt(form, act)
    if tried.is_done:
        messages.success(request, "The place is in service again.")
        return redirect(storage_url(found.pk))
    return answer_sheet(request, unblock_sheet(found), form, tried, signs=PERFORMED)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: Request, container_id: int) -> HttpResponse:
    """Take an empty container out of use for ever, signed."""
    found = container_or_404(request.user, container_id)
    form = SigningForm(request.POST or None)

    def act() -> object:
        intent = prove(request, form, PERFORMED)
        return retire_container(container_id=found.pk, intent=intent, at=timezone.now())

    tried = attempt(form, act)
    if tried.is_done:
        messages.success(request, f"{found.name} is retired; its code stays taken.")
        return redirect("storage:index")
    return answer_sheet(request, retire_sheet(found), form, tried, signs=PERFORMED)
