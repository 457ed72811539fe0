"""What every test may ask for: the time, the world and its cast."""

from datetime import datetime

import pytest

from tests.world import NOON, World


@pytest.fixture
def noon() -> datetime:
    """Return the one time at which tests happen."""
    return NOON


@pytest.fixture
def world(inhabitants: World, db: None) -> World:
    """Return a storage site with its cast, in the test's transaction."""
    return inhabitants


@pytest.fixture
def committed_world(inhabitants: World, transactional_db: None) -> World:
    """Return a storage site whose rows are committed, for tests with several connections."""
    return inhabitants
