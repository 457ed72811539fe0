"""One post to a run or one look at it: what was asked, and what the page is given."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sop.models import ExecutionStatus
from sop.queries.runs import list_runs, run_page
from web.attribution import attributed
from web.forms.runs import StepForm
from web.http import Request
from web.put_away.memory import Memory
from web.runs.answering import entered_value
from web.runs.asked import Answered, Answering, putting_of
from web.runs.at_hand import (
    first_identifier,
    keep_first,
    keep_instrument,
    remember,
    scanned_instrument,
)
from web.runs.measuring import confirm_url, offered
from web.runs.screen import RunScreen, scan_field, screen_of
from web.runs.starting import start_list

STEP = "Step of a procedure"


def asked_of(request: Request, run_id: int, *, at: datetime) -> Answering:
    """Read what was sent to a run, and how the run stands."""
    return Answering(
        page=run_page(run_id, seen_by=request.user, at=at),
        form=StepForm(request.POST, request.FILES),
        actor=request.user,
        attribution=attributed(request, STEP),
        at=at,
        memory=Memory.of(request),
        first=first_identifier(request),
        instrument=scanned_instrument(request),
    )


def run_context(request: Request, asked: Answering, answered: Answered) -> dict[str, object]:
    """Give the page what it shows after the answer, and remember what the next scan needs."""
    outcome, run_id = answered.outcome, asked.page.run.pk
    replace(outcome.memory, vial_id=None, scanned="").keep(request)
    keep_first(request, answered.first)
    instrument = answered.instrument or asked.instrument
    keep_instrument(request, instrument)
    page = run_page(run_id, seen_by=request.user, at=asked.at) if request.POST else asked.page
    remember(request, page)
    putting = putting_of(replace(asked, page=page, memory=outcome.memory))
    return {
        "field": scan_field(run_id),
        "outcome": outcome,
        "screen": screen_of(page, putting, actor=request.user, at=asked.at),
        "instrument": offered(page, by=request.user, before=instrument, at=asked.at),
        "confirm_url": _confirm_url(asked, answered),
    }


def has_ended(context: Mapping[str, object]) -> bool:
    """Say whether the answer ended the run, so that its whole page is another one."""
    screen = context["screen"]
    return isinstance(screen, RunScreen) and screen.ended_at is not None


def _confirm_url(asked: Answering, answered: Answered) -> str:
    due, refusals = asked.page.due, answered.outcome.refusals
    if due is None or not refusals or not asked.form.is_valid():
        return ""
    return confirm_url(asked.page, refusals, entered_value(asked, due))


def list_context(request: Request, *, at: datetime) -> dict[str, object]:
    """Give the list of runs what it shows."""
    runs = list_runs(request.user)
    going_on = [row for row in runs if row.is_mine and row.status == ExecutionStatus.RUNNING]
    return {
        "runs": runs,
        "ended": list_runs(request.user, ended=True)[:20],
        "start": start_list(request.user, at=at),
        "at_hand": going_on[0] if going_on else None,
    }
