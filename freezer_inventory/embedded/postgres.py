"""A real PostgreSQL 18 server on the loopback address, with a password, in a folder of its own."""

import contextlib
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote

import psycopg
from psycopg import sql

from freezer_inventory.embedded import processes
from freezer_inventory.embedded.postgres_folder import SUPERUSER, PostgresFolder, binaries
from freezer_inventory.embedded.processes import Child

ROLE = "freezer_inventory"
# What web and workers connect as: it owns nothing, so it can neither rewrite evidence nor
# switch triggers off.
APP_ROLE = "freezer_inventory_app"

_ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "timezone": "UTC",
    "shared_buffers": "256MB",
    "max_connections": "100",
}
_THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
    "jit": "off",
}


@dataclass(kw_only=True)
class EmbeddedPostgres:
    """
    One PostgreSQL server over one folder.

    throw_away: gives up durability for speed; for test data only.
    """

    folder: Path
    log: Path
    throw_away: bool = False
    port: int = 0
    child: Child | None = None
    _files: PostgresFolder = field(init=False)

    def __post_init__(self) -> None:
        self._files = PostgresFolder(home=self.folder, log=self.log, throw_away=self.throw_away)

    @property
    def url(self) -> str:
        """The address of the application's database, as DATABASE_URL takes it."""
        return self._url(ROLE, ROLE)

    @property
    def app_url(self) -> str:
        """Return the address for web and workers, whose role owns nothing."""
        return self._url(APP_ROLE, ROLE)

    def start(self, *, preferred_port: int | None = None, patience: float = 60) -> None:
        """
        Make the data folder if there is none, then serve it.

        Raises StartRefused: another major version's folder, a full disk, or PostgreSQL's own words.
        """
        self._files.prepare()
        self.port = processes.free_port(preferred_port)
        self.child = processes.spawn(
            name="postgres",
            command=[binaries() / "postgres", "-D", self._files.data, *self._options()],
            log=self.log,
            folder=self._files.data,
            stop_signal=signal.SIGINT,
            account=self._files.account,
        )
        try:
            self._wait_until_ready(patience)
            self._ensure_database()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut the server down cleanly; a server that is not running is no fault."""
        if self.child is not None:
            processes.stop(self.child, patience=30)
            self.child = None

    def empty(self) -> None:
        """Drop the application's database and make it anew."""
        with self._connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(ROLE))
            )
        self._ensure_database()

    def _options(self) -> Iterator[str]:
        settings = {**_ALWAYS, **(_THROW_AWAY if self.throw_away else {}), "port": str(self.port)}
        for name, value in settings.items():
            yield "-c"
            yield f"{name}={value}"

    def _url(self, role: str, database: str) -> str:
        password = quote(self._files.password, safe="")
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    def _connect(self) -> psycopg.Connection:
        url = self._url(SUPERUSER, "postgres")
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    def _wait_until_ready(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.child is None or self.child.has_ended:
                raise self._files.refusal("PostgreSQL ended while starting")
            with contextlib.suppress(psycopg.OperationalError):
                self._connect().close()
                return
            time.sleep(0.05)
        raise self._files.refusal(f"PostgreSQL did not answer within {patience:.0f} s")

    def _ensure_database(self) -> None:
        """Make the two roles and the database when they are missing; neither is a superuser."""
        role = sql.Identifier(ROLE)
        password = sql.Literal(self._files.password)
        with self._connect() as connection:
            for name, may in ((ROLE, "CREATEDB"), (APP_ROLE, "NOCREATEDB")):
                if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", name):
                    create = sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}")
                    options = (sql.Identifier(name), sql.SQL(may), password)
                    connection.execute(create.format(*options))
            if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", ROLE):
                connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(role))
            if self.throw_away:  # tests empty tables whose triggers rightly refuse it
                allow = sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}")
                connection.execute(allow.format(role))


def _exists(connection: psycopg.Connection, question: LiteralString, name: str) -> bool:
    return connection.execute(question, [name]).fetchone() is not None
