"""Letting two people do something in the same instant, with real threads and real commits."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from threading import Event, Thread, local
from time import monotonic, sleep
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction
from django.db.models import Model
from django.db.models.query import QuerySet

from audit.errors import DomainError

PATIENCE = 20.0
A_MOMENT = 0.01

Step = Callable[[], object]


@dataclass(frozen=True)
class Outcome:
    """How one of the two fared: what it returned, or what it ran into."""

    returned: object = None
    error: Exception | None = None

    @property
    def codes(self) -> list[str]:
        """The codes of its refusal."""
        return self.error.codes if isinstance(self.error, DomainError) else []


def winners(outcomes: list[Outcome]) -> list[Outcome]:
    """Return those that got through."""
    return [outcome for outcome in outcomes if outcome.error is None]


class Meeting:
    """Where two people wait for each other, each at most once."""

    def __init__(self) -> None:
        self.came = {"first": Event(), "second": Event()}
        self.may_go = {"first": Event(), "second": Event()}
        self._me = local()

    def stops(self, who: str) -> bool:
        """Say whether one of the two has come and not been let go."""
        return self.came[who].is_set() and not self.may_go[who].is_set()

    def run(self, who: str, step: Step) -> Outcome:
        """Do a step as one of the two, in a thread of its own."""
        self._me.name = who
        try:
            return Outcome(returned=step())
        except Exception as error:  # noqa: BLE001 - the test looks at whatever it was
            return Outcome(error=error)
        finally:
            connection.close()

    def stop_at(self, real: Callable[..., object], *args: Any, **kwargs: Any) -> object:
        """Wait until the other lets go, then go on with what was called."""
        who = getattr(self._me, "name", "")
        if who and not self.came[who].is_set():
            self.came[who].set()
            if not self.may_go[who].wait(PATIENCE):
                raise AssertionError("the other neither came nor waited nor ended")
        return real(*args, **kwargs)


def race(first: Step, second: Step, *, meet_in: str | tuple[str, str]) -> list[Outcome]:
    """
    Run both at once; each stops at `meet_in`, then the second goes on to its end before the first.

    Whoever waits for a lock of the other cannot come: then the other goes on.
    meet_in: the dotted path of a function that both call between their checks and their writes,
    or one path for each. An AssertionError says when nobody came there: the race shows nothing.
    """
    paths = (meet_in,) if isinstance(meet_in, str) else meet_in
    meeting = Meeting()
    with ExitStack() as stack:
        for path in paths:
            module, _, name = path.rpartition(".")
            real = getattr(import_module(module), name)
            stack.enter_context(patch(path, partial(meeting.stop_at, real)))
        pool = stack.enter_context(ThreadPoolExecutor(2))
        running = {
            "first": pool.submit(meeting.run, "first", first),
            "second": pool.submit(meeting.run, "second", second),
        }
        _see_through(meeting, running)
        assert any(came.is_set() for came in meeting.came.values()), "nobody came to the meeting"
        return [running["first"].result(), running["second"].result()]


def _see_through(meeting: Meeting, running: dict[str, Future[Outcome]]) -> None:
    """Let the second go once the first stops, waits or has ended; then the first likewise."""
    first, second = running["first"], running["second"]
    until = monotonic() + PATIENCE
    try:
        while not (first.done() and second.done()) and monotonic() < until:
            waits = _somebody_waits()
            if meeting.stops("second"):
                if meeting.stops("first") or first.done() or waits:
                    meeting.may_go["second"].set()
            elif meeting.stops("first") and (second.done() or waits):
                meeting.may_go["first"].set()
            sleep(A_MOMENT)
    finally:
        for event in meeting.may_go.values():
            event.set()


def _somebody_waits() -> bool:
    """Say whether one of the two waits for a lock of the other, as this third one sees it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        found: tuple[bool] = cursor.fetchone()
    return found[0]


WAITS_FOR_NOBODY = "SELECT 1 WHERE cardinality(%(positions)s::bigint[]) < 0"
"""In place of the statement by which lifts of one rack wait for each other."""


@contextmanager
def without_locks() -> Iterator[None]:
    """Read rows without locking them, to show what the locks are for."""

    def unlocked(rows: QuerySet[Any], *_: object, **__: object) -> QuerySet[Any]:
        return rows.all()

    with (
        patch.object(QuerySet, "select_for_update", unlocked),
        patch("custody.lifts.ONE_AFTER_THE_OTHER", WAITS_FOR_NOBODY),
    ):
        yield


def drop(table: str, *constraints: str) -> None:
    """Drop unique constraints or indexes, to show what they are for; the next test has them."""
    with connection.cursor() as cursor:
        for name in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            cursor.execute(f"DROP INDEX IF EXISTS {name}")


@contextmanager
def worked_on(row: Model) -> Iterator[None]:
    """Let somebody else work on a row meanwhile, as actions do: it is locked, its key is not."""
    is_held, is_over = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(type(row)._base_manager.filter(pk=row.pk).select_for_update(no_key=True))
            is_held.set()
            is_over.wait(PATIENCE)
        connection.close()

    thread = Thread(target=hold)
    thread.start()
    assert is_held.wait(PATIENCE)
    try:
        yield
    finally:
        is_over.set()
        thread.join()
