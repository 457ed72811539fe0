"""The pictures of the docs are small copies of what the walk saw."""

import os
from pathlib import Path

import pytest
from PIL import Image

from tools.pictures import CHOSEN, KEPT, LARGEST_BYTES, LOWEST, PictureTooLarge, take

TOUR = KEPT.parent / "tour.md"


def test_keeps_the_upper_part_of_a_long_picture(tmp_path: Path) -> None:
    Image.new("RGB", (1440, 3000), "white").save(tmp_path / "taken.png")

    size = take(tmp_path / "taken.png", tmp_path / "kept.png")

    with Image.open(tmp_path / "kept.png") as kept:
        assert kept.size == (1440, LOWEST)
    assert size == (tmp_path / "kept.png").stat().st_size < LARGEST_BYTES


def test_refuses_a_picture_that_is_too_heavy(tmp_path: Path) -> None:
    noise = Image.frombytes("RGB", (450, 450), os.urandom(450 * 450 * 3))
    noise.save(tmp_path / "taken.png")

    with pytest.raises(PictureTooLarge, match=r"kept\.png would have \d+ bytes"):
        take(tmp_path / "taken.png", tmp_path / "kept.png")

    assert not (tmp_path / "kept.png").exists()


@pytest.mark.parametrize("name", CHOSEN.values())
def test_shows_every_kept_picture_in_the_tour(name: str) -> None:
    assert (KEPT / f"{name}.png").stat().st_size < LARGEST_BYTES
    assert f"(screenshots/{name}.png)" in TOUR.read_text("utf-8")
