"""Temperature: how cold every unit is now, and how cold one was."""

from http import HTTPStatus

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inventory.models import Site
from temperature.actions.import_readings import BRINGERS
from temperature.models import Excursion, Gap
from temperature.queries.telling import faults_of_telling
from temperature.queries.unit import excursion_by_key, gap_by_key
from temperature.silencing import SILENCES, TAKES_ON
from web.audit_pages import file_stem
from web.csv_answers import csv_answer
from web.http import Request
from web.record_copies import may_copy
from web.sites import show_times_of
from web.storage.lookup import unit_or_404
from web.temperature import calibrations as calibration
from web.temperature.alarms import holds
from web.temperature.board import board_of
from web.temperature.span import range_of, span_of
from web.temperature.unit import curve_as_json, place_of, unit_page

NO_TIME = "Say `from` and `to` as ISO times with a zone, at most ten years apart."


@require_safe
def index(request: Request) -> HttpResponse:
    """Show the wall board; htmx gets only the board."""
    now = timezone.now()
    board = board_of(request.user, at=now)
    if request.htmx:
        return render(request, "temperature/index.html#board", {"board": board})
    context = {
        "board": board,
        "may_bring": bool(set(BRINGERS) & set(request.user.role_names())),
        "faults": faults_of_telling(Site.objects.visible_to(request.user), at=now),
    }
    return render(request, "temperature/index.html", context)


@require_safe
def unit(request: Request, unit_id: int) -> HttpResponse:
    """Show how cold one unit is and was, over the range that the address names."""
    found = unit_or_404(request.user, unit_id)
    show_times_of(found.site)
    page = unit_page(
        found,
        person=request.user,
        chosen=range_of(request.GET),
        asked=span_of(request.GET),
        at=timezone.now(),
    )
    context = {
        "page": page,
        "may_copy": may_copy(request.user),
        "may_pause": holds(request.user, SILENCES),
        "may_end": holds(request.user, TAKES_ON),
    }
    return render(request, "temperature/unit.html", context)


@require_safe
def calibrations(request: Request) -> HttpResponse:
    """List the probes by when their calibration is due; as CSV when that is asked for."""
    rows = calibration.lines_for(request, at=timezone.now())
    if request.GET.get("format") == "csv":
        shown = [row for row in rows if calibration.is_shown(row, calibration.chosen(request))]
        return csv_answer(file_stem("calibrations"), calibration.HEADS, calibration.cells(shown))
    context = calibration.list_context(request, rows)
    return render(request, "temperature/calibrations.html", context)


@require_safe
def readings(request: Request, unit_id: int) -> HttpResponse:
    """Give the curve of one unit from an instant to another, for the page's script."""
    found = unit_or_404(request.user, unit_id)
    span = span_of(request.GET)
    if span is None:
        return JsonResponse({"problem": NO_TIME}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return JsonResponse(curve_as_json(found, span))


@require_safe
def excursion(request: Request, excursion_id: int) -> HttpResponse:
    """Lead to an excursion on the page of its unit."""
    return _lead(request, excursion_by_key(excursion_id))


@require_safe
def gap(request: Request, gap_id: int) -> HttpResponse:
    """Lead to a time without evidence on the page of its unit."""
    return _lead(request, gap_by_key(gap_id))


def _lead(request: Request, row: Excursion | Gap | None) -> HttpResponse:
    if row is None:
        raise Http404
    unit_or_404(request.user, row.unit_id)
    return redirect(place_of(row, at=timezone.now()))
