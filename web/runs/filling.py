"""Filling in, on the screen of an act, what the run has scanned already."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from inventory.models import Vial
from sop.action import Action
from sop.queries.runs import RunPage, is_at_hands_of, run_page
from web.http import Request
from web.receiving import fill
from web.runs.acts import act_of
from web.runs.at_hand import run_at_hand


def go_to_act(request: Request, page: RunPage) -> HttpResponse:
    """Lead to the inspection of the batch with what was scanned, or back to the run."""
    run = page.run
    is_mine = is_at_hands_of(run, request.user)
    if is_mine and act_of(page) == Action.RECEIVE_BATCH and run.batch_id is not None:
        fill(request, run.batch_id, _codes(page))
        return redirect("batches:inspect", run.batch_id)
    messages.info(request, "Nothing waits to be signed here. Go on with the step that is due.")
    return redirect("runs:run", run.pk)


def codes_scanned_for(request: Request, action: Action, *, at: datetime) -> list[str]:
    """Return the codes of the vials that the run at hand scanned for this act, in order."""
    run = run_at_hand(request)
    if run is None:
        return []
    page = run_page(run.id, seen_by=request.user, at=at)
    return _codes(page) if act_of(page) == action else []


def _codes(page: RunPage) -> list[str]:
    codes = dict(Vial.objects.filter(pk__in=page.walk.vials()).values_list("pk", "code"))
    return [codes[key] for key in page.walk.vials()]
