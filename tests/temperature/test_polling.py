"""Asking sources on schedule."""

import time
from collections import Counter
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from temperature import feed_states, polling
from temperature.feed_states import begin_state, claim_due, renew
from temperature.models import (
    Feed,
    FeedKind,
    FeedState,
    Intake,
    Probe,
    Reading,
    WorkKind,
    WorkMark,
)
from temperature.polling import poll_due
from tests.factories.temperature import FeedFactory, ProbeFactory
from tests.temperature.feeds.servers import answering, sends
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)

BODY = '[{"channel": "TP", "at": "2026-11-20T12:00:00Z", "value": -80.5}]'
MINUTE = timedelta(minutes=1)


def asked(url: str, **said: Any) -> Feed:
    """Return a source that is asked at an address, with one probe."""
    settings = {"url": url, "authorisation": "none"} | said
    feed: Feed = FeedFactory.create(kind=FeedKind.HTTP_JSON, settings=settings)
    ProbeFactory.create(feed=feed, channel="TP")
    begin_state(feed, at=NOON)
    return feed


@pytest.mark.urs("URS-28", "URS-111")
def test_asks_each_source_that_is_due_once_and_stores_what_it_says() -> None:
    with answering(sends(BODY)) as url:
        feed = asked(url)

        assert [poll_due(at=NOON + MINUTE * wait) for wait in (0, 0.5, 1)] == [1, 0, 1]

    assert Reading.objects.get().value == -80.5
    assert list(Intake.objects.order_by("pk").values_list("stored", "repeated")) == [(1, 0), (0, 1)]
    state = FeedState.objects.get(feed=feed)
    assert (state.heard_at, state.next_at) == (NOON + MINUTE, NOON + 2 * MINUTE)


@pytest.mark.urs("URS-108")
def test_one_that_fails_waits_longer_and_stops_no_other() -> None:
    with answering(sends(BODY)) as url, answering(sends("", 500)) as broken:
        feed, fine = asked(broken), asked(url)
        for wait in (0, 1, 2, 3):
            poll_due(at=NOON + MINUTE * wait)

    state = FeedState.objects.get(feed=feed)
    assert (state.failures, state.failing_since) == (3, NOON)
    assert state.next_at == NOON + 7 * MINUTE
    assert "answered 500" in state.last_error
    assert Intake.objects.filter(feed=fine).count() == 4


def test_two_workers_never_ask_one_source() -> None:
    feeds = [asked("http://127.0.0.1:1") for _ in range(20)]
    claims: list[list[int]] = []
    barrier = Barrier(2)

    def claim() -> None:
        barrier.wait()
        claims.append([row.feed_id for row in claim_due(at=NOON, most=100)])
        connection.close()

    threads = [Thread(target=claim) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claims[0] + claims[1]) == sorted(feed.pk for feed in feeds)


def test_none_is_asked_twice_however_long_the_others_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty sources answer after more than a second each; a claim lasts for three."""
    monkeypatch.setattr(feed_states, "CLAIMED_FOR", timedelta(seconds=3))
    heard: Counter[str] = Counter()

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        heard[handler.path] += 1
        time.sleep(1.2)
        sends(BODY)(handler)

    with answering(slowly, at_once=True) as url:
        feeds = [asked(f"{url}/{number}") for number in range(40)]
        threads = [
            Thread(target=polls, args=(timedelta(seconds=wait),)) for wait in (0, 1.5, 3.1, 3.4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert heard == Counter({f"/{number}": 1 for number in range(len(feeds))})
    assert Intake.objects.count() == len(feeds)


def polls(after: timedelta) -> None:
    """Ask as a worker does that begins later than the others."""
    time.sleep(after.total_seconds())
    poll_due(at=NOON + after)
    connection.close()


def test_an_answer_that_came_too_late_is_left_to_who_asks_now() -> None:
    feed = asked("http://127.0.0.1:1")
    [first] = claim_due(at=NOON, most=1)
    [second] = claim_due(at=NOON + 3 * MINUTE, most=1)

    assert not renew(first, at=NOON + 3 * MINUTE)
    assert renew(second, at=NOON + 4 * MINUTE)
    assert FeedState.objects.get(feed=feed).claimed_until == NOON + 6 * MINUTE


def test_what_becomes_due_while_a_slow_one_is_waited_for_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "LOOKED_EVERY", 0.2)

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(2)
        sends(BODY)(handler)

    with answering(slowly) as slow, answering(sends(BODY)) as url:
        asked(slow)
        quick = asked(url)
        FeedState.objects.filter(feed=quick).update(next_at=NOON + timedelta(seconds=0.5))

        assert poll_due(at=NOON) == 2

    assert Intake.objects.get(feed=quick).received_at < NOON + timedelta(seconds=1.5)
    assert WorkMark.objects.get().kind == WorkKind.POLLING


def test_a_worker_that_dies_in_the_middle_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def dies(*_: object, **__: object) -> None:
        raise Killed

    with answering(sends(BODY)) as url:
        feed = asked(url)
        with monkeypatch.context() as patched:
            patched.setattr(polling, "tell_heard", dies)
            with pytest.raises(Killed):
                poll_due(at=NOON)

        assert poll_due(at=NOON + MINUTE) == 0  # the dead worker's claim still holds
        assert poll_due(at=NOON + 3 * MINUTE) == 1

    assert Reading.objects.count() == 1
    assert FeedState.objects.get(feed=feed).claimed_until is None


def test_is_left_alone_as_long_as_it_asks_for() -> None:
    with answering(sends("", 429, Retry_After="400")) as url:
        feed = asked(url)
        poll_due(at=NOON)

    assert FeedState.objects.get(feed=feed).next_at == NOON + timedelta(seconds=400)


def test_settings_of_yesterday_are_told_and_nothing_is_asked() -> None:
    feed = asked("file:///etc/passwd")

    assert poll_due(at=NOON) == 0
    assert "Change them" in FeedState.objects.get(feed=feed).last_error


def test_a_retired_source_is_not_asked() -> None:
    probe: Probe = ProbeFactory.create(
        feed=FeedFactory.create(kind=FeedKind.HTTP_JSON, retired_at=NOON)
    )
    begin_state(probe.feed, at=NOON)

    assert claim_due(at=NOON, most=100) == []
