"""Folding loses no character, and says when something was cut."""

from hypothesis import given
from hypothesis import strategies as st

from reports.kit.fonts import BODY, legible
from reports.kit.measuring import cut_to, width_of, wrapped

WORDS = st.text("abc XYZ-019éΩ", max_size=200)


@given(WORDS, st.integers(20, 400))
def test_folds_without_losing_a_character(text: str, wide: int) -> None:
    lines = wrapped(text, BODY, 9, wide)

    assert "".join(lines).replace(" ", "") == legible(text).replace(" ", "")
    assert all(width_of(line, BODY, 9) <= wide for line in lines if len(line) > 1)


def test_keeps_line_ends() -> None:
    assert wrapped("a\nb\n\nc", BODY, 9, 100) == ["a", "b", "", "c"]


def test_keeps_what_fits_and_marks_what_is_cut() -> None:
    assert cut_to("short", BODY, 9, 100) == "short"

    cut = cut_to("a query with very many filters", BODY, 9, 60)

    assert cut.endswith("…")
    assert width_of(cut, BODY, 9) <= 60
