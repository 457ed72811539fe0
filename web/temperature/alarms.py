"""The alarms on screen: what waits, the log, and the sheets on which they are silenced."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.models import Meaning
from audit.pages import Page
from inventory.models import Container
from sop.queries.training import seen_through
from temperature.actions.pause_alarms import pause_alarms
from temperature.alarms_about import words_of_each
from temperature.models import Alarm, AlarmPause
from temperature.queries.alarms import (
    AlarmFilter,
    alarm_log,
    alarms_waiting,
    find_alarm,
    find_pause,
)
from temperature.rules.alarms import late_in_words
from temperature.silencing import SILENCES
from web.alarm_warning import forget
from web.audit_pages import csv_url_of
from web.configuring.setups import SetUp
from web.configuring.telling import LOOKERS
from web.forms.alarms import AlarmLogForm, PauseForm
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import unit_temperature_url
from web.presenters import Crumb, EmptyState
from web.sheets import SignSheet
from web.signing import SignAs
from web.sites import show_times_of
from web.storage.lookup import unit_or_404
from web.temperature.board import units_seen_by

AUTHORISED = SignAs(meaning=Meaning.RESPONSIBILITY)
NONE = EmptyState(
    title="No alarm here",
    words="What a probe measures beyond its limits, its silence, and a calibration past due or "
    "missing raise one by themselves. Take a filter away to see more.",
)
LOG_HEADS = (
    *("Alarm", "Unit", "Probe", "Cause", "Level", "Raised (UTC)", "Late"),
    *("Acknowledged (UTC)", "By", "Comment", "Over (UTC)"),
)


def alarm_or_404(person: Person, alarm_id: int) -> Alarm:
    """
    Return one alarm, and show times by the clock of its site.

    Raises Http404: there is none, or none at a site that the person sees.
    """
    alarm = find_alarm(alarm_id)
    if alarm is None:
        raise Http404
    unit_or_404(person, alarm.unit_id)
    show_times_of(alarm.unit.site)
    return alarm


def pause_or_404(person: Person, pause_id: int) -> AlarmPause:
    """
    Return one pause.

    Raises Http404: there is none, or none at a site that the person sees.
    """
    pause = find_pause(pause_id)
    if pause is None:
        raise Http404
    unit_or_404(person, pause.unit_id)
    return pause


def list_crumbs(*more: Crumb) -> tuple[Crumb, ...]:
    """Lead from temperature over the list of alarms to a page."""
    return (
        Crumb(label="Temperature", url=reverse("temperature:index")),
        Crumb(label="Alarms", url=reverse("temperature:alarms") if more else ""),
        *more,
    )


def log_form(request: Request) -> AlarmLogForm:
    """Return the filters, with the units that the person sees."""
    units = [(unit.pk, unit.name) for unit in units_seen_by(request.user)]
    return AlarmLogForm(request.GET, units=units)


def log_page(request: Request, form: AlarmLogForm) -> Page[Alarm]:
    """Return the page of the log that the filters ask for."""
    said = form.said()
    asked = AlarmFilter(
        unit_id=said.get("unit"),
        level=said.get("level", ""),
        cause=said.get("cause", ""),
        state=said.get("state", ""),
        since=form.begins(),
        until=form.ends(),
    )
    return alarm_log(asked, site_ids=seen_through(request.user), **cursor(request))


@dataclass(frozen=True, kw_only=True)
class AlarmLine:
    """One alarm of a list, with what it is about as far as the person may know, and its silence."""

    row: Alarm
    words: str
    pause: AlarmPause | None = None

    @property
    def late(self) -> str:
        """That it was raised late, and by how much; empty where it was in time."""
        return late_in_words(self.row)


def alarm_lines(rows: Sequence[Alarm], person: Person) -> list[AlarmLine]:
    """Return alarms as lists show them; one statement at the most."""
    words = words_of_each(rows, person)
    return [AlarmLine(row=row, words=words[row.pk]) for row in rows]


def _waiting(person: Person, at: datetime) -> list[AlarmLine]:
    found = alarms_waiting(seen_through(person), at=at)
    words = words_of_each([row for row, _ in found], person)
    return [AlarmLine(row=row, words=words[row.pk], pause=pause) for row, pause in found]


def list_context(request: Request, form: AlarmLogForm, page: Page[Alarm]) -> dict[str, object]:
    """Gather what waits, and the log below it."""
    query = request.GET.copy()
    for name in ("before", "after", "format"):
        query.pop(name, None)
    here = reverse("temperature:alarms")
    person, now = request.user, timezone.now()
    return {
        "form": form,
        "waiting": _waiting(person, now),
        "rows": alarm_lines(page.rows, person),
        "may_see_who_is_told": holds(person, LOOKERS),
        "pager": pager_of(page, f"{here}?{query.urlencode()}" if query else here),
        "csv_url": csv_url_of(request),
        "crumbs": list_crumbs(),
        "empty": NONE,
        "now": now,
    }


def log_cells(rows: Iterable[Alarm]) -> Iterator[Sequence[object]]:
    """Yield the log as cells."""
    for row in rows:
        by = row.acknowledged_by
        yield (
            row.pk,
            row.place,
            "" if row.probe is None else row.probe.code,
            row.what,
            row.get_level_display(),
            _utc(row.raised_at),
            late_in_words(row),
            _utc(row.acknowledged_at),
            "" if by is None else by.full_name,
            row.comment,
            _utc(row.resolved_at),
        )


def _utc(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


def holds(person: Person, roles: Sequence[Role]) -> bool:
    """Say whether somebody holds one of these roles; for showing buttons only."""
    return not set(roles).isdisjoint(person.role_names())


def pausing(posted: QueryDict | None, unit: Container, alarm: Alarm | None) -> SetUp:
    """Silence the alarms of a unit, or one of them."""
    form = PauseForm(posted)
    back = unit_temperature_url(unit.pk)
    what = f"the alarms of {unit.name}"
    if alarm is not None:
        back, what = reverse("temperature:alarm", args=[alarm.pk]), f"this alarm of {unit.name}"

    def act(intent: SignedIntent) -> None:
        at, key = timezone.now(), None if alarm is None else alarm.pk
        pause_alarms(unit_id=unit.pk, alarm_id=key, lasts=form.lasts(), intent=intent, at=at)
        forget()

    return SetUp(
        form=form,
        sheet=_sheet(f"Silence {what}", back, alarm),
        act=act,
        done=f"Silenced: {what}. Every page says so until they call again.",
        done_url=back,
        roles=SILENCES,
        signs=AUTHORISED,
    )


def _sheet(heading: str, back: str, alarm: Alarm | None) -> SignSheet:
    return SignSheet(
        heading=heading,
        words="Nobody is called meanwhile, also not by what is raised anew; it is recorded and "
        "shown as ever. Every page of this site says who silenced it, why and until when. What is "
        "still open then calls again, whoever had acknowledged it.",
        statement="I watch this unit while its alarms are silent.",
        reasons=("The unit is being filled", "The unit is being serviced"),
        action_label="Sign and silence",
        cancel_url=back,
        crumbs=list_crumbs(Crumb(label=heading)),
        covers=() if alarm is None else ((Alarm, alarm.pk),),
        grave=True,
    )
