"""The check character guards against the mistakes that typing makes."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inventory.codes.iso7064 import (
    CHECK_ALPHABET,
    check_character,
    has_valid_check,
    keyboard_flag,
)

BODIES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=20)


def by_the_formula(body: str) -> str:
    """Follow the formula as the ISBT 128 text prints it, independently of the library."""
    product = 0
    for character in body:
        product = ((product + CHECK_ALPHABET.index(character)) * 2) % 37
    return CHECK_ALPHABET[(38 - product) % 37]


@pytest.mark.parametrize(
    ("din", "check"),
    [
        ("A999921123456", "3"),
        ("G123417654321", "A"),
        ("G123489654321", "Y"),
        ("A999917123456", "9"),
        ("A999026000137", "X"),
        ("A999026000274", "F"),
    ],
)
def test_agrees_with_the_published_vectors(din: str, check: str) -> None:
    assert check_character(din) == check
    assert has_valid_check(din + check)


def test_gives_the_keyboard_flag() -> None:
    assert keyboard_flag("G123417654321") == "70"


@given(BODIES)
def test_agrees_with_the_formula(body: str) -> None:
    assert check_character(body) == by_the_formula(body)


@given(BODIES, st.data())
def test_detects_every_single_wrong_character(body: str, draw: st.DataObject) -> None:
    place = draw.draw(st.integers(0, len(body) - 1))
    wrong = draw.draw(st.sampled_from(CHECK_ALPHABET[:-1]))
    assume(wrong != body[place])

    mistyped = body[:place] + wrong + body[place + 1 :]

    assert not has_valid_check(mistyped + check_character(body))


@given(BODIES, st.data())
def test_detects_every_swap_of_neighbours(body: str, draw: st.DataObject) -> None:
    place = draw.draw(st.integers(0, len(body) - 2))
    assume(body[place] != body[place + 1])

    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]

    assert not has_valid_check(swapped + check_character(body))


@pytest.mark.parametrize("body", ["", "a999", "A-1", "Ä1", "A 1"])
def test_refuses_a_body_outside_the_alphabet(body: str) -> None:
    with pytest.raises(ValueError, match="capital letters and digits"):
        check_character(body)


@given(st.text(max_size=12))
def test_never_crashes_on_any_text(text: str) -> None:
    assert has_valid_check(text) in {True, False}
