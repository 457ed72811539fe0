"""What every test may ask for: the time, the world and its cast."""

import math
from collections.abc import Iterator
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


@pytest.fixture(autouse=True)
def anchor(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give each test an anchor of its own; nothing is written before it seals."""
    path = tmp_path_factory.getbasetemp() / uuid4().hex / "seals" / "anchor.txt"
    settings.SEAL_ANCHOR = str(path)
    return path


@pytest.fixture(autouse=True)
def system_event_spool(
    settings: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give each test a spool of its own, and a schema level that was read before."""
    monkeypatch.setattr("audit.configuration.memory", Memory(schema="7-5eed5eed"))
    path = tmp_path_factory.getbasetemp() / uuid4().hex / "system-events"
    settings.SYSTEM_EVENT_SPOOL = str(path)
    return path


@pytest.fixture(autouse=True)
def known_clocks(monkeypatch: pytest.MonkeyPatch) -> ClockMemory:
    """Let the clocks be right, as they are nearly always."""
    good = ClockState(
        level=ClockLevel.GOOD, worst_seconds=0.0, database_seconds=0.0, measured_at=NOON
    )
    fresh = ClockMemory(until=math.inf, state=good)
    monkeypatch.setattr("audit.clocks.state.memory", fresh)
    return fresh


@pytest.fixture(autouse=True)
def known_trail(monkeypatch: pytest.MonkeyPatch) -> TrailMemory:
    """Let pages remember that the trail is whole, as they do nearly always."""
    fresh = TrailMemory(until=math.inf)
    monkeypatch.setattr("web.trail_break.memory", fresh)
    return fresh


@pytest.fixture(autouse=True)
def unread_documents() -> None:
    """Let no procedure of another test's database be remembered."""
    document_of.cache_clear()


@pytest.fixture(autouse=True)
def known_emergency_work(monkeypatch: pytest.MonkeyPatch) -> WorkMemory:
    """Let pages remember that no emergency work lasts, as they do nearly always."""
    fresh = WorkMemory(until=math.inf)
    monkeypatch.setattr("web.emergency_work_warning.memory", fresh)
    return fresh


@pytest.fixture(autouse=True)
def known_alarms(monkeypatch: pytest.MonkeyPatch) -> AlarmMemory:
    """Let pages remember that no alarm calls, as they do nearly always."""
    fresh = AlarmMemory(until=math.inf)
    monkeypatch.setattr("web.alarm_warning.memory", fresh)
    return fresh


class KnownAnchor(standing.Memory):
    """A memory that asks nobody: the database is as far as its anchor, as it is nearly always."""

    def holds(self, session: object | None) -> bool:
        """Hold on."""
        del session
        return True


@pytest.fixture(autouse=True)
def known_anchor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the write door remember that no restore happened."""
    monkeypatch.setattr("audit.seals.standing.memory", KnownAnchor(level=standing.Level.WHOLE))


@pytest.fixture(autouse=True)
def known_limits(monkeypatch: pytest.MonkeyPatch) -> access_rules.Memory:
    """Let pages remember what the site demands of passwords, as they do nearly always."""
    limits = access_rules.Limits(second_factor="nobody")  # its own tests demand one
    fresh = access_rules.Memory(until=math.inf, limits=limits)
    monkeypatch.setattr("accounts.access_rules.memory", fresh)
    return fresh


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
