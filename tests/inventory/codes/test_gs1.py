"""GS1 labels are read through element strings, brackets and web addresses alike."""

from datetime import date

import pytest

from inventory.codes.gs1 import parse_gs1
from inventory.codes.words import UnreadableScan

GS = "\x1d"


@pytest.mark.parametrize(
    "text",
    [
        f"0109520123456788172802271021LOT{GS}21SER-1a",
        "(01)09520123456788(17)280227(10)21LOT(21)SER-1a",
        "https://id.gs1.org/01/09520123456788/10/21LOT/21/SER-1a?17=280227",
    ],
)
def test_names_the_item_by_gtin_and_serial(text: str) -> None:
    label = parse_gs1(text)

    assert label.key == "(01)09520123456788(21)SER-1a"
    assert label.names_one_item
    assert (label.lot, label.expires_on) == ("21LOT", date(2028, 2, 27))


@pytest.mark.parametrize(
    ("text", "key", "one"),
    [
        ("00376130321109103420", "(00)376130321109103420", True),
        ("800309520123456788BOX7", "(8003)09520123456788BOX7", True),
        ("80049520123TANK-1", "(8004)9520123TANK-1", True),
        ("(01)09520123456788(10)L1", "(01)09520123456788(10)L1", False),
        ("(01)09520123456788", "(01)09520123456788", False),
    ],
)
def test_names_shippers_boxes_tanks_and_lots(text: str, key: str, *, one: bool) -> None:
    label = parse_gs1(text)

    assert (label.key, label.names_one_item) == (key, one)


def test_reads_day_00_as_the_last_of_the_month() -> None:
    assert parse_gs1("(01)09520123456788(17)280200").expires_on == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(01)09520123456789(21)A", "check digit"),
        ("(00)376130321109103421", "check digit"),
        ("(8003)09520123456789BOX7", "check digit"),
        ("(17)280227", "no item number"),
        ("(01)0952", "read only in part"),
        ("(9999)1", "read only in part"),
        ("0109520123", "read only in part"),
        ("https://example.org/01/abc", "read only in part"),
    ],
)
def test_refuses_in_words(text: str, words: str) -> None:
    with pytest.raises(UnreadableScan, match=words):
        parse_gs1(text)
