"""What every test may ask for: the time, the world and its cast."""

import math
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.browsing import Browser
from tests.world import NOON, World
from web.trail_break import Memory


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
def known_trail(monkeypatch: pytest.MonkeyPatch) -> Memory:
    """Let pages remember that the trail is whole, as they do nearly always."""
    fresh = Memory(until=math.inf)
    monkeypatch.setattr("web.trail_break.memory", fresh)
    return fresh


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
