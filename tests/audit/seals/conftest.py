"""A trail that is sealed and committed, and ways to write past its triggers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from audit.seals.sealing import seal_trail
from tests.world import World

Tamper = Callable[..., None]


@pytest.fixture(autouse=True)
def anchor(settings: Any, tmp_path: Path) -> Path:
    """Give each test an anchor of its own."""
    path = tmp_path / "seals" / "anchor.txt"
    settings.SEAL_ANCHOR = str(path)
    return path


@pytest.fixture
def sealed(committed_world: World) -> Iterator[World]:
    """Return a site at work, whose trail lies in several seals."""
    seal_trail()
    for _ in range(2):
        committed_world.released(2)
        seal_trail()
    yield committed_world


@pytest.fixture
def tamper() -> Tamper:
    """Write past the triggers, as somebody with the superuser's rights could."""

    def write(statement: str, *values: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                cursor.execute(statement, list(values))
            finally:
                cursor.execute("SET session_replication_role = origin")

    return write
