"""The typefaces are found, or what is missing is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from reports.kit.fonts import font_folder, legible, register_fonts


@pytest.fixture
def looked_for_again() -> Iterator[None]:
    """Forget that the typefaces were found, and find them again afterwards."""
    register_fonts.cache_clear()
    yield
    register_fonts.cache_clear()


def test_come_from_the_front_end_packages() -> None:
    assert (font_folder() / "DejaVuSans.ttf").is_file()


@pytest.mark.usefixtures("looked_for_again")
def test_says_which_font_is_missing(settings: Settings, tmp_path: Path) -> None:
    settings.REPORT_FONTS = str(tmp_path)

    with pytest.raises(ImproperlyConfigured, match=r"DejaVuSans\.ttf is missing"):
        register_fonts()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada", "Ada"),
        ("Łukasz Ωμέγα Иванова", "Łukasz Ωμέγα Иванова"),
        ("a\nb\tc", "a b c"),
        ("\u738b", "[U+738B]"),
        ("a\x07b", "a[U+0007]b"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_shows_every_character(text: str, shown: str) -> None:
    assert legible(text) == shown
