"""At whose hands a run is: pausing, resuming and taking over, abandoning, moving on."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Role
from audit.authors import Attribution
from sop.actions.abandon_run import abandon_run
from sop.actions.pause_run import pause_run
from sop.actions.resume_run import resume_run
from sop.queries.runs import run_page
from web.attribution import attributed
from web.configuring.gate import insist_on
from web.forms.runs import ReasonForm
from web.http import Request
from web.runs.at_hand import remember
from web.runs.signing import migration_of, tried_to_migrate
from web.sheets import answer_sheet
from web.signing import attempt


@require_POST
def pause(request: Request, run_id: int) -> HttpResponse:
    """Pause a run."""
    return _with_reason(
        request, run_id, "Paused.", lambda by: pause_run(execution_id=run_id, attribution=by)
    )


@require_POST
def resume(request: Request, run_id: int) -> HttpResponse:
    """Resume a run, or take it over from a colleague."""
    return _with_reason(
        request,
        run_id,
        "The run is at your hands.",
        lambda by: resume_run(execution_id=run_id, attribution=by),
    )


@require_POST
def abandon(request: Request, run_id: int) -> HttpResponse:
    """Abandon a run, which opens a deviation."""
    now = timezone.now()
    return _with_reason(
        request,
        run_id,
        "Abandoned.",
        lambda by: abandon_run(execution_id=run_id, attribution=by, at=now),
    )


def _with_reason(
    request: Request, run_id: int, done: str, act: Callable[[Attribution], object]
) -> HttpResponse:
    """Do it with the reason that was entered, or say why not."""
    form = ReasonForm(request.POST)
    tried = attempt(form, lambda: act(attributed(request, form.cleaned_data["reason"])))
    page = run_page(run_id, seen_by=request.user, at=timezone.now())
    remember(request, page)
    if tried.is_done:
        messages.success(request, done)
        return redirect("runs:run", run_id)
    context = {"tried": tried, "page": page, "entered": request.POST.get("reason", "")}
    return render(request, "runs/not_done.html", context, status=tried.status)


@require_http_methods(["GET", "HEAD", "POST"])
def migrate(request: Request, run_id: int) -> HttpResponse:
    """Move a run to another version, signed by QA."""
    insist_on(request.user, Role.QA)
    page = run_page(run_id, seen_by=request.user, at=timezone.now())
    signing = migration_of(page, request.POST or None)
    tried = tried_to_migrate(request, page, signing)
    if tried.is_done:
        messages.success(request, f"{page.run} follows the other version now.")
        return redirect("runs:run", run_id)
    return answer_sheet(request, signing.sheet, signing.form, tried, signs=signing.signs)
