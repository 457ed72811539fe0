"""Doing one work for many things, so that the failure of one never stops the others."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from django.db import Error, connection

from audit.telling import tell_failed_job
from temperature.models import LeftUndone, Work

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=3), timedelta(minutes=1)
Did = TypeVar("Did")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Known:
    """How people know a thing, and the unit that it belongs to; None where it is in none."""

    what: str
    unit_id: int | None = None


def each_alone(
    work: Work,
    keys: Collection[int],
    do: Callable[[int], Did],
    *,
    known: Callable[[int], Known],
    at: datetime,
    is_all: bool = True,
) -> dict[int, Did]:
    """
    Do a work for each of `keys` and return what was done; what fails is tried again, and last.

    known: asked where it fails. is_all: whether `keys` is all there is to do, so that what failed
    and is not among them is no matter any more.
    Raises the fault where the database does not answer: then it is nothing of one thing.
    Source: URS-46, URS-108.
    """
    left = {row.key: row for row in LeftUndone.objects.filter(work=work)}
    done: dict[int, Did] = {}
    for key in sorted(keys, key=lambda key: (key in left, key)):
        before = left.get(key)
        if before is not None and before.next_at > at:
            continue
        try:
            done[key] = do(key)
        except Exception as fault:
            if isinstance(fault, Error) and not _answers():
                raise
            log.exception("work_failed_for_one", work=work.value, key=key)
            _leave(before, LeftUndone(work=work, key=key, since=at), fault, known(key), at)
    over = set(done) & set(left)
    if is_all:
        over |= {row.key for row in left.values() if row.next_at <= at} - set(keys)
    if over:
        LeftUndone.objects.filter(work=work, key__in=over).delete()
    return done


def postponed(work: Work, *, at: datetime) -> list[int]:
    """Return the keys of what failed and is tried again later."""
    rows = LeftUndone.objects.filter(work=work, next_at__gt=at)
    return list(rows.values_list("key", flat=True))


def _leave(
    before: LeftUndone | None, new: LeftUndone, fault: Exception, known: Known, at: datetime
) -> None:
    """Write down that it failed; the first failure in a row is a system event."""
    if before is None:
        words = f"{Work(new.work).label} {known.what}"
        tell_failed_job(words, f"{new.work} {new.key}", fault)
    tries = 1 if before is None else before.tries + 1
    said = {
        "what": known.what[:100],
        "unit_id": known.unit_id,
        "next_at": at + min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT),
        "tries": tries,
        "fault": type(fault).__name__,
    }
    LeftUndone.objects.update_or_create(
        work=new.work, key=new.key, defaults=said, create_defaults=said | {"since": new.since}
    )


def _answers() -> bool:
    """Say whether the database still answers, over a new connection where the old one is gone."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
