"""A folder of servers has one holder at a time and remembers what ran."""

import shutil
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from freezer_inventory.embedded import processes
from freezer_inventory.embedded.errors import StartRefused
from freezer_inventory.embedded.folder import Addresses, ServersFolder, recorded_addresses

ADDRESSES = Addresses(database_url="postgresql://x", redis_url="redis://x", page="http://here")


def test_refuses_a_second_holder_and_says_where_the_first_one_serves(tmp_path: Path) -> None:
    first = ServersFolder(tmp_path)
    first.hold()
    first.remember_addresses(ADDRESSES)

    with pytest.raises(StartRefused, match="already runs at http://here: use it, or stop it"):
        ServersFolder(tmp_path).hold()


def test_can_be_held_again_after_its_release(tmp_path: Path) -> None:
    first, second = ServersFolder(tmp_path), ServersFolder(tmp_path)
    first.hold()
    first.release()
    first.release()

    second.hold()

    assert second.is_held


def test_tells_the_addresses_only_while_somebody_serves(tmp_path: Path) -> None:
    folder = ServersFolder(tmp_path)
    folder.hold()
    folder.remember_addresses(ADDRESSES)

    assert recorded_addresses(tmp_path) == ADDRESSES
    folder.release()
    assert recorded_addresses(tmp_path) is None
    assert recorded_addresses(tmp_path / "never") is None


def test_ends_what_a_killed_holder_left_running(tmp_path: Path) -> None:
    killed = ServersFolder(tmp_path)
    killed.hold()
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    child = processes.spawn(name="sleep", command=sleep, log=tmp_path / "a.log")
    killed.remember_processes([child])
    record = (tmp_path / "processes.json").read_text()
    killed.release()
    (tmp_path / "processes.json").write_text(record)

    ServersFolder(tmp_path).hold()

    assert child.has_ended


def test_survives_a_record_cut_off_in_the_middle(tmp_path: Path) -> None:
    (tmp_path / "processes.json").write_text('[{"pid"')
    (tmp_path / "addresses.json").write_text('{"database')
    folder = ServersFolder(tmp_path)

    folder.hold()

    assert folder.addresses() is None


def test_refuses_a_full_disk_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=12_000_000))
    folder = ServersFolder(tmp_path)

    with pytest.raises(StartRefused, match=r"is full \(12 MB left\): free at least 1000 MB"):
        folder.hold()

    assert not folder.is_held


def test_refuses_a_folder_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StartRefused, match="cannot be written"):
        ServersFolder(tmp_path / "file").hold()


def test_keeps_secrets_the_same_and_to_itself(tmp_path: Path) -> None:
    folder = ServersFolder(tmp_path)

    secret = folder.secret("secret-key")

    assert folder.secret("secret-key") == secret
    assert len(secret) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
