"""Whatever a wedge, a camera or a person delivers is understood or refused in words."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inventory.codes.own import OwnKind, new_code
from inventory.codes.scan import CodeKind, needs_second_entry, read_scan
from inventory.codes.words import UnreadableScan

BOX = new_code(OwnKind.BOX, 123)
FULL_WIDTH = "".join(chr(ord(c) + 0xFEE0) for c in "A999026000137X-001")
SGTIN = "(01)09520123456788(21)S1"


@pytest.mark.urs("URS-29")
@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        ("A999026000137X-001", CodeKind.DONATION_CONTAINER, "A999026000137X-001"),
        ("  a999026000137x-001\r\n", CodeKind.DONATION_CONTAINER, "A999026000137X-001"),
        ("]d1A999026000137X-001", CodeKind.DONATION_CONTAINER, "A999026000137X-001"),
        (FULL_WIDTH, CodeKind.DONATION_CONTAINER, "A999026000137X-001"),
        ("A999026000137X", CodeKind.DONATION, "A999026000137"),
        ("A999026000137 X", CodeKind.DONATION, "A999026000137"),
        ("A999026000137", CodeKind.DONATION, "A999026000137"),
        ("]C0=A99902600013700", CodeKind.DONATION, "A999026000137"),
        ("=A99902600013793", CodeKind.DONATION, "A999026000137"),
        ("cha9990260004ax", CodeKind.CHAIN_OF_IDENTITY, "CHA9990260004AX"),
        ("&/CHA9990260004AX", CodeKind.CHAIN_OF_IDENTITY, "CHA9990260004AX"),
        ("=<S1234100", CodeKind.PRODUCT, "S1234100"),
        ("&>0280582359", CodeKind.EXPIRY, "2028-02-27"),
        ("=+02000=A99902600013700=<S12341A0", CodeKind.COMPOUND, "A999026000137-S12341A0"),
        ("=A99902600013700=<S1234199=,000012", CodeKind.COMPOUND, "A999026000137-S1234199-000012"),
        ("A999026000137-S12341A0", CodeKind.COMPOUND, "A999026000137-S12341A0"),
        ("]d2010952012345678821S1", CodeKind.GS1, SGTIN),
        ("]C1010952012345678821S1\x1d17280227", CodeKind.GS1, SGTIN),
        ("010952012345678821S1", CodeKind.GS1, SGTIN),
        ("010952012345678821S1<GS>17280227", CodeKind.GS1, SGTIN),
        ("010952012345678821S1{GS}17280227", CodeKind.GS1, SGTIN),
        ("010952012345678821S1^]17280227", CodeKind.GS1, SGTIN),
        ("010952012345678821S1\\x1d17280227", CodeKind.GS1, SGTIN),
        ("010952012345678821S1␝17280227", CodeKind.GS1, SGTIN),
        ("[)>\x1e05\x1d010952012345678821S1\x1d17280227\x1e\x04", CodeKind.GS1, SGTIN),
        ("[)>{RS}05{GS}010952012345678821S1{GS}17280227{RS}{EOT}", CodeKind.GS1, SGTIN),
        (BOX, CodeKind.OWN, BOX),
        (BOX.lower().replace("-", " "), CodeKind.OWN, BOX),
        ("]C0" + BOX, CodeKind.OWN, BOX),
        ("4051125822", CodeKind.PLAIN, "4051125822"),
        ("12345678901234", CodeKind.PLAIN, "12345678901234"),
        ("Tube\u200b 7  b", CodeKind.PLAIN, "Tube 7 b"),
        ("PT-1007", CodeKind.PLAIN, "PT-1007"),
    ],
)
def test_understands(raw: str, kind: CodeKind, code: str) -> None:
    scan = read_scan(raw)

    assert (scan.kind, scan.code) == (kind, code)
    assert scan.raw == raw


def test_gives_the_parts_of_a_container_code() -> None:
    assert read_scan("A999026000137X-012").container_number == "012"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "SCAN_EMPTY"),
        (" \r\n", "SCAN_EMPTY"),
        ("]d2", "SCAN_EMPTY"),
        ("\x1d\x1e\x04", "SCAN_EMPTY"),
        ("A999026000137X-001\r\nA999026000137X-002", "SCAN_SEVERAL"),
        ("]d1A999026000137X-001]d1A999026000137X-002", "SCAN_SEVERAL"),
        ("A999026000137Y-001", "CHECK_CHARACTER_WRONG"),
        ("A999026000317X-001", "CHECK_CHARACTER_WRONG"),
        (BOX.replace("123", "132"), "CHECK_CHARACTER_WRONG"),
        ("x" * 61, "SCAN_UNREADABLE"),
        ("x" * 513, "SCAN_UNREADABLE"),
        ("=<S1234199", "SCAN_UNREADABLE"),
        ("=%5100", "SCAN_UNREADABLE"),
        ("]d2garbage", "SCAN_UNREADABLE"),
        ("AB\x1dCD", "SCAN_UNREADABLE"),
        ("[)>\x1e06\x1d1PABC\x1e\x04", "SCAN_UNREADABLE"),
    ],
)
def test_refuses(raw: str, code: str) -> None:
    with pytest.raises(UnreadableScan) as refused:
        read_scan(raw)

    assert refused.value.code == code
    assert refused.value.words.endswith((".", "!"))


PIECES = [
    "=",
    "&",
    "=+02000",
    "=A99902600013700",
    "=<S1234199",
    "&>",
    "&/CH",
    "]d2",
    "]C1",
    "\x1d",
    "<GS>",
    "01",
    "09520123456788",
    "(01)",
    "(8003)",
    "21",
    "17",
    "280227",
    "BX-000123-",
    "A999026000137",
    "X",
    "-001",
    "[)>\x1e05",
    "https://id.gs1.org/01/",
    "٣",
    "²",
    "\x00",
]
NEARLY_CODES = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=600), NEARLY_CODES))
@example("(01)" + 14 * "\u00b2")
@example("&>\u00b2")
def test_any_text_is_understood_or_refused(raw: str) -> None:
    try:
        code = read_scan(raw).code
    except UnreadableScan as refusal:
        code = refusal.code
    assert code == code.strip()
    assert code.isprintable()
    assert 0 < len(code) <= 60


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=80), NEARLY_CODES))
def test_a_canonical_code_reads_as_itself(raw: str) -> None:
    try:
        scan = read_scan(raw)
    except UnreadableScan:
        return
    if scan.names_one_item:
        assert read_scan(scan.code).code == scan.code


@pytest.mark.urs("URS-04")
@pytest.mark.parametrize(
    ("raw", "twice"),
    [
        ("CHA9990260004AX", True),
        ("&/CHA9990260004AX", False),
        ("A999026000137", True),
        ("A999026000137X", False),
        ("A999026000137X-001", True),
        ("]d1A999026000137X-001", False),
        (BOX, False),
        ("4051125822", True),
        (SGTIN, True),
        ("(00)376130321109103420", False),
    ],
)
def test_asks_for_a_second_entry_of_what_no_check_guards(raw: str, *, twice: bool) -> None:
    assert needs_second_entry(read_scan(raw)) is twice
