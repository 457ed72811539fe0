"""Servers for one test run or one check: fast, forgetful, gone with the process that asked."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from freezer_inventory.embedded.folder import Addresses
from freezer_inventory.embedded.postgres import EmbeddedPostgres
from freezer_inventory.embedded.redis import EmbeddedRedis

_PREFIX = "freezer-inventory-test-"
_MEMORY = Path("/dev/shm")  # noqa: S108 - only asked for; what is made in it gets a random name
_ENOUGH_BYTES = 4_000_000_000


@contextlib.contextmanager
def throw_away_servers(plant: Callable[[Path], None] | None = None) -> Iterator[Addresses]:
    """
    Serve PostgreSQL and Redis from a temporary folder for the time of a block.

    plant: puts the files of a stopped server into the folder before it starts.
    """
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_place()))
    folder.chmod(0o755)  # PostgreSQL may run as another account and must reach its folder inside
    postgres = EmbeddedPostgres(folder=folder, log=folder / "postgres.log", throw_away=True)
    redis = EmbeddedRedis(folder=folder, log=folder / "redis.log")
    try:
        if plant is not None:
            plant(folder)
        postgres.start()
        redis.start()
        yield Addresses(database_url=postgres.url, redis_url=redis.url)
    finally:
        redis.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _place() -> Path:
    """Name the memory where it has room, else the disk: a database is copied there in a tenth."""
    with contextlib.suppress(OSError):
        room = min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available)
        if room > _ENOUGH_BYTES and os.access(_MEMORY, os.W_OK):
            return _MEMORY
    return Path(tempfile.gettempdir())


def _remove_leftovers() -> None:
    """Remove the folders of runs that were killed; their servers died with them."""
    places = (_MEMORY, Path(tempfile.gettempdir()))
    for folder in (found for place in places for found in place.glob(f"{_PREFIX}*-*")):
        with contextlib.suppress(ValueError, OSError):
            owner = int(folder.name.removeprefix(_PREFIX).split("-")[0])
            if not psutil.pid_exists(owner):
                shutil.rmtree(folder, ignore_errors=True)
