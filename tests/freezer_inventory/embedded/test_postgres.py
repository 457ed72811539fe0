"""The embedded PostgreSQL starts again after whatever happened to it, or says why not."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from freezer_inventory.embedded import processes
from freezer_inventory.embedded.errors import StartRefused
from freezer_inventory.embedded.postgres import EmbeddedPostgres
from freezer_inventory.embedded.postgres_folder import PostgresFolder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    tmp_path.chmod(0o755)
    home = tmp_path / "a folder with spaces"
    server = EmbeddedPostgres(folder=home, log=tmp_path / "postgres.log", throw_away=True)
    yield server
    server.stop()


def test_keeps_what_was_written_over_a_clean_stop(server: EmbeddedPostgres) -> None:
    server.start()
    _write(server)
    server.stop()

    server.start()

    assert _read(server) == (1,)


def test_loses_nothing_when_the_server_was_killed(server: EmbeddedPostgres) -> None:
    server.throw_away = False
    server.start()
    _write(server)
    assert server.child is not None
    server.child.process.send_signal(signal.SIGKILL)
    server.child.process.wait(timeout=10)

    server.start()

    assert _read(server) == (1,)


def test_ends_a_server_that_outlived_its_supervisor(server: EmbeddedPostgres) -> None:
    server.start()
    _write(server)
    orphan = server.child
    server.child = None
    assert orphan is not None

    server.start()

    assert orphan.process.wait(timeout=10) is not None
    assert _read(server) == (1,)


def test_recovers_when_its_lock_file_names_another_living_process(
    server: EmbeddedPostgres,
) -> None:
    server.start()
    server.stop()
    lock = server.folder / "postgres" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{server.folder}\n")

    server.start()

    assert processes.started_at(os.getpid()) > 0


def test_begins_anew_when_the_first_start_was_killed_half_way(server: EmbeddedPostgres) -> None:
    half = server.folder / "postgres.building"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")

    server.start()

    assert not half.exists()


def test_empties_its_database(server: EmbeddedPostgres) -> None:
    server.start()
    _write(server)

    server.empty()

    with pytest.raises(psycopg.errors.UndefinedTable):
        _read(server)


def test_asks_for_the_password_and_listens_on_the_loopback_address_only(
    server: EmbeddedPostgres,
) -> None:
    server.start()

    assert "@127.0.0.1:" in server.url
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://freezer_inventory@127.0.0.1:{server.port}/postgres")


def test_refuses_the_folder_of_another_major_version(server: EmbeddedPostgres) -> None:
    data = server.folder / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")

    with pytest.raises(
        StartRefused, match=r"belongs to PostgreSQL 16, .* runs PostgreSQL 18: move"
    ):
        server.start()


def test_refuses_a_folder_whose_password_is_lost(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.folder / "postgres-password").unlink()

    with pytest.raises(StartRefused, match=r"password file .* is gone"):
        server.start()


def test_says_in_one_sentence_that_the_disk_is_full(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text('FATAL:  could not write to file "pg_wal/x": No space left on device\n')
    files = PostgresFolder(home=tmp_path, log=log, throw_away=True)

    assert str(files.refusal("PostgreSQL ended")) == (
        f"The disk that holds {tmp_path} is full: free at least 1 GB and start again."
    )


def test_passes_on_the_words_of_a_server_that_ended(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.folder / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(StartRefused, match="no_such_setting"):
        server.start()


def _write(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")


def _read(server: EmbeddedPostgres) -> tuple[int, ...] | None:
    with psycopg.connect(server.url) as connection:
        return connection.execute("SELECT number FROM kept").fetchone()
