"""
Give each test the database it begins with: as migrated, or with the world built in it.

Both are copied once for a run; what a test does in its transaction is rolled back. Only after a
test that commits is the database copied again, and only when another test needs it: Django would
empty the tables with TRUNCATE, which the trail's triggers refuse, and which would also take away
what migrations wrote.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from tests.plugins import seed

Inhabitants = TypeVar("Inhabitants")


class Ground(StrEnum):
    """What a test finds in its database."""

    MIGRATED = "migrated"
    INHABITED = "inhabited"


@dataclass
class Database:
    """
    One database that tests begin in, a copy of `template`.

    is_pristine: whether it is still as it was copied.
    """

    name: str
    template: str
    is_pristine: bool = False


class PristineDatabases(Generic[Inhabitants]):
    """The databases of one run; the inhabited one is built when a test first asks for it."""

    def __init__(self, template: str, name: str, inhabit: Callable[[], Inhabitants]) -> None:
        self._inhabit = inhabit
        self._inhabitants: Inhabitants | None = None
        self._databases = {
            Ground.MIGRATED: Database(f"test_{template}_{name}", template),
            Ground.INHABITED: Database(f"test_{template}_{name}_world", f"{template}_{name}_world"),
        }
        self._current = self._databases[Ground.MIGRATED]

    def begin_in(self, ground: Ground) -> None:
        """Point Django at the database with this ground, copying it where need be."""
        wanted = self._databases[ground]
        if ground == Ground.INHABITED and self._inhabitants is None:
            self._inhabitants = self._build(wanted.template)
        if wanted is not self._current or not wanted.is_pristine:
            let_go()
        if not wanted.is_pristine:
            copy_database(wanted.template, wanted.name)
            wanted.is_pristine = True
        _name(wanted.name)
        self._current = wanted

    def inhabitants(self) -> Inhabitants:
        """
        Return what was built in the inhabited database, as a copy of the test's own.

        Raises RuntimeError: the test began in the other database.
        """
        if self._inhabitants is None or self._current is not self._databases[Ground.INHABITED]:
            raise RuntimeError("only a test that asks for `inhabitants` has them")
        return deepcopy(self._inhabitants)

    def forget_current(self) -> None:
        """Have the current database copied again before the next test that needs it."""
        self._current.is_pristine = False

    def drop(self) -> None:
        """Take every database away."""
        let_go()
        for name in [
            *(database.name for database in self._databases.values()),
            self._databases[Ground.INHABITED].template,
        ]:
            drop_database(name)

    def _build(self, template: str) -> Inhabitants:
        let_go()
        copy_database(self._databases[Ground.MIGRATED].template, template)
        _name(template)
        try:
            return self._inhabit()
        finally:
            let_go()


@contextmanager
def pristine_databases(
    inhabit: Callable[[], Inhabitants],
) -> Iterator[PristineDatabases[Inhabitants]]:
    """Give a run its databases for the time of a block; `inhabit` commits what it builds."""
    failure = os.environ.get("TEST_SEED_FAILURE")
    if failure:
        raise seed.SeedFailed(failure)
    with _template() as template, pytest.MonkeyPatch.context() as patch:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        name = f"{os.environ.get('TEST_DB_SUFFIX', os.getpid())}_{worker}"
        databases = PristineDatabases(template, name, inhabit)
        patch.setattr(
            TransactionTestCase, "_fixture_teardown", lambda _: databases.forget_current()
        )
        try:
            yield databases
        finally:
            databases.drop()


@contextmanager
def _template() -> Iterator[str]:
    """Name the migrated database; on a server of somebody's own, make one and take it away."""
    name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    if "TEST_SEED_PLANTED" in os.environ:
        yield name
        return
    own = f"pristine_{os.getpid()}"
    drop_database(own)
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(own)))
    try:
        seed.migrate(os.environ["DATABASE_URL"].replace(f"/{name}", f"/{own}"))
        yield own
    finally:
        drop_database(own)


def _name(name: str) -> None:
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def copy_database(template: str, name: str) -> None:
    drop_database(name)
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    with _server() as server:
        server.execute(create.format(sql.Identifier(name), sql.Identifier(template)))


def drop_database(name: str) -> None:
    """Drop a database; a session of another role, which only that may end, is waited for."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    deadline = time.monotonic() + 10
    while True:
        try:
            with _server() as server:
                server.execute(drop)
        except psycopg.errors.InsufficientPrivilege:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def let_go() -> None:
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has it


def _server() -> psycopg.Connection:
    """Connect beside the copies: a database cannot be dropped from inside."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True)
