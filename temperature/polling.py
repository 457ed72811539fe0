"""Asking sources: each that is due once, whatever becomes of the others."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from traceback import extract_tb

import structlog
from pydantic import ValidationError

from audit.errors import DomainError
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival
from temperature.feed_states import claim_due, hold, renew, tell_failed, tell_heard
from temperature.feeds.adapter import Ask, FeedFailed, Read
from temperature.feeds.registry import adapters, settings_of
from temperature.kept_secrets import decrypted
from temperature.models import Feed, FeedKind, FeedState, WorkKind
from temperature.queries.feeds import heard_of, settings_of_last
from temperature.work_marks import mark_done

log = structlog.get_logger(__name__)

AT_ONCE = 16
"""How many sources are waited for at once: waiting costs nothing, storing is done in turn."""
LOOKED_EVERY = 5
"""Seconds, while all that were asked are slow: others became due meanwhile."""
LONGEST_ASKING = timedelta(minutes=5)
"""Afterwards whoever waits for a source holds it no longer: it may hang."""
MARKED_EVERY = timedelta(seconds=5)
LONGEST_ROUND = timedelta(minutes=1)
"""Afterwards none is begun: the next round does it."""
CANNOT = "It could not be read for a reason that nobody foresaw ({}). Tell who runs the portal."


@dataclass(frozen=True, kw_only=True)
class _Asking:
    """One source that is being asked. at: since when."""

    state: FeedState
    arrivals: Iterator[Arrival]
    at: datetime


def poll_due(*, at: datetime) -> int:
    """
    Ask every source that is due and store what they answer; return how many answered.

    No more are claimed than are asked at once, so that nobody else asks them meanwhile. A worker
    that dies in the middle loses nothing: its claims run out, the sources are asked again, and
    what was stored already changes nothing.
    Source: 21 CFR 11.10(h); REQUIREMENTS C4; URS-28, URS-108.
    """
    return _Round(at).run()


class _Round:
    """One round of asking, which goes on with what becomes due while others are waited for."""

    def __init__(self, at: datetime) -> None:
        self.at, self.began = at, monotonic()
        self.answered = 0
        self.marked_at: datetime | None = None
        self.waiting: dict[Future[Arrival | None], _Asking] = {}

    def now(self) -> datetime:
        return self.at + timedelta(seconds=monotonic() - self.began)

    def run(self) -> int:
        """Ask until nothing is due and nobody is waited for; return how many answered."""
        with ThreadPoolExecutor(max_workers=AT_ONCE) as threads:
            self._claim(threads, self.at)
            while self.waiting:
                done, _ = wait(self.waiting, timeout=LOOKED_EVERY, return_when=FIRST_COMPLETED)
                for future in done:
                    self._take(future, threads)
                    self._hold()
                self._hold()
                self._claim(threads, self.now())
        return self.answered

    def _claim(self, threads: ThreadPoolExecutor, now: datetime) -> None:
        """Begin with as many more as can be asked at once, and say that somebody is at it."""
        if self.marked_at is None or now - self.marked_at >= MARKED_EVERY:
            mark_done(WorkKind.POLLING, at=now)
            self.marked_at = now
        if now - self.at > LONGEST_ROUND:
            return
        for state in claim_due(at=now, most=AT_ONCE - len(self.waiting)):
            if asking := _begin(state, at=now):
                self.waiting[threads.submit(_next, asking)] = asking

    def _hold(self) -> None:
        """Hold what is waited for, however long storing the others takes."""
        now = self.now()
        for asking in self.waiting.values():
            if now - asking.at < LONGEST_ASKING:
                hold(asking.state, at=now)

    def _take(self, future: "Future[Arrival | None]", threads: ThreadPoolExecutor) -> None:
        """Store what came, and wait for what the same source brings next."""
        asking = self.waiting.pop(future)
        try:
            arrival = future.result()
            if arrival is None:
                tell_heard(asking.state, at=asking.at)
                self.answered += 1
            elif renew(asking.state, at=self.now()):
                take_readings(feed_id=asking.state.feed_id, arrival=arrival, at=asking.at)
                self.waiting[threads.submit(_next, asking)] = asking
        except Exception as fault:  # noqa: BLE001 - one source never stops the others
            _fail(asking.state, fault, at=asking.at)


def arrivals_of(feed: Feed, *, at: datetime, is_trial: bool = False) -> Iterator[Arrival]:
    """
    Ask one source; what is read is not stored here. is_trial: nor will it be.

    Raises FeedFailed: its settings or its secret cannot be used; reading on raises it too.
    """
    adapter = adapters().get(FeedKind(feed.kind))
    if adapter is None or adapter.read is None:
        raise FeedFailed("It is not asked: it sends by itself, or its files are brought by hand.")
    return _asked(feed, adapter.read, at=at, is_trial=is_trial)


def _asked(feed: Feed, read: Read, *, at: datetime, is_trial: bool) -> Iterator[Arrival]:
    try:
        settings = settings_of(FeedKind(feed.kind), feed.settings)
    except ValidationError as fault:
        raise FeedFailed("Its settings are not what it needs now. Change them.") from fault
    heard = heard_of(feed)
    ask = Ask(
        secret=decrypted(feed.secret),
        channels=frozenset(heard),
        newest={name: row.newest for name, row in heard.items() if row.newest is not None},
        every={name: row.every for name, row in heard.items()},
        at=at,
        before=settings_of_last(feed),
        is_trial=is_trial,
    )
    return read(settings, ask)


def _begin(state: FeedState, *, at: datetime) -> _Asking | None:
    try:
        return _Asking(state=state, arrivals=arrivals_of(state.feed, at=at), at=at)
    except FeedFailed as failed:
        tell_failed(state, failed, at=at)
        return None


def _next(asking: _Asking) -> Arrival | None:
    """Wait for what a source answers; no database here, this runs beside others."""
    return next(asking.arrivals, None)


def _fail(state: FeedState, fault: Exception, *, at: datetime) -> None:
    if isinstance(fault, FeedFailed):
        log.warning("feed_failed", feed=state.feed_id, words=fault.words)
        tell_failed(state, fault, at=at)
        return
    words = str(fault) if isinstance(fault, DomainError) else CANNOT.format(type(fault).__name__)
    where = extract_tb(fault.__traceback__)[-1]  # not its words: they might hold what was sent
    place = f"{where.filename}:{where.lineno}"
    log.error("feed_failed", feed=state.feed_id, error=type(fault).__name__, where=place)
    tell_failed(state, FeedFailed(words), at=at)
