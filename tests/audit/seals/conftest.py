"""A trail that is sealed and committed."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Max
from django.test import TransactionTestCase, override_settings
from pytest_django import DjangoDbBlocker

from audit.models import Change
from audit.seals.sealing import seal_trail
from audit.seals.standing import forget_standing
from tests.audit.trail import build_trail
from tests.world import World


def wait_for_older_transactions() -> None:
    """
    Wait until whatever ran on the server before the newest Change has ended.

    Only then is a seal's horizon behind that Change: other test processes use the same server.
    """
    newest = Change.objects.aggregate(newest=Max("transaction_id"))["newest"]
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            (oldest_running,) = cursor.fetchone()
        if oldest_running > newest:
            return
        time.sleep(0.2)
    raise TimeoutError(f"a transaction before {newest} is still running")


@pytest.fixture(scope="module")
def committed_seals(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, Path]]:
    """Commit a site whose trail lies in three seals, once for a module."""
    folder = tmp_path_factory.mktemp("committed") / "seals"
    with (
        django_db_blocker.unblock(),
        override_settings(SEAL_ANCHOR=str(folder / "anchor.txt")),
    ):
        forget_standing()
        world = build_trail()
        for _ in range(2):
            world.released(2)
            wait_for_older_transactions()
            seal_trail()
        yield world, folder
        TransactionTestCase._fixture_teardown(TransactionTestCase())  # type: ignore[attr-defined] # Django keeps it private


@pytest.fixture
def sealed(committed_seals: tuple[World, Path], anchor: Path, db: None) -> World:
    """Return the committed site inside a transaction, with its anchor in the test's own folder."""
    world, folder = committed_seals
    shutil.copytree(folder, anchor.parent)
    return world


@pytest.fixture
def sealed_alone(committed_world: World) -> World:
    """Return a sealed site for a test that commits."""
    seal_trail()
    return committed_world
