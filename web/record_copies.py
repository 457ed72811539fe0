"""The page on which a copy of one record is made, and the answer that hands it out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from audit.authors import Attribution, Author
from reports.actions.export_run import MAY_EXPORT
from reports.records.copies import CopyForm, HandedOut
from reports.records.periods import Period
from web.attribution import attributed
from web.forms.records import RecordCopyForm, RunsForm
from web.http import Request
from web.presenters import Crumb
from web.signing import attempt

COPIERS = frozenset(str(role) for role in MAY_EXPORT)
Writes = Callable[[CopyForm, Attribution, datetime], HandedOut]


@dataclass(frozen=True, kw_only=True)
class CopyPage:
    """What the page says around its form; act: makes the copy and registers it."""

    heading: str
    words: str
    crumbs: tuple[Crumb, ...]
    back_url: str
    act: Writes


def may_copy(person: Author) -> bool:
    """Say whether somebody's roles let them take copies of runs and deviations."""
    return bool(COPIERS & set(person.role_names()))


def answer_copy(
    request: Request, page: CopyPage, asked: RecordCopyForm | None = None
) -> HttpResponse:
    """
    Show the form, or hand the copy out.

    asked: the form of a page that asks for more than a copy and a reason.
    """
    form, made = asked or RecordCopyForm(request.POST or None), list[HandedOut]()
    tried = attempt(
        form,
        lambda: made.append(
            page.act(
                CopyForm(form.cleaned_data["form"]),
                attributed(request, form.cleaned_data["reason"]),
                timezone.now(),
            )
        ),
    )
    if tried.is_done:
        return file_answer(made[0])
    context = {"page": page, "form": form, "refusals": tried.refusals}
    return render(request, "reports/copy.html", context, status=tried.status)


def file_answer(made: HandedOut) -> HttpResponse:
    """Hand a copy out."""
    answer = HttpResponse(made.content, content_type=made.media_type)
    name = made.export.file_name
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def period_of(form: RunsForm) -> Period:
    """Return the period that was entered: whole days, as they begin and end here."""
    said = form.cleaned_data
    since, until = said["runs_since"], said["runs_until"]
    return Period(
        name=f"{since:%Y-%m-%d} to {until:%Y-%m-%d}",
        since=_begin_of(since),
        until=_begin_of(until + timedelta(days=1)),
        zone=ZoneInfo(timezone.get_current_timezone_name()),
        code=said["runs_procedure"],
    )


def _begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
