"""Files of readings: bring one, see what would be read, store it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from temperature.actions.import_readings import import_readings
from temperature.models import Intake, WaitingFile
from temperature.waiting_files import put_aside
from web import reading_file_pages as pages
from web.attribution import attributed
from web.forms.reading_files import BringFileForm, StoreFileForm
from web.http import Request
from web.signing import attempt

_either = require_http_methods(["GET", "HEAD", "POST"])


@_either
def bring(request: Request) -> HttpResponse:
    """Choose a source and a file; what can be read waits to be looked at."""
    feeds = {feed.pk: feed for feed in pages.feeds_for(request)}
    choices = [(key, f"{feed.name}, {feed.site.name}") for key, feed in feeds.items()]
    form = BringFileForm(request.POST or None, request.FILES or None, feeds=choices)
    made: list[WaitingFile] = []

    def act() -> None:
        file = form.cleaned_data["file"]
        feed = feeds[form.cleaned_data["feed"]]
        body, at = pages.bytes_of(file), timezone.now()
        made.append(put_aside(feed, name=file.name, body=body, brought_by=request.user, at=at))

    tried = attempt(form, act)
    if tried.is_done:
        return redirect("reading_files:waiting", made[0].pk)
    context = {"form": form, "refusals": tried.refusals, "lines": pages.last_files(request)}
    return render(request, "reading_files/bring.html", context, status=tried.status)


@_either
def waiting(request: Request, waiting_file_id: int) -> HttpResponse:
    """Show what would be read of a file, and store it."""
    file, trial = pages.waiting_or_404(request, waiting_file_id)
    form = StoreFileForm(request.POST or None)
    made: list[Intake] = []

    def act() -> None:
        by = attributed(request, form.cleaned_data["reason"])
        made.append(import_readings(file_id=file.pk, by=by, at=timezone.now()))

    tried = attempt(form, act)
    if tried.is_done:
        messages.success(request, "The readings are stored.")
        return redirect("reading_files:stored", made[0].pk)
    context = {"file": file, "trial": trial, "form": form, "refusals": tried.refusals}
    return render(request, "reading_files/waiting.html", context, status=tried.status)


@require_safe
def stored(request: Request, intake_id: int) -> HttpResponse:
    """Show what became of a file that was stored."""
    intake = pages.stored_file(request, intake_id)
    if intake is None:
        raise Http404
    return render(request, "reading_files/stored.html", {"intake": intake})
