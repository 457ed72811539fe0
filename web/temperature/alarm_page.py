"""The page of one alarm: what it tells of, what became of it, and what to do."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from django.urls import reverse

from audit.local_times import in_words
from custody.queries.excursions import deviation_of
from custody.time_alarms import vial_of
from inventory.models import Category
from sop.models import Deviation
from temperature.alarms_about import words_for
from temperature.models import Alarm, AlarmCause, AlarmPause, Level, Quantity
from temperature.probe_drills import drill_of
from temperature.queries.alarms import pauses_of, silencing, told_with, versions_of
from temperature.queries.endings import ending_words
from temperature.queries.telling import tellings_of
from temperature.rules.alarms import late_by
from temperature.rules.contacts import how_long
from temperature.silencing import SILENCES, TAKES_ON
from web.forms.alarms import AcknowledgeForm
from web.http import Request
from web.navigation import REVIEWERS
from web.presenters import Crumb, Mark, TimelineEvent
from web.temperature.alarms import holds, list_crumbs
from web.temperature.board import MARKS
from web.temperature.unit import place_of

CLOCK = "the clock"
WATCH = "the temperature watch"


def alarm_context(
    request: Request, alarm: Alarm, form: AcknowledgeForm | None = None, *, at: datetime
) -> dict[str, object]:
    """Gather the page of one alarm. Source: URS-107, URS-109."""
    pauses = pauses_of(alarm, at=at)
    told = alarm.excursion or alarm.gap
    person = request.user
    reviews = bool(REVIEWERS & set(person.role_names()))
    return {
        "alarm": alarm,
        "words": words_for(alarm, person),
        "vial_url": _vial_url(alarm),
        "drill": None if alarm.excursion is None else drill_of(alarm.excursion),
        "late_by": late_by(alarm),
        "heading": f"{alarm.place}: {alarm.what.lower()}",
        "open_for": _open_for(alarm, at),
        "mark": MARKS[Level(alarm.level)],
        "unit": "" if alarm.probe is None else Quantity(alarm.probe.quantity).unit,
        "crumbs": list_crumbs(Crumb(label=f"Alarm {alarm.pk}")),
        "form": form or AcknowledgeForm(initial={"shown": alarm.level}),
        "timeline": timeline_of(alarm, pauses, at=at),
        "tellings": tellings_of(alarm),
        "told_with": told_with(alarm),
        "pause": silencing(alarm, [row for row in pauses if _runs(row, at)]),
        "curve_url": "" if told is None else place_of(told, at=at),
        "quality_url": _quality_url(alarm) if reviews else "",
        "deviation": _deviation(alarm, reviews=reviews),
        "may_acknowledge": _may_acknowledge(alarm) and holds(person, TAKES_ON),
        "may_empty": _may_empty(alarm),
        "may_end": holds(person, TAKES_ON),
        "may_pause": alarm.resolved_at is None and holds(person, SILENCES),
        "now": at,
    }


def _deviation(alarm: Alarm, *, reviews: bool) -> Deviation | None:
    """Return the deviation of what it tells of; that of a gap for who reviews it only."""
    told = alarm.excursion or (alarm.gap if reviews else None)
    return None if told is None or _is_of_contact(alarm) else deviation_of(told)


def _may_acknowledge(alarm: Alarm) -> bool:
    """Say whether a person may take it on: one of a clinic ends with the clinic's answer."""
    waits = alarm.cause == AlarmCause.CLINIC and alarm.resolved_at is None
    return alarm.acknowledged_at is None and not waits


def _may_empty(alarm: Alarm) -> bool:
    """Say whether the unit may have to be emptied: what travels is not."""
    is_of_unit = alarm.resolved_at is None and alarm.place == alarm.unit.name
    is_grave = is_of_unit and alarm.level == Level.CRITICAL
    return is_grave and alarm.unit.type.category != Category.SHIPPER


def _is_of_contact(alarm: Alarm) -> bool:
    """Say whether it tells of a door or of mains: that says nothing of product."""
    return alarm.probe is not None and alarm.probe.is_contact


def _open_for(alarm: Alarm, at: datetime) -> str:
    """Say for how long a door was open, or mains were away; empty of anything else."""
    if alarm.excursion is None or not _is_of_contact(alarm):
        return ""
    return how_long((alarm.excursion.ended_at or at) - alarm.excursion.began_at)


def _vial_url(alarm: Alarm) -> str:
    key = vial_of(alarm.about)
    return "" if key is None else reverse("vials:detail", args=[key])


def _runs(pause: AlarmPause, at: datetime) -> bool:
    return pause.ended_at is None and pause.until > at


def _quality_url(alarm: Alarm) -> str:
    if _is_of_contact(alarm):
        return ""
    if alarm.excursion_id is not None:
        return reverse("quality:excursion", args=[alarm.excursion_id])
    return "" if alarm.gap_id is None else reverse("quality:gap", args=[alarm.gap_id])


def timeline_of(alarm: Alarm, pauses: Sequence[AlarmPause], *, at: datetime) -> list[TimelineEvent]:
    """Tell an alarm from its start: raised, worse, acknowledged, silenced, over; oldest first."""
    versions = versions_of(alarm)
    events = [_raised(alarm, versions[0])]
    for before, after in pairwise(versions):
        events += _changed(before, after, alarm)
    events += [event for pause in pauses for event in _paused(pause, at)]
    return sorted(events, key=lambda event: event.at)


def _raised(alarm: Alarm, first: Alarm) -> TimelineEvent:
    level = Level(first.level)
    late = late_by(alarm)
    return TimelineEvent(
        words=f"Raised: {str(level.label).lower()}",
        who=WATCH,
        at=first.raised_at,
        detail=f"What it tells of had begun {late} before it was found." if late else "",
        mark=MARKS[level],
    )


def _changed(before: Alarm, after: Alarm, alarm: Alarm) -> Iterator[TimelineEvent]:
    """Say what one Change did to an alarm, and why its cause is over where nobody measured so."""
    if after.told_from != before.told_from:
        level = Level(after.level)
        worse = "Grew worse" if after.level != before.level else "Calls again"
        words = f"{worse}: {str(level.label).lower()}"
        yield TimelineEvent(words=words, who=WATCH, at=after.told_from, mark=MARKS[level])
    if after.acknowledged_at is not None and before.acknowledged_at is None:
        by = after.acknowledged_by
        yield TimelineEvent(
            words="Acknowledged",
            who="" if by is None else by.full_name,
            at=after.acknowledged_at,
            detail=after.comment,
        )
    if after.resolved_at is not None and before.resolved_at is None:
        told = alarm.excursion or alarm.gap
        yield TimelineEvent(
            words="Its cause is over",
            who=WATCH,
            at=after.resolved_at,
            detail="" if told is None else ending_words(told),
            mark=Mark.GREEN,
        )


def _paused(pause: AlarmPause, at: datetime) -> Iterator[TimelineEvent]:
    what = "This alarm" if pause.alarm_id else "The alarms of the unit"
    yield TimelineEvent(
        words=f"{what} silenced until {in_words(pause.until)}",
        who=pause.paused_by.full_name,
        at=pause.began_at,
        detail=pause.reason,
        signed=True,
    )
    ended = pause.ended_at or pause.until
    if ended <= at:
        by = pause.ended_by
        who = CLOCK if by is None else by.full_name
        yield TimelineEvent(words="The silence ended", who=who, at=ended)
