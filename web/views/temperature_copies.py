"""Copies about temperature: of a unit in a period, of an excursion, of how probes stand."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from custody.queries.excursions import Kind, find_excursion
from reports.actions.export_calibrations import MAY_EXPORT as EXPORT_CALIBRATIONS
from reports.actions.export_excursion import MAY_EXPORT as EXPORT_EXCURSION
from temperature.models import Excursion, Gap
from web.forms.records import DayCopyForm
from web.gates import insist_on_role
from web.http import Request
from web.record_copies import COPIERS, answer_copy
from web.storage.lookup import unit_or_404
from web.temperature import copies

_either = require_http_methods(["GET", "HEAD", "POST"])


@_either
def unit(request: Request, unit_id: int) -> HttpResponse:
    """Hand out the temperature and alarms of a unit in a period."""
    insist_on_role(request, COPIERS)
    found = unit_or_404(request.user, unit_id)
    form = copies.period_form(request, found)
    return answer_copy(request, copies.of_unit(found, form), form)


@_either
def excursion(request: Request, excursion_id: int) -> HttpResponse:
    """Hand out the evaluation of an excursion, with every vial it touched."""
    return _evaluation(request, Excursion, excursion_id)


@_either
def gap(request: Request, gap_id: int) -> HttpResponse:
    """Hand out the evaluation of a time without evidence, with every vial it touched."""
    return _evaluation(request, Gap, gap_id)


def _evaluation(request: Request, of: Kind, key: int) -> HttpResponse:
    insist_on_role(request, [str(role) for role in EXPORT_EXCURSION])
    subject = find_excursion(of, key, seen_by=request.user)
    return answer_copy(request, copies.of_excursion(of, subject))


@_either
def calibrations(request: Request) -> HttpResponse:
    """Hand out how probes and instruments stood at the end of a day."""
    insist_on_role(request, [str(role) for role in EXPORT_CALIBRATIONS])
    form = DayCopyForm(request.POST or None)
    return answer_copy(request, copies.of_calibrations(form), form)
