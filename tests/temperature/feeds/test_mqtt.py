"""Sources that publish over MQTT."""

import json
import time
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from temperature.arrivals import Arrival
from temperature.feeds.adapter import Ask, FeedFailed
from temperature.feeds.mqtt import MqttSettings, read
from temperature.models import Flag
from tests.temperature.feeds.broker import Broker, running
from tests.world import NOON

TOPIC = "site/BSL/unit/LN2-01/probe/TP/t"


@pytest.fixture
def broker() -> Iterator[tuple[Broker, int]]:
    """Run a broker."""
    with running() as found:
        yield found


def asking(
    port: int, *, before: Arrival | None = None, is_trial: bool = False
) -> Generator[Arrival, None, None]:
    """Fetch once."""
    settings = MqttSettings.model_validate(
        {"host": "127.0.0.1", "port": port, "tls": False, "client_id": "portal", "user": "p",
         "quiet_seconds": 0.2, "deadline_seconds": 2}
    )  # fmt: skip
    kept = dict(before.settings) if before else {}
    ask = Ask(secret="s", channels=frozenset(), at=NOON, before=kept, is_trial=is_trial)
    yield from read(settings, ask)


def said(value: Any = -80.5, **more: Any) -> str:
    """Return a payload."""
    return json.dumps({"v": value, "uom": "Cel", "t_device": "2026-11-20T12:00:00Z"} | more)


def heard_all(broker: Broker) -> bool:
    """Say whether everything was acknowledged; the last answer may still be on its way."""
    deadline = time.monotonic() + 5
    while broker.waiting and time.monotonic() < deadline:
        time.sleep(0.01)
    return not broker.waiting


@pytest.mark.urs("URS-28", "URS-111")
def test_acknowledges_a_message_once_it_is_stored_and_not_before(
    broker: tuple[Broker, int],
) -> None:
    broker[0].publish(TOPIC, said(seq=1))
    broker[0].publish(TOPIC, said(193.15, uom="K", t_device=1795176060, seq=2, status="door"))

    died = asking(broker[1])
    assert len(next(died).samples) == 2
    died.close()  # a worker that dies here
    assert len(broker[0].waiting) == 2
    assert len(next(asking(broker[1], is_trial=True)).samples) == 2

    again = asking(broker[1])
    found = next(again)
    assert list(again) == []

    assert [(one.channel, one.value, one.flags) for one in found.samples] == [
        ("TP", -80.5, Flag.NONE),
        ("TP", -80.0, Flag.FAULT),
    ]
    assert heard_all(broker[0])
    assert list(asking(broker[1])) == []


@pytest.mark.urs("URS-108")
def test_tells_gaps_in_the_numbers_last_wills_and_what_is_no_reading(
    broker: tuple[Broker, int],
) -> None:
    broker[0].publish(TOPIC, said(seq=4))
    [first] = asking(broker[1])
    for payload in (
        said(seq=7), said("cold"), said(uom="bar"), "nothing", "[]",
        said(None, t_device=None, status="offline"), said(None),
    ):  # fmt: skip
        broker[0].publish(TOPIC, payload)

    [found] = asking(broker[1], before=first)

    assert [one.value for one in found.samples] == [-80.5, None]
    words = [fault.words for fault in found.faults]
    assert words[0] == "2 messages before number 7 never came."
    assert "last will" in words[-1]
    assert len(words) == 6


@pytest.mark.urs("URS-108")
def test_fails_in_words_when_the_broker_does_not_let_us_in(broker: tuple[Broker, int]) -> None:
    broker[0].refuses = True

    with pytest.raises(FeedFailed, match="does not let us in"):
        next(asking(broker[1]))
    with pytest.raises(FeedFailed, match="cannot be reached"):
        next(asking(1))
