"""Runs of procedures: the list, starting one, and the technician's screen."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.errors import NotFound, Refusal
from sop.actions.start_run import start_run
from sop.models import Execution
from sop.queries.runs import run_page, step_file
from web.attribution import attributed
from web.forms.runs import StartForm
from web.http import Request, go_on, is_htmx
from web.put_away.memory import Memory
from web.runs.answering import answer_run
from web.runs.confirming import confirmation_of, tried_to_confirm
from web.runs.filling import go_to_act
from web.runs.sheets import act_sheet
from web.runs.showing import asked_of, has_ended, list_context, run_context
from web.runs.signing import signing_of, tried_to_sign
from web.sheets import answer_sheet
from web.signing import attempt
from web.sites import current_site


@require_safe
def index(request: Request) -> HttpResponse:
    """List the runs that are open, what can be started, and what has ended."""
    return render(request, "runs/index.html", list_context(request, at=timezone.now()))


@require_POST
def start(request: Request) -> HttpResponse:
    """Start a run at the site of this session."""
    form, site = StartForm(request.POST), current_site(request)
    started: list[Execution] = []
    tried = attempt(
        form,
        lambda: started.append(
            start_run(
                procedure_id=form.cleaned_data["procedure"],
                site_id=0 if site is None else site.id,
                attribution=attributed(request, "Start a run"),
                at=timezone.now(),
            )
        ),
    )
    if started:
        Memory().keep(request)  # the box of an earlier put-away is not this run's
        return redirect("runs:run", started[0].pk)
    context = {**list_context(request, at=timezone.now()), "tried": tried}
    return render(request, "runs/index.html", context, status=tried.status)


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: Request, run_id: int) -> HttpResponse:
    """Show the run, or answer one scan or one button of it."""
    asked = asked_of(request, run_id, at=timezone.now())
    answered = answer_run(asked)
    if answered.go_to:
        return go_on(request, answered.go_to)
    context = run_context(request, asked, answered)
    if has_ended(context) and is_htmx(request):
        return go_on(request, request.path)  # without the field and the buttons of a run
    template = "runs/run.html#now" if is_htmx(request) else "runs/run.html"
    return render(request, template, context, status=answered.outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: Request, run_id: int) -> HttpResponse:
    """Sign the step that is due, alone or with a second person."""
    page = run_page(run_id, seen_by=request.user, at=timezone.now())
    signing = signing_of(page, request.POST or None)
    tried = tried_to_sign(request, page, signing)
    if tried.is_done:
        messages.success(request, f"Signed: {signing.sheet.heading}.")
        return redirect("runs:run", run_id)
    return answer_sheet(request, signing.sheet, signing.form, tried, signs=signing.signs)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: Request, run_id: int) -> HttpResponse:
    """Show the sheet of the act that is due, for every vial that waits for it, or carry it out."""
    now = timezone.now()
    page = run_page(run_id, seen_by=request.user, at=now)
    filled = act_sheet(page, request.user, request.POST or None, at=now)
    if filled is None:
        return go_to_act(request, page)
    tried = attempt(filled.form, lambda: filled.carry_out(request))
    if tried.is_done:
        messages.success(request, filled.done)
        return redirect("runs:run", run_id)
    step = filled.step
    return answer_sheet(
        request, filled.sheet, filled.form, tried, signs=step.signs, template=step.template
    )


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Request, run_id: int) -> HttpResponse:
    """Confirm a value that is not plausible, with a second person."""
    page = run_page(run_id, seen_by=request.user, at=timezone.now())
    is_sent = request.method == "POST"
    signing = confirmation_of(page, request.POST if is_sent else request.GET, is_sent=is_sent)
    tried = tried_to_confirm(request, page, signing)
    if tried.is_done:
        messages.success(request, "The value is recorded, confirmed by both.")
        return redirect("runs:run", run_id)
    return answer_sheet(request, signing.sheet, signing.form, tried, signs=signing.signs)


@require_safe
def file(request: Request, run_id: int, record_id: int) -> HttpResponse:
    """Give out the photo or file of a step, never as a page of ours."""
    run_page(run_id, seen_by=request.user, at=timezone.now())
    kept = step_file(run_id, record_id)
    if kept is None:
        raise NotFound([Refusal("UNKNOWN_FILE", "This step has no file.")])
    response = HttpResponse(bytes(kept.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
