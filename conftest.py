"""The databases of this run, for every test wherever it lies."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.factories.people import FAST_HASHERS
from tests.plugins.pristine import Ground, PristineDatabases, pristine_databases
from tests.world import World, build_world

# how long an example takes says how busy the machine is, not whether the code is right
_SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("without a clock", deadline=None, suppress_health_check=_SLOW)
hypothesis.settings.load_profile("without a clock")
_BEGUN = pytest.StashKey[PristineDatabases[World]]()
_GROUND = pytest.StashKey[Ground]()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[PristineDatabases[World]]:
    """Copy the migrated database in a moment, instead of migrating for every run."""
    stash = request.config.stash

    def inhabit() -> World:
        with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=FAST_HASHERS):
            return build_world()

    with pristine_databases(inhabit) as databases:
        stash[_BEGUN] = databases
        databases.begin_in(stash[_GROUND])
        yield databases
        del stash[_BEGUN]


@pytest.fixture(autouse=True)
def _fast_passwords(settings: Any) -> None:
    """Hash with few rounds: tests prove that secrets are checked, not that it takes long."""
    settings.PASSWORD_HASHERS = FAST_HASHERS


@pytest.fixture
def inhabitants(django_db_setup: PristineDatabases[World]) -> World:
    """Begin in the database with the world, and return the world."""
    return django_db_setup.inhabitants()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let several workers begin with what takes longest, so that at the end none waits for it."""
    if not hasattr(config, "workerinput"):
        return
    sizes = Counter(item.path for item in items)

    def weight(item: pytest.Item) -> tuple[bool, bool, int]:
        marks = [item.get_closest_marker(name) is None for name in ("long", "browser")]
        return marks[0] and marks[1], marks[0], -sizes[item.path]

    items.sort(key=weight)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let each test with a database begin in the one whose ground it asks for."""
    names = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("django_db") is None and names.isdisjoint(
        {"django_db_setup", "live_server"}
    ):
        return
    ground = Ground.INHABITED if "inhabitants" in names else Ground.MIGRATED
    item.config.stash[_GROUND] = ground
    if _BEGUN in item.config.stash:
        item.config.stash[_BEGUN].begin_in(ground)
