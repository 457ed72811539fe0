"""What a source left out is asked for again, in windows, and never guessed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from temperature.feed_states import begin_state
from temperature.feeds import catching_up, http_json
from temperature.feeds.catching_up import MOST_TRIES
from temperature.feeds.http_settings import HttpJsonSettings
from temperature.models import Feed, FeedKind, FeedState, Intake, Probe, Reading
from temperature.polling import poll_due
from tests.factories.temperature import FeedFactory, ProbeFactory, arrived
from tests.temperature.feeds.servers import answering, sends
from tests.world import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-108")]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Point = tuple[str, datetime, float | None]


@dataclass
class Appliance:
    """
    An appliance that keeps one reading a minute of its channels, and answers for a stretch of time.

    silent: channels that say nothing. answers: what of the readings asked for it gives.
    """

    channels: list[str]
    silent: set[str] = field(default_factory=set)
    answers: Callable[[list[Point]], list[Point]] = lambda points: points
    asked: list[tuple[datetime, datetime, set[str]]] = field(default_factory=list)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "POST":
            length = int(handler.headers["Content-Length"])
            said = json.loads(handler.rfile.read(length))
            since, until, channels = said["from"], said["to"], {str(one) for one in said["ids"]}
        else:
            query = parse_qs(urlsplit(handler.path).query)
            since, until = int(query["from"][0]), int(query["to"][0])
            channels = set(query["c"][0].split(","))
        begin, end = (datetime.fromtimestamp(one, tz=UTC) for one in (since, until))
        self.asked.append((begin, end, channels))
        points = self.answers(list(self.points(begin, end, channels)))
        body = [
            {"channel": name, "at": at.isoformat(), "value": value} for name, at, value in points
        ]
        sends(json.dumps(body))(handler)

    def points(self, begin: datetime, end: datetime, channels: set[str]) -> Iterator[Point]:
        first = datetime.fromtimestamp(-(-begin.timestamp() // 60) * 60, tz=UTC)
        while first <= end:
            for name in sorted(channels & set(self.channels) - self.silent):
                yield name, first, -80.0
            first += MINUTE

    @contextmanager
    def serving(self, **said: Any) -> Iterator[Feed]:
        """Serve as a registered source with a probe for each channel."""
        with answering(self) as url:
            given = {"url": url + "/?c={channels}&from={since}&to={now}"} | said
            if "post" in given:
                given["url"] = url
            feed: Feed = FeedFactory.create(
                kind=FeedKind.HTTP_JSON, settings={"authorisation": "none"} | given
            )
            for name in self.channels:
                ProbeFactory.create(feed=feed, channel=name, code=f"P-{name}")
            begin_state(feed, at=NOON)
            yield feed


def known_to(at: datetime, *channels: str) -> None:
    """Let channels have been heard at an instant."""
    for name in channels:
        arrived(Probe.objects.get(channel=name), [-80.0], start=at, at=at)


def ask_again(feed: Feed, at: datetime) -> None:
    FeedState.objects.filter(feed=feed).update(next_at=at)
    poll_due(at=at)


def readings_of(name: str) -> int:
    return Reading.objects.filter(probe__channel=name).count()


def state_of(feed: Feed) -> FeedState:
    return FeedState.objects.get(feed=feed)


def test_after_an_outage_the_newest_comes_first_and_then_all_the_rest() -> None:
    appliance = Appliance(["1", "2"])
    with appliance.serving() as feed:
        known_to(NOON - DAY, "1", "2")
        poll_due(at=NOON)

    assert appliance.asked[0][:2] == (NOON - HOUR, NOON)
    assert appliance.asked[1][0] == NOON - DAY
    assert [readings_of(name) for name in ("1", "2")] == [24 * 60 + 1] * 2
    assert state_of(feed).failures == 0


def test_a_silent_channel_holds_no_other_back() -> None:
    appliance = Appliance(["1", "2"], silent={"2"})
    with appliance.serving() as feed:
        known_to(NOON - 6 * DAY, "2")
        known_to(NOON - MINUTE, "1")
        for minute in range(3):
            ask_again(feed, NOON + minute * MINUTE)

    assert [begin for begin, _, _ in appliance.asked] == [
        NOON - MINUTE, NOON, NOON + MINUTE,
    ]  # fmt: skip


def test_what_a_silent_channel_lacks_is_asked_for_when_it_speaks_again() -> None:
    appliance = Appliance(["1", "2"], silent={"2"})
    with appliance.serving() as feed:
        known_to(NOON - 2 * DAY, "2")
        known_to(NOON - MINUTE, "1")
        poll_due(at=NOON)
        appliance.silent.clear()
        ask_again(feed, NOON + MINUTE)

    assert readings_of("2") == 2 * 24 * 60 + 2
    assert [channels for _, _, channels in appliance.asked][2:] == [{"2"}]


def test_a_channel_that_was_never_heard_cuts_no_catching_up() -> None:
    appliance = Appliance(["1", "2"], silent={"2"})
    with appliance.serving():
        known_to(NOON - 3 * DAY, "1")
        poll_due(at=NOON)

    assert readings_of("1") == 3 * 24 * 60 + 1


def test_a_week_of_many_channels_comes_in_windows_however_much_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_json, "MOST_READINGS", 400)
    monkeypatch.setattr(catching_up, "MOST_EXPECTED", 300)
    appliance = Appliance([str(number) for number in range(4)])
    with appliance.serving() as feed:
        known_to(NOON - 12 * HOUR, *appliance.channels)
        for minute in range(3):
            ask_again(feed, NOON + minute * MINUTE)

    assert {readings_of(name) for name in appliance.channels} == {12 * 60 + 3}
    assert max(Intake.objects.values_list("rows", flat=True)) <= 400
    assert state_of(feed).failures == 0


def test_a_source_that_says_more_than_expected_is_asked_for_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_json, "MOST_READINGS", 40)
    appliance = Appliance(["1"])
    with appliance.serving() as feed:
        known_to(NOON - 2 * HOUR, "1")
        for minute in range(3):
            ask_again(feed, NOON + minute * MINUTE)

    assert readings_of("1") == 2 * 60 + 3
    assert state_of(feed).failures == 0


def test_an_answer_with_the_newest_part_only_is_asked_for_the_rest() -> None:
    appliance = Appliance(["1"], answers=lambda points: points[-5:])
    with appliance.serving() as feed:
        known_to(NOON - 30 * MINUTE, "1")
        poll_due(at=NOON)
        assert readings_of("1") == 10, "it was asked for the older part at once"
        appliance.answers = lambda points: points
        ask_again(feed, NOON + 2 * MINUTE)

    assert readings_of("1") == 33


@pytest.mark.urs("URS-111")
def test_what_never_comes_is_asked_for_a_few_times_and_stays_a_gap() -> None:
    hole = (NOON - 20 * MINUTE, NOON - 10 * MINUTE)
    appliance = Appliance(
        ["1"], answers=lambda points: [one for one in points if not hole[0] < one[1] < hole[1]]
    )
    with appliance.serving() as feed:
        known_to(NOON - 30 * MINUTE, "1")
        for hours in range(24):
            ask_again(feed, NOON + hours * 20 * MINUTE)

    tries = [one for one in appliance.asked if one[:2] == hole]
    assert len(tries) == MOST_TRIES
    told = [
        fault[1] for faults in Intake.objects.values_list("faults", flat=True) for fault in faults
    ]
    assert told == ["Nothing came for channel “1”, asked 6 times: it stays a gap."]
    assert not Reading.objects.filter(device_at__gt=hole[0], device_at__lt=hole[1]).exists()


def test_readings_of_another_time_than_asked_for_fill_nothing_and_are_told() -> None:
    def of_another_time(points: list[Point]) -> list[Point]:
        return points[-2:] if points[-1][1] == NOON else [("1", NOON - 3 * DAY, -80.0)]

    appliance = Appliance(["1"], answers=of_another_time)
    with appliance.serving() as feed:
        known_to(NOON - 30 * MINUTE, "1")
        poll_due(at=NOON)

    last = Intake.objects.latest("pk")
    assert last.faults == [
        ["2026-11-20 11:30:00 to 2026-11-20 11:59:00 UTC",
         "1 readings are of another time than it was asked for."],
    ]  # fmt: skip
    assert "left out" in last.settings, "it is asked for again"
    assert state_of(feed).failures == 0


def test_a_history_that_fails_stops_no_newest_reading() -> None:
    def fails(points: list[Point]) -> list[Point]:
        if points[0][1] < NOON - HOUR:
            raise ConnectionError
        return points

    appliance = Appliance(["1"], answers=fails)
    with appliance.serving() as feed:
        known_to(NOON - 5 * HOUR, "1")
        poll_due(at=NOON)
        ask_again(feed, NOON + MINUTE)

    assert readings_of("1") == 1 + 62
    assert state_of(feed).failures == 0


def test_asks_by_post_where_the_source_wants_that() -> None:
    appliance = Appliance(["1", "2"])
    post = '{"ids": [{channels}], "from": {since}, "to": {now}}'
    with appliance.serving(post=post):
        known_to(NOON - 2 * MINUTE, "1", "2")
        poll_due(at=NOON)

    assert appliance.asked == [(NOON - 2 * MINUTE, NOON, {"1", "2"})]
    assert readings_of("2") == 3


def test_refuses_to_post_what_is_no_json() -> None:
    with pytest.raises(ValidationError, match="no JSON"):
        HttpJsonSettings.model_validate({"url": "http://host/", "post": '{"ids": [{channels}'})
