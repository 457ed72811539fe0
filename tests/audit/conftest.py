"""The committed trail that is attacked, and how a refusal of the database is recognised."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, transaction
from django.test import TransactionTestCase, override_settings
from pytest_django import DjangoDbBlocker

from audit.seals.standing import forget_standing
from tests.audit.trail import build_trail
from tests.factories.people import FAST_HASHERS
from tests.world import World


@pytest.fixture(scope="module")
def committed_trail(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Commit a site with a row in every table once for the attacks of a module."""
    anchor = tmp_path_factory.mktemp("committed") / "anchor.txt"
    quick = {"PASSWORD_HASHERS": FAST_HASHERS, "SEAL_ANCHOR": str(anchor)}
    with django_db_blocker.unblock(), override_settings(**quick):
        forget_standing()
        yield build_trail()
        TransactionTestCase._fixture_teardown(TransactionTestCase())  # type: ignore[attr-defined] # Django keeps it private


@pytest.fixture
def trail(committed_trail: World, db: None) -> World:
    """Return the committed site, inside a transaction in which no Change is open."""
    return committed_trail


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """Insist that the database refuses the block with one of these SQLSTATEs."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
    state = getattr(caught.value.__cause__, "sqlstate", None)
    assert state in codes, f"refused by {state}: {caught.value}"
