"""What an alarm says to people: no patient, no vial, only the unit and what is wrong with it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from audit.local_times import in_words
from temperature.alarms_about import words_for, words_of_each
from temperature.channels.adapter import Message
from temperature.models import OF_SITES, Alarm, AlarmCause, Notification, ProbeDrill
from temperature.probe_drills import drill_of
from temperature.rules.alarms import late_by
from temperature.rules.contacts import how_long


def message_of(row: Notification, *, at: datetime, with_: Sequence[Notification] = ()) -> Message:
    """
    Write the message of a notification, which has its alarm, unit, site and probe with it.

    with_: others to the same person that go with it, the gravest first. Its id is the same whenever
    the same is sent, so that who gets it twice knows it again.
    """
    alarm = row.telling.alarm
    zone = ZoneInfo(alarm.unit.site.time_zone)
    level = alarm.get_level_display().upper()
    what = alarm.what.lower()
    name = f"alarm-{alarm.pk}-{row.pk}{_and_up_to(with_)}"
    drill = None if alarm.excursion is None else drill_of(alarm.excursion)
    late = late_by(alarm)
    lines = [
        *([] if drill is None else [_of_drill(drill, zone)]),
        f"{level}: {what}, {_at(alarm)}{_probe(alarm)}.",
        words_for(alarm, row.person) or _since(alarm, at, zone),
        *([f"It was found late: it had begun {late} before."] if late else []),
        *([f"It was over at {in_words(alarm.resolved_at, zone)}."] if alarm.resolved_at else []),
        "",
        *_others(with_),
        f"{_why(row)} Open Temperature, Alarms, {_numbers(alarm, with_)} there: "
        "then nobody else is called.",
        f"Message {name}.",
    ]
    return Message(
        id=name,
        to=row.to,
        who=row.person.full_name,
        subject=f"{_in_front(alarm, drill)}{level}: {alarm.place}, {what}{_more(with_)}",
        text="\n".join(lines),
        at=at,
        facts=_facts(row, drill),
    )


def _and_up_to(others: Sequence[Notification]) -> str:
    """Tell one gathered message from another that names more."""
    return f"-{max(row.pk for row in others)}-{len(others)}" if others else ""


def _more(others: Sequence[Notification]) -> str:
    if not others:
        return ""
    return f", and {len(others)} more alarm{'s' if len(others) > 1 else ''}"


def _numbers(alarm: Alarm, others: Sequence[Notification]) -> str:
    if others:
        return "and acknowledge each of them"
    return f"number {alarm.pk}, and acknowledge it"


def _others(others: Sequence[Notification]) -> Iterator[str]:
    """Yield one line for each alarm that the message names too."""
    if not others:
        return
    yield f"{len(others)} more alarm{'s' if len(others) > 1 else ''}:"
    said = words_of_each([row.telling.alarm for row in others], others[0].person)
    for row in others:
        alarm = row.telling.alarm
        drill = None if alarm.excursion is None else drill_of(alarm.excursion)
        words = f" {said[alarm.pk]}" if said[alarm.pk] else ""
        over = f" It was over at {_utc(alarm.resolved_at)}." if alarm.resolved_at else ""
        yield (
            f"- number {alarm.pk}: {_in_front(alarm, drill)}{alarm.get_level_display().upper()}: "
            f"{alarm.what.lower()}, {_at(alarm)}{_probe(alarm)}."
            f"{words}{over}"
        )
    yield ""


def _in_front(alarm: Alarm, drill: ProbeDrill | None) -> str:
    if drill is not None:
        return f"DRILL of probe {drill.probe.code}: "
    return "DRILL, " if alarm.cause == AlarmCause.DRILL else ""


def _of_drill(drill: ProbeDrill, zone: tzinfo) -> str:
    """Say that somebody has the probe warmed; nobody may take that for a false alarm."""
    return (
        f"DRILL of probe {drill.probe.code}, started by {drill.started_by.full_name} at "
        f"{in_words(drill.started_at, zone)}. The reading is real: acknowledge it, and look "
        "whether the unit becomes cold again."
    )


def _facts(row: Notification, drill: ProbeDrill | None) -> dict[str, object]:
    """Return what machines are told; a drill of a probe is a real alarm, which none may drop."""
    alarm = row.telling.alarm
    return {
        "alarm": alarm.pk,
        "level": alarm.level,
        "cause": alarm.cause,
        "unit": "" if alarm.cause in OF_SITES else alarm.unit.name,
        "site": alarm.unit.site.code,
        "probe": "" if alarm.probe is None else alarm.probe.code,
        "step": row.telling.step,
        "raised_at": _utc(alarm.raised_at),
        "is_drill": alarm.cause == AlarmCause.DRILL,
        "drill_of_probe": "" if drill is None else drill.probe.code,
    }


def _at(alarm: Alarm) -> str:
    """Name the unit and its site, or the site where it is about more than a unit."""
    site = alarm.unit.site.name
    return site if alarm.place == site else f"{alarm.unit.name} at {site}"


def _probe(alarm: Alarm) -> str:
    return "" if alarm.probe is None else f", probe {alarm.probe.code}"


def _since(alarm: Alarm, at: datetime, zone: tzinfo) -> str:
    began, raised = alarm.excursion or alarm.gap, in_words(alarm.raised_at, zone)
    if alarm.cause == AlarmCause.DRILL:
        return f"This is a drill, begun at {raised}. Nothing is wrong with the unit."
    if began is None:
        return f"Raised at {raised}."
    if alarm.probe is not None and alarm.probe.is_contact and alarm.excursion:
        lasted = (alarm.resolved_at or at) - began.began_at
        return f"{alarm.what} for {how_long(lasted)}, since {in_words(began.began_at, zone)}."
    return f"It began at {in_words(began.began_at, zone)} and was raised at {raised}."


def _why(row: Notification) -> str:
    if row.telling.order is None and row.telling.step == 0:
        return "Nobody is on call, so everybody is told."
    if row.telling.order is None:
        return "Nobody acknowledged it in time, so everybody is told."
    return f"You are on call, number {row.telling.order}."


def _utc(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
