"""Raising alarms, telling them anew, and resolving them, in the Change that finds their cause."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from audit.writes import create_all, update_all
from temperature.consequences import News
from temperature.models import (
    Alarm,
    AlarmCause,
    Calibration,
    Excursion,
    Fitting,
    Gap,
    Level,
    Probe,
)
from temperature.rules.alarms import belongs_to, gravest, is_found_late, is_worse, level_of

Cause = Excursion | Gap
OF_TELLING = (
    "level",
    "excursion",
    "gap",
    "is_late",
    "told_from",
    "escalated_to",
    "acknowledged_at",
    "acknowledged_by",
    "comment",
)


def raise_alarms(probe: Probe, news: News, *, at: datetime) -> None:
    """
    Raise what began, tell anew what grew worse, resolve what is over or was withdrawn.

    probe: locked by the caller, so that one alarm is raised whoever judges. An alarm tells of the
    gravest: what came and went meanwhile is one alarm for each unit, raised and resolved at once.
    Source: draft Annex 11 section 8; 21 CFR 1271.260(e); URS-107, URS-108.
    """
    of = ((AlarmCause.EXCURSION, Excursion), (AlarmCause.GAP, Gap))
    touched = (*news.begun, *news.changed, *news.withdrawn)
    for cause, model in of:
        if any(isinstance(row, model) for row in touched):
            begun = [row for row in news.begun if isinstance(row, model)]
            going_on: list[Cause] = [*model.objects.open().filter(probe=probe)]
            _follow(probe, cause, begun, going_on, at)


def _follow(
    probe: Probe, cause: AlarmCause, begun: Sequence[Cause], going_on: Sequence[Cause], at: datetime
) -> None:
    """Compare the open alarm of one cause with what began and what goes on."""
    alarm = open_alarm(probe, cause)
    own = [row for row in begun if alarm is not None and belongs_to(alarm, row)]
    rest = [row for row in begun if row not in own and row.ended_at is not None]
    if alarm is not None:
        if own and is_worse(alarm, gravest(own)):
            _tell_worse(alarm, gravest(own), at)
        if not any(row.unit_id == alarm.unit_id for row in going_on):
            resolve([alarm], at=at)
            alarm = None
    rest += [row for row in going_on if alarm is None]
    create_all(list(_new(probe, cause, rest, at)))


def _new(probe: Probe, cause: AlarmCause, rows: Iterable[Cause], at: datetime) -> Iterable[Alarm]:
    """Make an alarm of what goes on, and one for each unit of what is over already."""

    def key(row: Cause) -> tuple[bool, int]:
        return row.ended_at is None, row.unit_id

    for (is_open, unit_id), group in groupby(sorted(rows, key=key), key=key):
        row = gravest(group)
        yield Alarm(
            unit_id=unit_id,
            probe=probe,
            cause=cause,
            level=level_of(row),
            excursion=row if isinstance(row, Excursion) else None,
            gap=row if isinstance(row, Gap) else None,
            raised_at=at,
            told_from=at,
            is_late=is_found_late(row, at=at),
            resolved_at=None if is_open else at,
        )


def open_alarm(probe: Probe, cause: AlarmCause) -> Alarm | None:
    """Return the open alarm of a probe, locked."""
    rows = Alarm.objects.open().filter(probe=probe, cause=cause)
    return rows.select_for_update(of=("self",), no_key=True).first()


def _tell_worse(alarm: Alarm, row: Cause, at: datetime) -> None:
    alarm.level = level_of(row)
    if isinstance(row, Excursion):
        alarm.excursion = row
    else:
        alarm.gap = row
    alarm.is_late = alarm.is_late or is_found_late(row, at=at)
    tell_anew([alarm], at=at)


def tell_anew(alarms: Sequence[Alarm], *, at: datetime) -> None:
    """
    Let alarms, locked by the caller, call again: nobody has taken them on, escalation begins anew.

    Source: URS-107, URS-109.
    """
    for alarm in alarms:
        alarm.told_from, alarm.escalated_to = at, 0
        alarm.acknowledged_at, alarm.acknowledged_by, alarm.comment = None, None, ""
    update_all(alarms, OF_TELLING)


def resolve(alarms: Sequence[Alarm], *, at: datetime) -> None:
    """Say that the cause of alarms, locked by the caller, is over; that acknowledges nothing."""
    for alarm in alarms:
        alarm.resolved_at = at
    update_all(alarms, ["resolved_at"])


def settle_calibration(probe: Probe, *, at: datetime) -> None:
    """
    Raise the alarm of a probe in service that no calibration counts for, or resolve it.

    None counts where the newest is past due, or where there never was one; a contact has none.

    probe: locked by the caller. Source: 21 CFR 211.68(a); URS-30.
    """
    alarm = open_alarm(probe, AlarmCause.CALIBRATION)
    fitting = Fitting.objects.filter(probe=probe, ended_at__isnull=True).first()
    newest = Calibration.objects.filter(probe=probe).order_by("-calibrated_at", "-pk").first()
    is_due = fitting is not None and (newest is None or newest.due_at <= at)
    is_due = is_due and not probe.is_contact
    is_told = alarm is not None and fitting is not None and alarm.unit_id == fitting.unit_id
    if alarm is not None and not (is_due and is_told):
        resolve([alarm], at=at)
    if is_due and not is_told and fitting is not None:
        due = Alarm(unit_id=fitting.unit_id, probe=probe, cause=AlarmCause.CALIBRATION)
        due.level, due.calibration = Level.WARNING, newest
        due.raised_at = due.told_from = at
        create_all([due])
