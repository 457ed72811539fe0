"""Alarms about what is no probe and no unit; who knows it, such as `custody`, says what it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from audit.writes import create_all, update_all
from inventory.models import Program
from temperature.alarms import resolve, tell_anew
from temperature.models import GRAVITY, Alarm, AlarmCause, Level

LONGEST_WORDS = 500


@dataclass(frozen=True, kw_only=True)
class Subject:
    """
    What an alarm is about.

    unit_id: where it belongs, whose site is told. words: to people who see the program, or to
    everybody where there is none.
    """

    unit_id: int
    words: str
    program_id: int | None = None


def settle_about(
    about: str, found: Subject | None, *, cause: AlarmCause, level: Level, at: datetime
) -> None:
    """
    Raise the alarm about something, resolve it where nothing is found any more, or tell it anew.

    It is told anew when it grew graver, with the words of then.
    about: what it is known by. The caller holds a lock of it, so that it is raised once.
    Source: REQUIREMENTS B5; URS-107, URS-113.
    """
    rows = Alarm.objects.open().filter(cause=cause, about=about)
    alarm = rows.select_for_update(of=("self",), no_key=True).first()
    if alarm is not None and found is None:
        resolve([alarm], at=at)
    if alarm is not None and found is not None and GRAVITY[level] > GRAVITY[Level(alarm.level)]:
        alarm.level, alarm.words = level, found.words[:LONGEST_WORDS]
        update_all([alarm], ["words"])
        tell_anew([alarm], at=at)
    if alarm is None and found is not None:
        new = Alarm(unit_id=found.unit_id, cause=cause, level=level, about=about)
        new.program_id, new.words = found.program_id, found.words[:LONGEST_WORDS]
        new.raised_at = new.told_from = at
        create_all([new])


NOT_SEEN = "What it is about belongs to a program that you do not see. Ask who does."


def words_for(alarm: Alarm, person: Person) -> str:
    """Return what an alarm is about, for who sees its program; empty where it says nothing."""
    return words_of_each([alarm], person)[alarm.pk]


def words_of_each(alarms: Sequence[Alarm], person: Person) -> dict[int, str]:
    """Return what each of these alarms is about, as `words_for`; one statement at the most."""
    programs = {alarm.program_id for alarm in alarms if alarm.program_id is not None}
    seen = programs and set(
        Program.objects.visible_to(person).filter(pk__in=programs).values_list("pk", flat=True)
    )
    return {
        alarm.pk: alarm.words if alarm.program_id in {None, *seen} else NOT_SEEN for alarm in alarms
    }
