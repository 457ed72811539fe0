"""Sources that answer over HTTP with JSON."""

import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from pydantic import ValidationError

from temperature.arrivals import Arrival
from temperature.feeds.adapter import Ask, FeedFailed
from temperature.feeds.http_json import read
from temperature.feeds.http_settings import HttpJsonSettings
from temperature.models import Flag
from tests.temperature.feeds.servers import answering, half_open, sends
from tests.world import NOON

SECRET = "not-to-be-seen"


def ask(url: str, *, secret: str = SECRET, since: datetime | None = None, **said: Any) -> Arrival:
    """Ask an address once, from `since` on for both channels."""
    settings = HttpJsonSettings.model_validate({"url": url} | said)
    channels = frozenset(["TP-1", "TP-2"])
    newest = {} if since is None else dict.fromkeys(channels, since)
    asked = Ask(secret=secret, channels=channels, newest=newest, at=NOON)
    return next(read(settings, asked))


def test_reads_a_plain_list_and_sends_the_secret_as_a_bearer() -> None:
    heard: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        heard.extend([handler.headers["Authorization"], handler.path])
        sends(
            '[{"channel": "TP-1", "at": "2026-11-20T12:00:00Z", "value": -80.5},'
            ' {"channel": "TP-2", "at": "2026-11-20T12:00:00Z", "value": null}]'
        )(handler)

    with answering(answer) as url:
        found = ask(url + "/r?c={channels}&from={since}&to={now}", since=NOON)

    assert heard == [f"Bearer {SECRET}", f"/r?c=TP-1,TP-2&from={NOON:%s}&to={NOON:%s}"]
    assert [(one.channel, one.value, one.flags) for one in found.samples] == [
        ("TP-1", -80.5, Flag.NONE),
        ("TP-2", None, Flag.NO_VALUE),
    ]
    assert SECRET not in repr(found)


def test_reads_the_samples_of_locations_in_fahrenheit_with_a_status() -> None:
    body = """{"data": [{"id": 7, "attributes": {"samples": [
        {"t": 1795176000, "v": -112, "s": "OK"}, {"t": 1795176060, "v": -112, "s": "door"}]}}]}"""

    with answering(sends(body)) as url:
        found = ask(
            url, list_path="data", points_path="attributes.samples", channel="id", time="t",
            value="v", status="s", time_format="epoch", unit="F",
        )  # fmt: skip

    assert [(one.channel, one.at, one.value, one.flags) for one in found.samples] == [
        ("7", datetime(2026, 11, 20, 12, 0, tzinfo=UTC), -80.0, Flag.NONE),
        ("7", datetime(2026, 11, 20, 12, 1, tzinfo=UTC), -80.0, Flag.FAULT),
    ]


@pytest.mark.urs("URS-111")
def test_tells_each_entry_that_is_no_reading_and_takes_the_others() -> None:
    body = """{"TP-1": {"at": "2026-11-20T12:00:00Z", "value": NaN},
        "TP-2": {"at": "2026-11-20T12:00:00Z", "value": "cold"},
        "TP-3": {"at": "2026-11-20 12:00", "value": 1}, "TP-4": 7,
        "TP-5": {"at": "2026-11-20T12:00:00Z", "value": 1e9},
        "TP-6": {"at": "2026-11-20T12:00:00Z", "value": true}}"""

    with answering(sends(body)) as url:
        found = ask(url, channel="@key")

    assert [one.channel for one in found.samples] == ["TP-1", "TP-5"]
    assert [fault.where for fault in found.faults] == ["TP-2", "TP-3", "TP-4", "TP-6"]


@pytest.mark.urs("URS-108")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (sends("<html>maintenance</html>"), "no JSON but “<html>"),
        (sends("[" * 100_000), "no JSON"),
        (sends('{"data": 1}'), "TP-1"),
        (sends("", 302, Location="http://169.254.169.254/"), "leads elsewhere"),
        (sends("", 401), "secret is not accepted"),
        (sends("", 500), "answered 500"),
        (sends(b" " * 5_100_000), "longer than 5 MB"),
    ],
)
def test_fails_in_words_that_hold_no_secret(answer: Any, words: str) -> None:
    with answering(answer) as url:
        if words == "TP-1":
            with pytest.raises(FeedFailed, match="no list at"):
                ask(url, list_path="data")
            return
        with pytest.raises(FeedFailed, match=words) as failed:
            ask(url)

    assert SECRET not in str(failed.value)
    assert failed.value.__cause__ is None or SECRET not in repr(failed.value.__cause__)


def test_is_asked_later_when_it_says_so() -> None:
    busy = sends("", 429, Retry_After="90")
    with answering(busy) as url, pytest.raises(FeedFailed) as failed:
        ask(url)

    assert failed.value.retry_after == timedelta(seconds=90)


def dribble(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, which no timeout of one read ever ends."""
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        return


@pytest.mark.urs("URS-108")
def test_a_silent_or_endless_answer_ends_by_the_deadline() -> None:
    for server in (half_open(), answering(dribble)):
        with server as url:
            began = time.monotonic()
            with pytest.raises(FeedFailed, match="did not answer in full within 1 s"):
                ask(url, deadline_seconds=1)
            assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "said",
    [
        {"url": "file:///etc/passwd"},
        {"url": "https://user:secret@host/"},
        {"url": "https://host:99999/"},
        {"url": "https://host/", "header": "X\r\nY"},
        {"url": "https://host/", "zone": "Mars"},
    ],
)
def test_refuses_settings_that_lead_nowhere(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        HttpJsonSettings.model_validate(said)


def test_sends_no_secret_that_would_break_the_request() -> None:
    with pytest.raises(FeedFailed, match="no secret that can be sent"):
        ask("http://127.0.0.1:1", secret="a\r\nX-Other: b")
