"""Give every test run PostgreSQL and Redis servers of its own, thrown away when it ends."""

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from freezer_inventory.embedded.postgres import EmbeddedPostgres
from freezer_inventory.embedded.redis import EmbeddedRedis

_PREFIX = "freezer-inventory-test-"
_NEEDS_NO_SERVERS = {"-h", "--help", "--version", "-V", "--markers", "--fixtures", "--collect-only"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Start the servers at the first hook: pytest-django reads the settings right after."""
    os.environ.setdefault("DEMO", "on")
    os.environ.setdefault("SECRET_KEY", "tests-only-" + "t" * 50)
    if "DATABASE_URL" in os.environ or not _NEEDS_NO_SERVERS.isdisjoint(sys.argv):
        return
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    folder.chmod(0o755)
    postgres = EmbeddedPostgres(folder=folder, log=folder / "postgres.log", throw_away=True)
    redis = EmbeddedRedis(folder=folder, log=folder / "redis.log")
    atexit.register(_end, postgres, redis, folder)
    postgres.start()
    redis.start()
    os.environ["DATABASE_URL"] = postgres.url
    os.environ["REDIS_URL"] = redis.url


def _end(postgres: EmbeddedPostgres, redis: EmbeddedRedis, folder: Path) -> None:
    redis.stop()
    postgres.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers() -> None:
    """Remove the folders of runs that were killed; their servers died with them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        with contextlib.suppress(ValueError, OSError):
            owner = int(folder.name.removeprefix(_PREFIX).split("-")[0])
            if not psutil.pid_exists(owner):
                shutil.rmtree(folder, ignore_errors=True)
