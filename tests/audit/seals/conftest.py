"""A trail that is sealed and committed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import TransactionTestCase, override_settings
from pytest_django import DjangoDbBlocker

from audit.seals.sealing import seal_trail
from tests.audit.trail import build_trail
from tests.world import World


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
        world = build_trail()
        for _ in range(2):
            world.released(2)
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
