"""Alarms: the list and its log, one of them, acknowledging it, and silencing for a time."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from temperature.actions.acknowledge_alarm import acknowledge_alarm
from temperature.actions.end_alarm_pause import end_alarm_pause
from temperature.models import Level
from temperature.silencing import SILENCES, TAKES_ON
from web.alarm_warning import forget
from web.attribution import attributed
from web.audit_pages import file_stem
from web.configuring.gate import insist_on
from web.configuring.setups import answer_set_up
from web.csv_answers import csv_answer
from web.forms.alarms import AcknowledgeForm, EndPauseForm
from web.http import Request
from web.links import unit_temperature_url
from web.presenters import Crumb
from web.signing import attempt
from web.storage.lookup import unit_or_404
from web.temperature import alarms as pages
from web.temperature.alarm_page import alarm_context

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def alarms(request: Request) -> HttpResponse:
    """List what waits, and the log as the filters ask; as CSV when that is asked for."""
    form = pages.log_form(request)
    page = pages.log_page(request, form)
    if request.GET.get("format") == "csv":
        return csv_answer(file_stem("alarms"), pages.LOG_HEADS, pages.log_cells(page.rows))
    context = pages.list_context(request, form, page)
    return render(request, "temperature/alarms.html", context)


@require_safe
def alarm(request: Request, alarm_id: int) -> HttpResponse:
    """Show one alarm from its start."""
    found = pages.alarm_or_404(request.user, alarm_id)
    context = alarm_context(request, found, at=timezone.now())
    return render(request, "temperature/alarm.html", context)


@_either
def acknowledge(request: Request, alarm_id: int) -> HttpResponse:
    """Take an alarm on, with a comment."""
    insist_on(request.user, *TAKES_ON)
    found = pages.alarm_or_404(request.user, alarm_id)
    form = AcknowledgeForm(request.POST or None, initial={"shown": found.level})

    def act() -> object:
        by, shown = attributed(request, form.cleaned_data["comment"]), form.cleaned_data["shown"]
        return acknowledge_alarm(alarm_id=alarm_id, shown=Level(shown), by=by, at=timezone.now())

    tried = attempt(form, act)
    forget()
    if tried.is_done:
        messages.success(request, "You acknowledged it, with your words beside your name.")
        return redirect("temperature:alarm", alarm_id)
    again = pages.alarm_or_404(request.user, alarm_id)
    context = alarm_context(request, again, form, at=timezone.now())
    context["refusals"] = tried.refusals
    return render(request, "temperature/alarm.html", context, status=tried.status)


@_either
def pause_alarm(request: Request, alarm_id: int) -> HttpResponse:
    """Silence one alarm for a time, signed."""
    insist_on(request.user, *SILENCES)
    found = pages.alarm_or_404(request.user, alarm_id)
    return answer_set_up(request, pages.pausing(request.POST or None, found.unit, found))


@_either
def pause_unit(request: Request, unit_id: int) -> HttpResponse:
    """Silence the alarms of a unit for a time, signed."""
    insist_on(request.user, *SILENCES)
    unit = unit_or_404(request.user, unit_id)
    return answer_set_up(request, pages.pausing(request.POST or None, unit, None))


@_either
def end_pause(request: Request, pause_id: int) -> HttpResponse:
    """Let silenced alarms call again."""
    insist_on(request.user, *TAKES_ON)
    pause = pages.pause_or_404(request.user, pause_id)
    form = EndPauseForm(request.POST or None)

    def act() -> object:
        by = attributed(request, form.cleaned_data["reason"])
        return end_alarm_pause(pause_id=pause_id, by=by, at=timezone.now())

    tried = attempt(form, act)
    forget()
    if tried.is_done:
        messages.success(request, f"The alarms of {pause.unit.name} call again.")
        return redirect(unit_temperature_url(pause.unit_id))
    context = {
        "pause": pause,
        "form": form,
        "refusals": tried.refusals,
        "crumbs": pages.list_crumbs(Crumb(label="End a silence")),
    }
    return render(request, "temperature/end_pause.html", context, status=tried.status)
