"""Asking sources: each that is due once, whatever becomes of the others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from traceback import extract_tb

import structlog
from pydantic import ValidationError

from audit.errors import DomainError
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival
from temperature.feed_states import claim_due, tell_failed, tell_heard
from temperature.feeds.adapter import Ask, FeedFailed, Read
from temperature.feeds.registry import adapters, settings_of
from temperature.kept_secrets import decrypted
from temperature.models import Feed, FeedKind, FeedState
from temperature.queries.feeds import newest_of_all, settings_of_last
from temperature.storing import channels_of

log = structlog.get_logger(__name__)

AT_ONCE = 16
"""How many sources are waited for at once: waiting costs nothing, storing is done in turn."""
CANNOT = "It could not be read for a reason that nobody foresaw ({}). Tell who runs the portal."


@dataclass(frozen=True, kw_only=True)
class _Asking:
    """One source that is being asked."""

    state: FeedState
    arrivals: Iterator[Arrival]


def poll_due(*, at: datetime) -> int:
    """
    Ask every source that is due and store what they answer; return how many answered.

    A worker that dies in the middle loses nothing: its claims run out, the sources are asked
    again, and what was stored already changes nothing.
    Source: 21 CFR 11.10(h); REQUIREMENTS C4; URS-28, URS-108.
    """
    answered = 0
    with ThreadPoolExecutor(max_workers=AT_ONCE) as waiting:
        begun = [_begin(state, at=at) for state in claim_due(at=at)]
        first = {waiting.submit(_next, asking): asking for asking in begun if asking}
        for done in as_completed(first):
            asking = first[done]
            try:
                _store(asking, done.result(), at=at)
            except Exception as fault:  # noqa: BLE001 - one source never stops the others
                _fail(asking.state, fault, at=at)
            else:
                tell_heard(asking.state, at=at)
                answered += 1
    return answered


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
    ask = Ask(
        secret=decrypted(feed.secret),
        channels=frozenset(channels_of(feed)),
        since=newest_of_all(feed),
        at=at,
        before=settings_of_last(feed),
        is_trial=is_trial,
    )
    return read(settings, ask)


def _begin(state: FeedState, *, at: datetime) -> _Asking | None:
    try:
        return _Asking(state=state, arrivals=arrivals_of(state.feed, at=at))
    except FeedFailed as failed:
        tell_failed(state, failed, at=at)
        return None


def _next(asking: _Asking) -> Arrival | None:
    """Wait for what a source answers; no database here, this runs beside others."""
    return next(asking.arrivals, None)


def _store(asking: _Asking, arrival: Arrival | None, *, at: datetime) -> None:
    while arrival is not None:
        take_readings(feed_id=asking.state.feed_id, arrival=arrival, at=at)
        arrival = next(asking.arrivals, None)


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
