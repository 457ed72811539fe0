"""What components are told: words and shapes for every verdict, state and status."""

import pytest

from inventory.models import Custody, Quality
from web import presenters as shown


@pytest.mark.parametrize("mark", shown.Mark)
def test_tells_every_verdict_by_word_and_shape(mark: shown.Mark) -> None:
    assert mark.words
    assert mark.shape


def test_gives_no_shape_or_word_to_two_verdicts() -> None:
    assert len({mark.shape for mark in shown.Mark}) == len(shown.Mark)
    assert len({mark.words for mark in shown.Mark}) == len(shown.Mark)


def test_finds_a_verdict_whatever_its_case() -> None:
    assert shown.Mark("GREEN") is shown.Mark.GREEN
    with pytest.raises(ValueError, match="PURPLE"):
        shown.Mark("PURPLE")


@pytest.mark.parametrize("status", Quality)
def test_marks_every_quality_status(status: str) -> None:
    badge = shown.quality_badge(status)

    assert badge.words
    assert badge.mark is not None


@pytest.mark.parametrize("status", Custody)
def test_has_words_for_every_custody_status(status: str) -> None:
    assert shown.custody_badge(status).words


def test_counts_holds() -> None:
    assert shown.hold_badge().words == "On hold"
    assert shown.hold_badge(count=2).words == "On hold ×2"


def test_leaves_out_the_letters_that_read_as_digits() -> None:
    assert shown.row_letters(10) == "ABCDEFGHJK"


def test_refuses_more_rows_than_there_are_letters() -> None:
    with pytest.raises(ValueError, match="at most 24 rows"):
        shown.row_letters(25)


def test_tells_every_state_by_letter_and_words() -> None:
    letters = [state.letter for state in shown.CellState]

    assert len(set(letters)) == len(letters)
    assert all(state.words for state in shown.CellState)


def test_names_a_place_by_label_state_and_content() -> None:
    cell = shown.BoxCell(label="A3", state=shown.CellState.OCCUPIED, words="…-003", here=True)

    assert cell.name == "A3: occupied, …-003, this one"
    assert shown.BoxCell(label="A4", state=shown.CellState.FREE).name == "A4: free"


def test_tells_a_container_in_a_place_from_a_vial() -> None:
    letters = {shown.CellState.OCCUPIED.letter, shown.CellState.CONTAINER.letter}

    assert letters == {"V", "C"}


def test_lays_out_a_grid_with_holes_and_counts_its_states() -> None:
    cells = {
        (0, 0): shown.BoxCell(label="A1", state=shown.CellState.OCCUPIED),
        (1, 1): shown.BoxCell(label="B2", state=shown.CellState.FREE),
    }

    grid = shown.grid_map(label="Box", rows=2, columns=2, cells=cells)

    assert [row.label for row in grid.rows] == ["A", "B"]
    assert grid.columns == ("1", "2")
    assert grid.rows[0].cells == (cells[0, 0], None)
    assert [(entry.state, entry.count) for entry in grid.legend] == [
        (shown.CellState.FREE, 1),
        (shown.CellState.OCCUPIED, 1),
    ]
