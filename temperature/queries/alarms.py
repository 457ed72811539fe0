"""Alarms as screens show them: what calls now, what is silenced, the log, and one of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from audit.pages import Page, newest_first
from temperature.models import (
    APART,
    GRAVITY,
    LOUD,
    OF_SITES,
    Alarm,
    AlarmCause,
    AlarmPause,
    Level,
)

MOST_WAITING = 200
OF_LINES = ("unit__site", "probe", "acknowledged_by", "excursion", "gap", "calibration")


@dataclass(frozen=True, kw_only=True)
class AlarmFilter:
    """
    What the log is asked for; what is absent restricts nothing.

    state: `open`, `over`, `unacknowledged` or empty. since, until: of when it was raised.
    """

    unit_id: int | None = None
    level: str = ""
    cause: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """
    What stands at an instant, for the banner of every page.

    calling: loud, unacknowledged, their cause goes on, and nobody silences them; the gravest first.
    over: loud and unacknowledged, but their cause is over. pauses: those that run.
    """

    calling: Sequence[Alarm] = ()
    over: Sequence[Alarm] = ()
    pauses: Sequence[AlarmPause] = ()


@dataclass(frozen=True, kw_only=True)
class OfUnit:
    """What stands at one unit: alarms that are open, the gravest first, and pauses that run."""

    alarms: list[Alarm] = field(default_factory=list)
    pauses: list[AlarmPause] = field(default_factory=list)

    @property
    def alike(self) -> list[list[Alarm]]:
        """The alarms, with those about vials that would read the same put together."""
        found: dict[tuple[object, ...], list[Alarm]] = {}
        for alarm in self.alarms:
            same = alarm.cause, alarm.level, alarm.acknowledged_at is None
            found.setdefault(same if alarm.about else (alarm.pk,), []).append(alarm)
        return list(found.values())


STATES: Mapping[str, Q] = {
    "open": Q(resolved_at__isnull=True),
    "over": Q(resolved_at__isnull=False),
    "unacknowledged": Q(acknowledged_at__isnull=True),
}


def standing_now(*, at: datetime) -> Standing:
    """Return what stands at every unit; two statements, each over a small partial index."""
    waiting = (
        Alarm.objects.unacknowledged().loud().select_related("unit__site", "probe", "excursion")
    )
    rows = list(_gravest_first(waiting)[:MOST_WAITING])
    pauses = list(
        AlarmPause.objects.running(at).select_related("unit", "paused_by").order_by("until", "pk")
    )
    return Standing(
        calling=[row for row in rows if row.resolved_at is None and not silencing(row, pauses)],
        over=[row for row in rows if row.resolved_at is not None],
        pauses=pauses,
    )


def silencing(alarm: Alarm, pauses: Collection[AlarmPause]) -> AlarmPause | None:
    """Return the pause among these that silences an alarm; None where none does."""
    silences = {alarm.pk} if alarm.cause in APART else {alarm.pk, None}
    for pause in pauses:
        if pause.unit_id == alarm.unit_id and pause.alarm_id in silences:
            return pause
    return None


def alarms_at(unit_ids: Collection[int], *, at: datetime) -> dict[int, OfUnit]:
    """
    Return what stands at each of these units; two statements for any number.

    What concerns a whole site is said of the site, not of the unit that it is kept with.
    """
    found = {key: OfUnit() for key in unit_ids}
    open_ones = Alarm.objects.open().filter(unit__in=unit_ids).select_related("probe", "excursion")
    for alarm in _gravest_first(open_ones.exclude(cause__in=OF_SITES)):
        found[alarm.unit_id].alarms.append(alarm)
    running = AlarmPause.objects.running(at).filter(unit__in=unit_ids)
    for pause in running.select_related("paused_by").order_by("until", "pk"):
        found[pause.unit_id].pauses.append(pause)
    return found


def alarms_waiting(
    site_ids: Collection[int], *, at: datetime
) -> list[tuple[Alarm, AlarmPause | None]]:
    """
    Return what is open, or loud and unacknowledged, at these sites, with what silences it.

    What calls comes first, the gravest before the others; then what somebody took on, what is
    silenced, and what is over, in the same order. Two statements.
    """
    waits = STATES["open"] | STATES["unacknowledged"] & Q(level__in=LOUD)
    rows = Alarm.objects.filter(waits, unit__site__in=site_ids)
    found = list(_gravest_first(rows.select_related(*OF_LINES))[:MOST_WAITING])
    running = AlarmPause.objects.running(at).filter(unit__in={row.unit_id for row in found})
    pauses = list(running.select_related("paused_by").order_by("until", "pk"))
    lines = [(row, silencing(row, pauses)) for row in found]
    return sorted(lines, key=lambda line: not _calls(*line))


def _calls(alarm: Alarm, pause: AlarmPause | None) -> bool:
    is_taken_on = alarm.acknowledged_at is not None or alarm.resolved_at is not None
    return alarm.level in LOUD and not is_taken_on and pause is None


def told_with(alarm: Alarm) -> list[Alarm]:
    """
    Return the alarms that one silence raised beside this one: of the unit, or of its probes.

    Source: URS-107, URS-108.
    """
    other = {AlarmCause.GAP: AlarmCause.BLIND, AlarmCause.BLIND: AlarmCause.GAP}.get(
        AlarmCause(alarm.cause)
    )
    if other is None:
        return []
    rows = Alarm.objects.filter(unit=alarm.unit_id, cause=other).select_related("probe")
    rows = rows.filter(Q(resolved_at__isnull=True) | Q(resolved_at__gte=alarm.raised_at))
    if alarm.resolved_at is not None:
        rows = rows.filter(raised_at__lte=alarm.resolved_at)
    return list(_gravest_first(rows)[:MOST_WAITING])


def alarm_log(
    asked: AlarmFilter,
    *,
    site_ids: Collection[int],
    before: int | None = None,
    after: int | None = None,
) -> Page[Alarm]:
    """Return one page of the log at these sites, the newest first. Source: URS-107."""
    rows = Alarm.objects.filter(unit__site__in=site_ids).select_related(*OF_LINES)
    exact = {"unit": asked.unit_id, "level": asked.level, "cause": asked.cause}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if asked.state in STATES:
        rows = rows.filter(STATES[asked.state])
    if asked.since is not None:
        rows = rows.filter(raised_at__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(raised_at__lt=asked.until)
    return newest_first(rows, before=before, after=after)


def find_alarm(alarm_id: int) -> Alarm | None:
    """Return one alarm; None when there is none."""
    rows = Alarm.objects.select_related(*OF_LINES, "excursion__limits", "gap__probe")
    return rows.filter(pk=alarm_id).first()


def find_pause(pause_id: int) -> AlarmPause | None:
    """Return one pause; None when there is none."""
    return AlarmPause.objects.select_related("unit", "alarm").filter(pk=pause_id).first()


def pauses_of(alarm: Alarm, *, at: datetime) -> list[AlarmPause]:
    """Return the pauses that silenced an alarm while its cause went on, the oldest first."""
    own = Q(alarm=alarm)
    if alarm.cause not in APART:
        own |= Q(alarm__isnull=True)
    still = Q(ended_at__isnull=True) | Q(ended_at__gte=alarm.raised_at)
    rows = AlarmPause.objects.filter(own, still, unit=alarm.unit_id)
    rows = rows.filter(began_at__lte=alarm.resolved_at or at)
    return list(rows.select_related("paused_by", "ended_by").order_by("began_at", "pk"))


def versions_of(alarm: Alarm) -> list[Alarm]:
    """Return an alarm as it was after each Change, the oldest first; one statement."""
    rows = alarm.history.select_related("acknowledged_by", "change").order_by("history_id")
    versions: list[Alarm] = list(rows)
    return versions


def _gravest_first(rows: QuerySet[Alarm]) -> QuerySet[Alarm]:
    ranks = [When(level=level, then=Value(GRAVITY[level])) for level in Level]
    rank = Case(*ranks, default=Value(0), output_field=IntegerField())
    return rows.order_by(rank.desc(), "-told_from", "-pk")
