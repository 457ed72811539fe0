"""Our own codes survive being read aloud, typed and scanned."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.codes.iso7064 import CHECK_ALPHABET
from inventory.codes.own import OwnKind, check_own_code, new_code, read_own_code
from inventory.codes.words import UnreadableScan

KINDS = st.sampled_from(list(OwnKind))
NUMBERS = st.integers(1, 999_999_999)


def test_is_short_and_shows_its_kind() -> None:
    assert re.fullmatch(r"BX-000123-[0-9A-Z*]", new_code(OwnKind.BOX, 123))


@given(KINDS, NUMBERS)
def test_reads_back_what_it_made(kind: OwnKind, number: int) -> None:
    code = new_code(kind, number)

    read = read_own_code(code)

    assert read is not None
    assert (read.kind, read.number, read.text) == (kind, number, code)


@given(KINDS, NUMBERS)
def test_understands_how_people_type_it(kind: OwnKind, number: int) -> None:
    code = new_code(kind, number)
    prefix, digits, check = code.split("-")
    typed = f"{prefix.lower()} {digits.lstrip('0').replace('0', 'o')} {check.lower()}"

    read = read_own_code(typed)

    assert read is not None
    assert read.text == code


@given(KINDS, NUMBERS, st.sampled_from(CHECK_ALPHABET))
def test_refuses_every_other_check_character(kind: OwnKind, number: int, check: str) -> None:
    code = new_code(kind, number)

    assert check_own_code(code[:-1] + check) is (check == code[-1])


@pytest.mark.urs("URS-04")
def test_says_what_to_do_about_a_typing_mistake() -> None:
    code = new_code(OwnKind.BOX, 123)
    mistyped = code.replace("123", "132")

    with pytest.raises(UnreadableScan, match="typing mistake"):
        read_own_code(mistyped)


@pytest.mark.parametrize(
    "text",
    ["", "BX", "ZZ-000123-K", "BX-001-A", "BX0001234", "BX-\u0660\u0660\u0660\u0661\u0662\u0663-K"],
)
def test_leaves_codes_of_other_people_alone(text: str) -> None:
    assert read_own_code(text) is None
    assert not check_own_code(text)


@pytest.mark.parametrize("number", [0, -1, 1_000_000_000])
def test_refuses_a_number_that_does_not_fit(number: int) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        new_code(OwnKind.BOX, number)
