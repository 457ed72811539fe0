"""What stands between an alarm and the people who must hear of it, and who was told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from inventory.models import Site
from temperature.models import Alarm, LeftUndone, Notification, Telling, WorkKind
from temperature.queries.channels import ChannelLine, channel_lines
from temperature.queries.drills import drilled_now, overdue_drills
from temperature.queries.duty import Rota, rotas
from temperature.queries.feeding import not_asked
from temperature.rules.telling import BOUNDS
from temperature.telling_rules import rules_in_force
from temperature.work_marks import Marks, idle_since, work_marks

STILL_AFTER = timedelta(minutes=2)
FAULTS_SHOWN = 5
DONE_BY = {
    WorkKind.POLLING: "No worker asks the sources. The watchdog does it meanwhile, if it runs.",
    WorkKind.JUDGING: "No worker judges readings. The watchdog does it meanwhile, if it runs.",
    WorkKind.TELLING: "No worker tells of alarms. The watchdog does it meanwhile, if it runs.",
    WorkKind.WATCHING: "The watchdog does not run: if the workers stop too, nobody is told.",
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that keeps people from being told, in words; grave: somebody may not be told."""

    title: str
    words: str
    is_grave: bool = True


def faults_of_telling(sites: QuerySet[Site], *, at: datetime) -> list[Fault]:
    """
    Say what of the chain does not work, the gravest first; empty when all of it does.

    Source: URS-110; REQUIREMENTS E 9.
    """
    marks = work_marks()
    found = [*_of_channels(channel_lines()), *_of_work(marks, at)]
    found += [*_of_rotas(rotas(sites, at=at), at), *_of_feeding(marks, at)]
    found += _of_drills(overdue_drills(sites, at=at), at)
    return sorted(found, key=lambda fault: not fault.is_grave)


def _of_channels(lines: Sequence[ChannelLine]) -> Iterator[Fault]:
    if not lines:
        words = "Have an administrator add one."
        yield Fault(title="Nobody is told of alarms: there is no channel.", words=words)
    elif all(line.outage for line in lines):
        words = "Call people by other means until one works again."
        yield Fault(title="No channel of alarms works.", words=words)
    for line in lines:
        if line.outage is not None:
            yield Fault(title=f"{line.channel.name} does not work.", words=line.outage.words)


def _of_work(marks: Marks, at: datetime) -> Iterator[Fault]:
    for kind, words in DONE_BY.items():
        since = idle_since(marks, kind)
        if since is None or at - since > STILL_AFTER:
            yield Fault(title=f"{kind.label} stands still.", words=words)


def _of_feeding(marks: Marks, at: datetime) -> Iterator[Fault]:
    if names := not_asked(at, started_at=marks.get(WorkKind.STARTING)):
        title = f"{len(names)} sources of readings were due and nobody asked them."
        words = f"{', '.join(names[:5])}{' and others' if len(names) > 5 else ''}. Their units are "
        yield Fault(title=title, words=f"{words}not measured: tell who runs the portal.")
    rows = LeftUndone.objects.filter(since__lte=at - STILL_AFTER).order_by("since", "pk")
    for left in rows[:FAULTS_SHOWN]:
        words = f"{left.fault}, {left.tries} times in a row. Tell who runs the portal."
        yield Fault(title=f"{left}.", words=words)


def _of_rotas(found: Sequence[Rota], at: datetime) -> Iterator[Fault]:
    for rota in found:
        if rota.uncovered and rota.uncovered[0].begins_at <= at:
            words = "Everybody of supervision and quality is told at once. Put somebody on call."
            title = f"Nobody is on call at {rota.site.name} now."
            yield Fault(title=title, words=words, is_grave=False)


def _of_drills(sites: Sequence[Site], at: datetime) -> Iterator[Fault]:
    going_on = drilled_now(sites, at=at) if sites else set()
    for site in sites:
        words = "Start one: only then is it known that alarms reach somebody."
        title = f"A drill is overdue at {site.name}."
        if site.pk in going_on:
            words = "Acknowledge its alarm: then it counts. None was passed in time before it."
            title = f"A drill goes on at {site.name}."
        yield Fault(title=title, words=words, is_grave=False)


@dataclass(frozen=True, kw_only=True)
class TellingState:
    """
    How telling goes, for the machines that watch; seconds since the work was last done.

    channels: in use; failing: of those, how many missed their heartbeat.
    """

    channels: int
    failing: int
    judged_seconds: int | None
    told_seconds: int | None
    watched_seconds: int | None


def telling_state(now: datetime) -> TellingState:
    """Say how telling goes; three queries. Source: URS-110."""
    lines = channel_lines()
    marks = work_marks()
    ages = {kind: int((now - done_at).total_seconds()) for kind, done_at in marks.items()}
    return TellingState(
        channels=len(lines),
        failing=sum(line.outage is not None for line in lines),
        judged_seconds=ages.get(WorkKind.JUDGING),
        told_seconds=ages.get(WorkKind.TELLING),
        watched_seconds=ages.get(WorkKind.WATCHING),
    )


def rules_said() -> list[tuple[str, int]]:
    """List the rules of telling in force."""
    rules = rules_in_force()
    return [(label, getattr(rules, name)) for name, (label, _, _) in BOUNDS.items()]


def tellings_of(alarm: Alarm) -> list[Telling]:
    """Return the steps of an alarm's escalations with their messages, the first first."""
    messages = Notification.objects.select_related("person", "channel").order_by("pk")
    rows = Telling.objects.filter(alarm=alarm).order_by("at", "pk")
    return list(rows.prefetch_related(Prefetch("notifications", queryset=messages)))
