"""
Give the run a copy of the migrated database, and a fresh copy after each test that commits.

Django would empty the tables with TRUNCATE, which the trail's triggers refuse, and which would also
take away what migrations wrote.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from tests.plugins import seed


@contextmanager
def pristine_database() -> Iterator[None]:
    """Point Django at a copy of the migrated database for the time of a block."""
    failure = os.environ.get("TEST_SEED_FAILURE")
    if failure:
        raise seed.SeedFailed(failure)
    with _template() as template, pytest.MonkeyPatch.context() as patch:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        copy = f"test_{template}_{os.environ.get('TEST_DB_SUFFIX', os.getpid())}_{worker}"
        _point_django_at(copy)
        _copy(template, copy)
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: _copy(template, copy))
        try:
            yield
        finally:
            _let_go()
            _drop(copy)


@contextmanager
def _template() -> Iterator[str]:
    """Name the migrated database; on a server of somebody's own, make one and take it away."""
    name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    if "TEST_SEED_PLANTED" in os.environ:
        yield name
        return
    own = f"pristine_{os.getpid()}"
    _drop(own)
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(own)))
    try:
        seed.migrate(os.environ["DATABASE_URL"].replace(f"/{name}", f"/{own}"))
        yield own
    finally:
        _drop(own)


def _point_django_at(name: str) -> None:
    _let_go()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _copy(template: str, name: str) -> None:
    _let_go()
    _drop(name)
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    with _server() as server:
        server.execute(create.format(sql.Identifier(name), sql.Identifier(template)))


def _drop(name: str) -> None:
    with _server() as server:
        server.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def _let_go() -> None:
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has it


def _server() -> psycopg.Connection:
    """Connect beside the copies: a database cannot be dropped from inside."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True)
