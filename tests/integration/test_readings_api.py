"""Readings that sources send to the machine door."""

import gzip
import json
from typing import Any

import pytest

from audit.models import RefusedAttempt
from temperature.feed_states import begin_state
from temperature.models import Feed, FeedState, Flag, Intake, Probe, Quantity, Reading
from tests.factories.temperature import FeedFactory, ProbeFactory
from tests.integration.conftest import OtherSystem
from tests.world import NOON, World


@pytest.fixture
def feed(world: World, ebr: OtherSystem) -> Feed:
    """Return a source that sends with the token of the other system, with one probe."""
    source: Feed = FeedFactory.create(site=world.site, name="Gateway", account=ebr.account)
    ProbeFactory.create(feed=source, channel="TP")
    begin_state(source, at=NOON)
    return source


def reading(value: Any = -80.5, **said: Any) -> dict[str, Any]:
    """Return one reading as it is sent."""
    return {"channel": "TP", "at": "2026-11-20T12:00:00Z", "value": value} | said


def message(*readings: object, source: str = "Gateway") -> str:
    """Return a message as it is sent."""
    sent = {"source": source, "sent_at": "2026-11-20T12:00:05Z", "readings": readings}
    return json.dumps(sent)


@pytest.mark.urs("URS-28", "URS-75")
def test_stores_readings_once_with_both_clocks(feed: Feed, ebr: OtherSystem) -> None:
    text = message(reading(), reading(None, at="2026-11-20T12:01:00Z", status="open_circuit"))

    first, again = ebr.post("readings/", text), ebr.post("readings/", text)

    assert (first.status_code, again.status_code) == (201, 200)
    assert [answer.json()["stored"] for answer in (first, again)] == [2, 0]
    assert again.json()["repeated"] == 2
    row = Reading.objects.earliest("device_at")
    assert row.gateway_at is not None
    assert (row.gateway_at - row.device_at).total_seconds() == 5
    assert Flag.OPEN_CIRCUIT in Flag(Reading.objects.latest("device_at").flags)
    kept = Intake.objects.earliest("pk")
    assert kept.original is not None
    assert bytes(kept.original).decode() == text
    assert FeedState.objects.get(feed=feed).heard_at is not None


@pytest.mark.urs("URS-111")
def test_tells_each_row_that_cannot_be_taken(feed: Feed, ebr: OtherSystem) -> None:
    rows = [
        reading(), reading("cold"), reading(channel="TP-9"), reading(at="2026-11-20T12:00:00"),
        reading(-999, at="2026-11-20T12:02:00Z"), "nothing", reading(True), {"channel": "TP"},
    ]  # fmt: skip

    answer = ebr.post("readings/", message(*rows)).json()

    assert (answer["rows"], answer["stored"], answer["refused"]) == (8, 2, 6)
    assert [fault["where"] for fault in answer["faults"]][:2] == ["readings[1]", "readings[3]"]
    assert feed.intakes.count() == 1


def test_takes_what_is_packed(feed: Feed, ebr: OtherSystem) -> None:
    assert feed.pk

    def post(body: bytes) -> Any:
        headers = ebr.headers | {"Content-Encoding": "gzip"}
        return ebr.client.post(
            "/api/v1/readings/", body, content_type="application/json", headers=headers
        )

    assert post(gzip.compress(message(reading()).encode())).status_code == 201
    assert post(gzip.compress(b" " * 3_000_000)).status_code == 413
    assert post(b"no gzip").status_code == post(gzip.compress(b"[]")[:-9]).status_code == 400


@pytest.mark.urs("URS-28")
def test_refuses_whoever_is_not_the_sources_account(feed: Feed, ebr: OtherSystem) -> None:
    other: Probe = ProbeFactory.create(channel="TP")

    for source in (other.feed.name, "Nobody"):
        answer = ebr.post("readings/", message(reading(), source=source))

        assert answer.status_code == 404
        assert answer.json()["refusals"][0]["code"] == "UNKNOWN_FEED"
    assert RefusedAttempt.objects.filter(action="take_readings").count() == 2
    assert not Reading.objects.exists()
    assert feed.intakes.count() == 0


@pytest.mark.parametrize(
    ("text", "status"), [("{", 400), ("[]", 422), (message(), 422), (message(*[1] * 20_001), 422)]
)
def test_refuses_a_message_that_is_none(
    feed: Feed, ebr: OtherSystem, text: str, status: int
) -> None:
    assert ebr.post("readings/", text).status_code == status
    assert feed.intakes.count() == 0


@pytest.mark.urs("URS-28", "URS-111")
def test_takes_what_contacts_say_in_any_spelling(world: World, ebr: OtherSystem) -> None:
    source = FeedFactory.create(
        site=world.site,
        name="Gateway",
        account=ebr.account,
        settings={"contacts": [{"channel": "D-1"}, {"channel": "D-2", "open_is": "inverted"}]},
    )
    begin_state(source, at=NOON)
    for channel in ("D-1", "D-2"):
        ProbeFactory.create(feed=source, channel=channel, quantity=Quantity.DOOR)
    ProbeFactory.create(feed=source, channel="TP")
    said = [True, "closed", 1, 0.0, "ajar", 2, None, [], {"open": 1}, "TRUE"]
    rows = [
        reading(value, channel="D-1", at=f"2026-11-20T12:{minute:02}:00Z")
        for minute, value in enumerate(said)
    ]
    rows += [reading("open", channel="D-2"), reading(True, at="2026-11-20T12:09:00Z")]

    answer = ebr.post("readings/", message(*rows)).json()

    assert (answer["stored"], answer["refused"]) == (8, 4)
    stored = Reading.objects.filter(probe__channel="D-1").order_by("device_at")
    flagged = [(value, flags & ~Flag.LATE) for value, flags in stored.values_list("value", "flags")]
    assert flagged == [
        (1.0, 0), (0.0, 0), (1.0, 0), (0.0, 0),
        (2.0, Flag.IMPLAUSIBLE), (None, Flag.NO_VALUE), (1.0, 0),
    ]  # fmt: skip
    assert Reading.objects.get(probe__channel="D-2").value == 0.0
    words = " ".join(fault["words"] for fault in answer["faults"])
    assert words.count("is neither open nor closed") == 3
    assert "Write it as a number" in words
