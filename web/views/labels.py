"""Labels as PDF: of one vial, of a batch, of a container or what stands in it."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.errors import DomainError
from reports.actions.print_container_labels import print_container_labels
from reports.actions.print_instrument_labels import print_instrument_labels
from reports.actions.print_vial_labels import print_vial_labels
from reports.register import PrintedLabels
from web.attribution import attributed
from web.forms.labels import CONTAINER_STOCKS, VIAL_STOCKS, LabelForm
from web.http import Request
from web.labels import (
    LabelRun,
    labels_file,
    run_of_batch,
    run_of_container,
    run_of_instrument,
    run_of_vial,
)


@require_http_methods(["GET", "HEAD", "POST"])
def vial(request: Request, vial_id: int) -> HttpResponse:
    """Print the label of one vial."""
    run = run_of_vial(request.user, vial_id)
    return _vials(request, run)


@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: Request, batch_id: int) -> HttpResponse:
    """Print the labels of all vials of a batch."""
    run = run_of_batch(request.user, batch_id)
    return _vials(request, run)


@require_http_methods(["GET", "HEAD", "POST"])
def container(request: Request, container_id: int) -> HttpResponse:
    """Print the label of a container, or of everything that stands in its places."""
    inside = request.GET.get("inside") == "1"
    run = run_of_container(request.user, container_id, inside=inside)
    form = LabelForm(request.POST or None, stocks=CONTAINER_STOCKS, reprint=run.was_printed)

    def act() -> PrintedLabels:
        return print_container_labels(
            container_ids=run.keys,
            stock=form.cleaned_data["stock"],
            by=attributed(request, form.cleaned_data["reason"]),
            at=timezone.now(),
            first_place=form.cleaned_data["first_place"],
        )

    return _print(request, run, form, act)


@require_http_methods(["GET", "HEAD", "POST"])
def instrument(request: Request, instrument_id: int) -> HttpResponse:
    """Print the label of an instrument."""
    run = run_of_instrument(request.user, instrument_id)
    form = LabelForm(request.POST or None, stocks=CONTAINER_STOCKS, reprint=run.was_printed)

    def act() -> PrintedLabels:
        return print_instrument_labels(
            instrument_ids=run.keys,
            stock=form.cleaned_data["stock"],
            by=attributed(request, form.cleaned_data["reason"]),
            at=timezone.now(),
            first_place=form.cleaned_data["first_place"],
        )

    return _print(request, run, form, act)


def _vials(request: Request, run: LabelRun) -> HttpResponse:
    form = LabelForm(request.POST or None, stocks=VIAL_STOCKS, reprint=run.was_printed)

    def act() -> PrintedLabels:
        return print_vial_labels(
            vial_ids=run.keys,
            stock=form.cleaned_data["stock"],
            by=attributed(request, form.cleaned_data["reason"]),
            at=timezone.now(),
            first_place=form.cleaned_data["first_place"],
        )

    return _print(request, run, form, act)


def _print(
    request: Request, run: LabelRun, form: LabelForm, act: Callable[[], PrintedLabels]
) -> HttpResponse:
    context = {"run": run, "form": form, "refusals": []}
    if not form.is_valid():
        return render(request, "labels/print.html", context, status=422 if form.errors else 200)
    try:
        return labels_file(act())
    except DomainError as error:
        context["refusals"] = error.refusals
        return render(request, "labels/print.html", context, status=error.http_status)
