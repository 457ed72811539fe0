"""What every test may ask for: the time, the world and its cast."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounts import access_rules
from accounts.provider import Memory as ProviderMemory
from audit.clocks.judging import ClockLevel
from audit.clocks.state import ClockState
from audit.clocks.state import Memory as ClockMemory
from audit.configuration import Memory
from audit.seals import standing
from sop.runs import document_of
from tests.browsing import Browser
from tests.provider.process import CLIENT_ID, CLIENT_SECRET, Provider, running
from tests.world import NOON, World
from web.alarm_warning import Memory as AlarmMemory
from web.emergency_work_warning import Memory as WorkMemory
from web.trail_break import Memory as TrailMemory


@pytest.fixture
def noon() -> datetime:
    """Return the one time at which tests happen."""
    return NOON


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """What a process keeps in mind between requests, as a test finds it."""

    clocks: ClockMemory
    trail: TrailMemory
    emergency_work: WorkMemory
    alarms: AlarmMemory
    limits: access_rules.Memory


class KnownAnchor(standing.Memory):
    """A memory that asks nobody: the database is as far as its anchor, as it is nearly always."""

    def holds(self, session: object | None) -> bool:
        """Hold on."""
        del session
        return True


@pytest.fixture(autouse=True)
def remembered(
    settings: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Remembered:
    """
    Let each test begin with nothing of another's, and find all well, as it is nearly always.

    It has an anchor and a spool of its own, a schema level that was read before, right clocks, a
    whole trail, no emergency work, no alarm that calls, no restore and no second factor.
    """
    own = tmp_path_factory.getbasetemp() / uuid4().hex
    settings.SEAL_ANCHOR = str(own / "seals" / "anchor.txt")
    settings.SYSTEM_EVENT_SPOOL = str(own / "system-events")
    document_of.cache_clear()
    good = ClockState(
        level=ClockLevel.GOOD, worst_seconds=0.0, database_seconds=0.0, measured_at=NOON
    )
    limits = access_rules.Limits(second_factor="nobody")  # its own tests demand one
    known = Remembered(
        clocks=ClockMemory(until=math.inf, state=good),
        trail=TrailMemory(until=math.inf),
        emergency_work=WorkMemory(until=math.inf),
        alarms=AlarmMemory(until=math.inf),
        limits=access_rules.Memory(until=math.inf, limits=limits),
    )
    for place, memory in (
        ("audit.configuration", Memory(schema="7-5eed5eed")),
        ("audit.clocks.state", known.clocks),
        ("web.trail_break", known.trail),
        ("web.emergency_work_warning", known.emergency_work),
        ("web.alarm_warning", known.alarms),
        ("audit.seals.standing", KnownAnchor(level=standing.Level.WHOLE)),
        ("accounts.access_rules", known.limits),
    ):
        monkeypatch.setattr(f"{place}.memory", memory)
    return known


@pytest.fixture
def anchor(remembered: Remembered, settings: Any) -> Path:
    """Return the test's own anchor; nothing is written before it seals."""
    return Path(settings.SEAL_ANCHOR)


@pytest.fixture
def system_event_spool(remembered: Remembered, settings: Any) -> Path:
    """Return the test's own spool."""
    return Path(settings.SYSTEM_EVENT_SPOOL)


@pytest.fixture
def known_clocks(remembered: Remembered) -> ClockMemory:
    """Return what is remembered of the clocks."""
    return remembered.clocks


@pytest.fixture
def known_trail(remembered: Remembered) -> TrailMemory:
    """Return what pages remember of the trail."""
    return remembered.trail


@pytest.fixture
def known_emergency_work(remembered: Remembered) -> WorkMemory:
    """Return what pages remember of emergency work."""
    return remembered.emergency_work


@pytest.fixture
def known_alarms(remembered: Remembered) -> AlarmMemory:
    """Return what pages remember of alarms."""
    return remembered.alarms


@pytest.fixture
def known_limits(remembered: Remembered) -> access_rules.Memory:
    """Return what pages remember of what the site demands of passwords."""
    return remembered.limits


@pytest.fixture(scope="session")
def provider_process() -> Iterator[Provider]:
    """Run one identity provider for every test that asks for it."""
    with running() as provider:
        yield provider


@pytest.fixture
def provider(
    provider_process: Provider, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Provider:
    """Let the site have an identity provider, which this process has not asked yet."""
    monkeypatch.setattr("accounts.provider.memory", ProviderMemory())
    settings.OIDC_ISSUER = provider_process.issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    return provider_process


@pytest.fixture
def client() -> Browser:
    """Return a browser that nobody has signed in to."""
    return Browser()


@pytest.fixture
def world(inhabitants: World, db: None) -> World:
    """Return a storage site with its cast, in the test's transaction."""
    return inhabitants


@pytest.fixture
def committed_world(inhabitants: World, transactional_db: None) -> World:
    """Return a storage site whose rows are committed, for tests with several connections."""
    return inhabitants
