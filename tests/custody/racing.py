"""Letting two people do something in the same instant, with real threads and real commits."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from threading import Barrier, BrokenBarrierError
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.db.models.query import QuerySet

from audit.errors import DomainError

PATIENCE = 1.5


@dataclass(frozen=True)
class Outcome:
    """How one of the two fared: what it returned, or what it ran into."""

    returned: object = None
    error: Exception | None = None

    @property
    def codes(self) -> list[str]:
        """The codes of its refusal."""
        return self.error.codes if isinstance(self.error, DomainError) else []


def race(
    first: Callable[[], object], second: Callable[[], object], *, meet_in: str
) -> list[Outcome]:
    """
    Run both at once, holding each at `meet_in` until the other is there too or cannot come.

    meet_in: the dotted path of a function that both call between their checks and their writes.
    """
    barrier = Barrier(2)
    module, _, name = meet_in.rpartition(".")
    real = getattr(import_module(module), name)

    def met(*args: Any, **kwargs: Any) -> object:
        with suppress(BrokenBarrierError):  # broken: the other waits for our lock, as it should
            barrier.wait(PATIENCE)
        return real(*args, **kwargs)

    with patch(meet_in, met), ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(_run, step) for step in (first, second)]
        return [future.result(timeout=30) for future in futures]


def _run(step: Callable[[], object]) -> Outcome:
    try:
        return Outcome(returned=step())
    except Exception as error:  # noqa: BLE001 - the test looks at whatever it was
        return Outcome(error=error)
    finally:
        connection.close()


@contextmanager
def without_locks() -> Iterator[None]:
    """Read rows without locking them, to show what the locks are for."""

    def unlocked(rows: QuerySet[Any], *_: object, **__: object) -> QuerySet[Any]:
        return rows.all()

    with patch.object(QuerySet, "select_for_update", unlocked):
        yield


def drop(table: str, *constraints: str) -> None:
    """Drop unique constraints or indexes, to show what they are for; the next test has them."""
    with connection.cursor() as cursor:
        for name in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
