"""The migrated database of this run, for every test wherever it lies."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.plugins.pristine import pristine_database


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Copy the migrated database in a moment, instead of migrating for every run."""
    with django_db_blocker.unblock(), pristine_database():
        yield
