"""Give every test run PostgreSQL and Redis servers of its own, thrown away when it ends."""

import atexit
import contextlib
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from freezer_inventory.embedded.throw_away import throw_away_servers
from tests.plugins import seed

_NEEDS_NO_SERVERS = {"-h", "--help", "--version", "-V", "--markers", "--fixtures", "--collect-only"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Start the servers at the first hook: pytest-django reads the settings right after."""
    os.environ.setdefault("DEMO", "on")
    os.environ.setdefault("SECRET_KEY", "tests-only-" + "t" * 50)
    if "DATABASE_URL" in os.environ or not _NEEDS_NO_SERVERS.isdisjoint(sys.argv):
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))  # so that the servers are stopped too
    servers = contextlib.ExitStack()
    atexit.register(servers.close)
    addresses = servers.enter_context(throw_away_servers(_planted))
    os.environ["DATABASE_URL"] = addresses.database_url
    os.environ["REDIS_URL"] = addresses.redis_url
    _hide_collected_static_files(servers)
    _keep_the_anchor_apart(servers)


def _hide_collected_static_files(run: contextlib.ExitStack) -> None:
    """Let tests see the static files as they are written, not as somebody collected them once."""
    prefix = "freezer-inventory-static-"
    os.environ["STATIC_ROOT"] = run.enter_context(tempfile.TemporaryDirectory(prefix=prefix))


def _keep_the_anchor_apart(run: contextlib.ExitStack) -> None:
    """Let no test append to the anchor of a demo."""
    folder = run.enter_context(tempfile.TemporaryDirectory(prefix="freezer-inventory-seals-"))
    os.environ["SEAL_ANCHOR"] = str(Path(folder) / "anchor.txt")


def _planted(folder: Path) -> None:
    """Begin with the migrated database; tests without one run even when the migrations fail."""
    try:
        seed.plant(seed.seeded_folder(), folder)
    except seed.SeedFailed as failure:
        os.environ["TEST_SEED_FAILURE"] = str(failure)
    else:
        os.environ["TEST_SEED_PLANTED"] = "yes"
