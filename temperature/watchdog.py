"""
Watching over those who ask, judge and tell: without web server, queue or worker, by the database.

Where workers stand still it does their work, by the same functions; where the database does not
answer, it says so to whom it last saw on call.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Thread
from uuid import uuid4

import structlog
from django.db import InterfaceError, OperationalError, connection
from psycopg_pool import PoolTimeout

from audit.seals.standing import writes_are_open
from audit.system_event_kinds import SystemEventKind
from audit.system_events import record_waiting
from audit.telling import tell
from temperature.channels.adapter import Message, NotTold
from temperature.channels.registry import send
from temperature.consequences import Watch, watches
from temperature.escalation import alarms_to_tell
from temperature.models import WorkKind
from temperature.polling import poll_due
from temperature.recipients import Reached, first_to_tell
from temperature.telling import tell_what_is_due
from temperature.trying import try_channels
from temperature.watching import (
    end_due_pauses,
    judge_readings,
    watch_for_silence,
    watch_units,
)
from temperature.watching_drills import watch_probe_drills
from temperature.watching_failures import watch_failures
from temperature.watching_room import room_missing, watch_room
from temperature.watching_sources import watch_drills, watch_sources
from temperature.work_marks import idle_since, mark_done, work_marks

STILL_AFTER = timedelta(minutes=1)
CALLED_AGAIN_AFTER = timedelta(minutes=30)
WATCHED = (WorkKind.POLLING, WorkKind.JUDGING, WorkKind.TELLING)
ASKING_SECONDS = 3.0
"""As long as what the sources answer is waited for before what came is judged."""

JUDGES: tuple[Watch, ...] = (
    watch_room,
    judge_readings,
    watch_for_silence,
    watch_units,
    watch_sources,
    watch_drills,
    end_due_pauses,
    watch_failures,
)
TELLS: tuple[Watch, ...] = (tell_what_is_due, try_channels, watch_probe_drills)

log = structlog.get_logger(__name__)


@dataclass
class Watchdog:
    """
    What one watchdog knows from look to look.

    began_at: from when on workers that never worked, and that no start of the portal awaits, count
    as standing still. on_call: who is told
    first, as last seen, for the time in which the database does not answer. asking: who asks the
    sources beside it, so that slow ones hold up no alarm.
    """

    began_at: datetime
    has_taken_over: bool = False
    database_lost_at: datetime | None = None
    called_at: datetime | None = None
    on_call: Sequence[Reached] = field(default_factory=list)
    asking: Thread | None = None

    def look(self, *, at: datetime) -> bool:
        """
        Look once, and do what is left undone; return whether the workers stand still.

        Source: URS-46, URS-110; REQUIREMENTS E 7, E 9.
        """
        try:
            is_still = self._watch(at)
        except (OperationalError, InterfaceError, PoolTimeout) as fault:
            self._without_database(fault, at)
            return True
        self.database_lost_at = self.called_at = None
        return is_still

    def _watch(self, at: datetime) -> bool:
        left = self.left_undone(at=at)
        self.on_call = first_to_tell(at)
        if left and not self.has_taken_over:
            self._take_over(left, at)
        elif not left and self.has_taken_over:
            self.has_taken_over = False
            _say(SystemEventKind.HAND_BACK_ALARMS, "The workers work again", {})
        if left and writes_are_open():
            self._ask(at)
            _work(at)
        mark_done(WorkKind.WATCHING, at=at)
        record_waiting()
        return bool(left)

    def _ask(self, at: datetime) -> None:
        """Have the sources asked that are due, unless that still goes on."""
        if self.asking is None or not self.asking.is_alive():
            self.asking = Thread(target=_ask_aside, args=(at,), daemon=True)
            self.asking.start()
        self.asking.join(ASKING_SECONDS)

    def left_undone(self, *, at: datetime) -> list[str]:
        """Say what workers should have done and did not; empty when nothing is left."""
        marks = work_marks()
        left = [
            f"{kind.label} stands still since {since:%H:%M:%S} UTC"
            for kind in WATCHED
            if at - (since := idle_since(marks, kind) or self.began_at) > STILL_AFTER
        ]
        is_awake = at - self.began_at > STILL_AFTER  # whoever starts all of it starts this too
        if is_awake and (waiting := alarms_to_tell(at=at - STILL_AFTER)):
            left.append(f"{len(waiting)} alarms were due to be told and were not")
        if is_awake and (months := room_missing(at)):
            names = ", ".join(f"{month:%Y-%m}" for month in months)
            left.append(f"there is no room for readings of {names}")
        return left

    def _take_over(self, left: Sequence[str], at: datetime) -> None:
        self.has_taken_over = True
        words = f"{'; '.join(left)}. The watchdog asks, judges and tells meanwhile"
        told = _call(self.on_call, "Freezer inventory: the workers stand still", words, at)
        _say(SystemEventKind.TAKE_OVER_ALARMS, words, {"left": list(left), "told": told})

    def _without_database(self, fault: Exception, at: datetime) -> None:
        """Say that nobody can know how cold anything is; again and again while it lasts."""
        log.error("watchdog_without_database", fault=type(fault).__name__)
        since = self.database_lost_at = self.database_lost_at or at
        last = self.called_at
        if at - since < STILL_AFTER or (last is not None and at - last < CALLED_AGAIN_AFTER):
            return
        self.called_at = at
        words = (
            f"The database does not answer since {since:%Y-%m-%d %H:%M:%S} UTC: no reading is "
            "stored and no alarm is raised. Look at the units themselves"
        )
        told = _call(self.on_call, "Freezer inventory: nobody watches temperatures", words, at)
        _say(SystemEventKind.MISS_DATABASE, words, {"told": told})


def _ask_aside(at: datetime) -> None:
    try:
        poll_due(at=at)
    except Exception:
        log.exception("watchdog_could_not_ask")
    finally:
        connection.close()


def _work(at: datetime) -> None:
    """Do what the workers do; whatever one part runs into, the next is done all the same."""
    for step in (*JUDGES, *watches(), *TELLS):
        try:
            step(at=at)
        except (OperationalError, InterfaceError, PoolTimeout):
            raise
        except Exception:
            log.exception("watchdog_could_not_do_it", step=step.__name__)


def _call(people: Sequence[Reached], subject: str, words: str, at: datetime) -> dict[str, str]:
    """Tell whoever is first on call, and return what came of it by their user ids."""
    told: dict[str, str] = {}
    name = uuid4()
    for way in people:
        message = Message(
            id=f"watchdog-{name}-{way.person.pk}",
            to=way.to,
            who=way.person.full_name,
            subject=subject,
            text=f"{words}.",
            at=at,
            facts={"watchdog": True},
        )
        try:
            send(way.channel, message)
        except NotTold as failed:
            told[way.person.user_id] = f"{way.channel.name}: {failed.words}"
        else:
            told[way.person.user_id] = f"{way.channel.name}: taken"
    return told


def _say(kind: SystemEventKind, words: str, details: dict[str, object]) -> None:
    """Write it down for the trail, which needs no database, and say it where logs are read."""
    sys.stderr.write(f"{words}.\n")
    tell(kind, component="watchdog", words=words[:500], details=details)
