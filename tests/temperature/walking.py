"""Walking a bad day: a gateway that sends, the clock of the portal, its workers, and its pages."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from accounts.models import Person
from temperature.feed_states import begin_state
from temperature.models import Feed, Probe
from temperature.tasks import end_pauses_now, judge_now, tell_of_alarms, watch_now
from tests.factories.temperature import (
    CalibrationFactory,
    FeedFactory,
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
)
from tests.integration.conftest import OtherSystem, other_system
from tests.web.views.test_configure import desk_of
from tests.world import NOON, World

MINUTE = timedelta(minutes=1)
CELSIUS = "\u202f°C"
STRUCK = re.compile(r"<s>.*?</s>", re.DOTALL)


@contextmanager
def clock_at(at: datetime) -> Iterator[None]:
    """Let the portal's clock stand at an instant."""
    with patch("django.utils.timezone.now", lambda: at):
        yield


def workers_turn(at: datetime) -> None:
    """Let the scheduler have every worker look once."""
    with clock_at(at):
        for task in (judge_now, watch_now, end_pauses_now, tell_of_alarms):
            task()


def seen(person: Person, path: str, *, at: datetime) -> str:
    """Return a page as somebody sees it at an instant."""
    with clock_at(at):
        answer = desk_of(person).get(path)
    assert answer.status_code == 200, path
    return answer.text


def as_current(page: str) -> str:
    """Return a page without what is struck out on it."""
    return STRUCK.sub("", page)


@dataclass(frozen=True)
class Gateway:
    """A gateway of the site that sends what it buffered to the portal."""

    system: OtherSystem
    feed: Feed

    def probe(self, world: World, *, every: timedelta = MINUTE, since: datetime = NOON) -> Probe:
        """Return a calibrated probe of the tank, under limits, which the gateway reads."""
        LimitVersionFactory.create(profile__unit=world.tank)
        probe: Probe = ProbeFactory.create(feed=self.feed, expected_every=every)
        FittingFactory.create(probe=probe, unit=world.tank, began_at=since)
        CalibrationFactory.create(probe=probe)
        return probe

    def sends(
        self, rows: Sequence[tuple[Probe, datetime, float]], *, at: datetime
    ) -> dict[str, Any]:
        """Send readings as the device timed them, and return what the portal answers."""
        said = [
            {"channel": probe.channel, "at": when.isoformat(), "value": value}
            for probe, when, value in rows
        ]
        message = {"source": self.feed.name, "sent_at": at.isoformat(), "readings": said}
        with clock_at(at):
            answer = self.system.post("readings/", json.dumps(message))
        assert answer.status_code in {200, 201}, answer.text
        told: dict[str, Any] = answer.json()
        return told


def gateway_of(world: World, **said: object) -> Gateway:
    """Register a gateway at the world's site, with a token of its own."""
    system = other_system(world, "gateway", [world.program])
    feed = FeedFactory.create(site=world.site, account=system.account, **said)
    begin_state(feed, at=NOON)
    return Gateway(system, feed)
