"""Folders of logger files."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from temperature.feeds.adapter import Ask, FeedFailed
from temperature.feeds.drop_folder import DropFolderSettings, read
from tests.world import NOON

PROFILE = {"time_header": "Time", "zone": "UTC", "columns": [{"header": "T", "channel": "TP"}]}
GOOD = "Time,T\n2026-11-20 11:00:00,-80\n"


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Return the folder of a source."""
    settings.FEED_FOLDER = str(tmp_path)
    made = tmp_path / "tanks"
    made.mkdir()
    return made


def put(folder: Path, name: str, text: str = GOOD, *, age: int = 60) -> Path:
    """Put a file into the folder that was written some seconds ago."""
    file = folder / name
    file.write_text(text)
    os.utime(file, (time.time() - age, time.time() - age))
    return file


def asked(*, is_trial: bool = False) -> Any:
    """Ask the folder."""
    settings = DropFolderSettings.model_validate({"folder": "tanks", "profile": PROFILE})
    ask = Ask(secret="", channels=frozenset(["TP"]), at=NOON, is_trial=is_trial)
    return read(settings, ask)


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.urs("URS-06")
def test_a_file_moves_once_it_is_stored_and_not_before(folder: Path) -> None:
    put(folder, "a.csv")
    arrivals = asked()

    assert next(arrivals).name == "a.csv"
    assert names(folder) == ["a.csv"]  # a crash here brings it again
    assert next(arrivals, None) is None
    assert (names(folder), names(folder / "done")) == (["done"], ["a.csv"])

    put(folder, "a.csv", GOOD + "2026-11-20 11:01:00,-80\n")
    list(asked())
    assert len(names(folder / "done")) == 2


def test_a_file_that_is_still_written_is_left(folder: Path) -> None:
    put(folder, "new.csv", age=1)
    put(folder, ".hidden.csv")
    (folder / "elsewhere.csv").symlink_to("/etc/hostname")

    assert list(asked()) == []
    assert names(folder) == [".hidden.csv", "elsewhere.csv", "new.csv"]


@pytest.mark.urs("URS-28")
def test_a_file_that_cannot_be_read_is_put_apart_with_the_reason(folder: Path) -> None:
    put(folder, "bad.csv", "nonsense", age=90)
    put(folder, "good.csv")
    arrivals = asked()

    assert next(arrivals).name == "good.csv"
    with pytest.raises(FeedFailed, match=r"1 file was refused\. bad\.csv: No line"):
        next(arrivals)

    assert names(folder / "done") == ["good.csv"]
    assert names(folder / "refused") == ["bad.csv", "bad.csv.reason.txt"]
    assert "No line" in (folder / "refused" / "bad.csv.reason.txt").read_text()


def test_a_trial_moves_nothing(folder: Path) -> None:
    put(folder, "bad.csv", "nonsense", age=90)
    put(folder, "good.csv")

    assert next(asked(is_trial=True)).name == "good.csv"
    assert names(folder) == ["bad.csv", "good.csv"]


def test_stays_below_its_folder(folder: Path, settings: Any) -> None:
    assert folder.exists()
    with pytest.raises(ValueError, match="pattern"):
        DropFolderSettings.model_validate({"folder": "../etc", "profile": PROFILE})
    settings.FEED_FOLDER = ""
    with pytest.raises(FeedFailed, match="FEED_FOLDER"):
        next(asked())
