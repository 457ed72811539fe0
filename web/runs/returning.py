"""The way back to the run from a screen on which one of its steps was done."""

from django.http import HttpResponse
from django.urls import reverse

from sop.queries.runs import was_recorded
from web.attribution import request_id_of
from web.http import Request, go_on
from web.runs.at_hand import run_at_hand


def back_to_run(request: Request, otherwise: HttpResponse) -> HttpResponse:
    """
    Lead back to the run at hand when this very request recorded one of its steps.

    otherwise: where the act leads by itself. One statement, and none without a run at hand.
    """
    run = run_at_hand(request)
    if run is None or not was_recorded(run.id, request_id_of(request)):
        return otherwise
    return go_on(request, reverse("runs:run", args=[run.id]))
