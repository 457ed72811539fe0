"""ISBT 128 structures are read whole or refused in words."""

from datetime import date, time

import pytest

from inventory.codes.isbt128 import check_din, coi_is_well_formed, parse_isbt
from inventory.codes.words import UnreadableScan

DIN = "=A99992112345600"
PRODUCT = "=<S1234100"
EXPIRY = "&>0281782359"
COI = "&/CHA9990260004AX"


def test_reads_a_donation_number_without_its_flags() -> None:
    label = parse_isbt("=A99992112345642")

    assert (label.din, label.flags) == ("A999921123456", "42")


def test_reads_expiry_with_its_time() -> None:
    label = parse_isbt(EXPIRY)

    assert (label.expires_on, label.expires_time) == (date(2028, 6, 26), time(23, 59))


def test_reads_the_older_expiry_without_time() -> None:
    label = parse_isbt("=>999365")

    assert (label.expires_on, label.expires_time) == (date(1999, 12, 31), None)


def test_reads_production_and_collection() -> None:
    label = parse_isbt("&}0260010830" + "&*0253650715")

    assert (label.produced_on, label.produced_time) == (date(2026, 1, 1), time(8, 30))
    assert (label.collected_on, label.collected_time) == (date(2025, 12, 31), time(7, 15))


def test_reads_the_chain_of_identity() -> None:
    assert parse_isbt(COI).coi == "CHA9990260004AX"


def test_reads_a_compound_message_in_any_order() -> None:
    label = parse_isbt("=+04000" + PRODUCT + DIN + COI + EXPIRY)

    assert label.din == "A999921123456"
    assert (label.product_code, label.division) == ("S1234100", "00")
    assert label.coi == "CHA9990260004AX"
    assert label.expires_on == date(2028, 6, 26)


def test_reads_structures_scanned_in_one_go() -> None:
    label = parse_isbt(DIN + "=<S1234199" + "=,000123")

    assert (label.product_code, label.division) == ("S1234199", "000123")


def test_prefers_the_divisions_code_wherever_it_stands() -> None:
    assert parse_isbt(DIN + "=,AABBCC" + "=<S1234199").division == "AABBCC"


def test_keeps_structures_that_it_does_not_use() -> None:
    label = parse_isbt("=%5100" + "&,1" + "0" * 12 + "LOT123")

    assert label.other == {"blood groups": "5100", "lot number": "000000000000LOT123"}
    assert label.is_empty


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("=+03000" + DIN + EXPIRY, "announces 3 parts and 2 were read"),
        ("=+0", "read only in part"),
        ("=A9999211234", "read only in part"),
        ("=A99992112345600" + "=A99992112345700", "Two donation numbers"),
        ("=A99992112345660", "check value"),
        ("=O99992112345600", "does not know"),
        ("&>0283662359", None),
        ("&>0273662359", "day 366 of 2027"),
        ("&>0280000000", "day 000 of 2028"),
        ("&>0280012460", "24:60"),
        ("&/CHA99902600", "read only in part"),
        (DIN + "garbage", "does not know: “garbage”"),
    ],
)
def test_refuses_in_words(text: str, words: str | None) -> None:
    if words is None:
        assert parse_isbt(text).expires_on == date(2028, 12, 31)
        return
    with pytest.raises(UnreadableScan, match=words):
        parse_isbt(text)


@pytest.mark.urs("URS-04")
@pytest.mark.parametrize(
    ("din", "check", "right"),
    [
        ("A999921123456", "3", True),
        ("A999921123456", "4", False),
        ("A99992112345", "3", False),
        ("a999921123456", "3", False),
        ("I999921123456", "3", False),
    ],
)
def test_checks_a_donation_number(din: str, check: str, *, right: bool) -> None:
    assert check_din(din, check) is right


@pytest.mark.urs("URS-88")
@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("CHA9990260004AX", True),
        ("CHA999926ZZZZZZ", True),
        ("CH19990260004AX", True),
        ("CHO9990260004AX", False),
        ("CHA9990260004A", False),
        ("CHA9990260004AXX", False),
        ("CHA999026-004AX", False),
        ("cha9990260004ax", False),
        ("CHA999026000\u0664AX", False),
    ],
)
def test_knows_the_shape_of_a_chain_of_identity(text: str, *, right: bool) -> None:
    assert coi_is_well_formed(text) is right
