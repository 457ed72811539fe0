"""GS1 element strings: what the bars say, and the one string that names the item."""

import re
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString, GS1ElementStrings
from biip.gs1_messages import GS1Message

from inventory.codes.words import UnreadableScan

GROUP_SEPARATOR = "\x1d"
KEYS = (
    ("00",),
    ("01", "21"),
    ("8003",),
    ("8004",),
    ("8017",),
    ("8018",),
    ("8010",),
    ("414", "254"),
)
"""Application identifiers that name one thing, strongest first."""

CLASS_KEYS = (("01", "10"), ("01",), ("414",))
"""Application identifiers that name a kind or a lot, when nothing names one thing."""

LINK = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Gs1Label:
    """What the element strings of one scan say; empty or None where they say nothing."""

    elements: MappingProxyType[str, str]
    key: str
    names_one_item: bool
    gtin: str = ""
    serial: str = ""
    lot: str = ""
    expires_on: date | None = None


def parse_gs1(text: str) -> Gs1Label:
    """
    Read element strings: `0109…<GS>21…`, printed `(01)09…(21)…`, or a GS1 web address.

    Raises UnreadableScan: an element is unknown, cut short, has a wrong check digit or no key.
    """
    strings = _element_strings(text)
    for element in strings:
        _refuse_wrong_check(element)
    elements = {element.ai.ai: element.value for element in strings}
    key, names_one_item = _key_of(elements)
    return Gs1Label(
        elements=MappingProxyType(elements),
        key=key,
        names_one_item=names_one_item,
        gtin=elements.get("01", ""),
        serial=elements.get("21", ""),
        lot=elements.get("10", ""),
        expires_on=next((e.date for e in strings if e.ai.ai == "17"), None),
    )


def looks_like_gs1(text: str) -> bool:
    """Tell whether `text` is surely GS1: printed brackets, a separator, or a GS1 web address."""
    if re.match(r"\([0-9]{2,4}\)", text) or (GROUP_SEPARATOR in text and text[:2].isdigit()):
        return True
    return bool(LINK.match(text)) and bool(re.search(r"/(00|01|8003|8004|8017|8018|414)/", text))


def looks_like_sgtin(text: str) -> bool:
    """Tell whether `text` without separators opens with a GTIN whose check digit is right."""
    return bool(re.match(r"01[0-9]{14}(21|17|10|11)", text)) and _mod10_is_right(text[2:16])


def _element_strings(text: str) -> GS1ElementStrings:
    try:
        if LINK.match(text):
            return GS1DigitalLinkURI.parse(text).element_strings
        if text.startswith("("):
            return GS1Message.parse_hri(text).element_strings
        return GS1Message.parse(text.lstrip(GROUP_SEPARATOR)).element_strings
    except (ParseError, ValueError) as error:  # biip lets int() fail on some non-ASCII digits
        raise UnreadableScan(
            "This looks like a GS1 code but was read only in part. Scan it again; "
            "if it fails twice, scan another code on the item."
        ) from error


def _refuse_wrong_check(element: GS1ElementString) -> None:
    grai = element.value[:14] if element.ai.ai == "8003" else ""
    broken = element.gtin_error or element.sscc_error or element.gln_error
    if broken or (grai and not _mod10_is_right(grai)):
        raise UnreadableScan(
            f"The check digit of ({element.ai.ai}) {element.value} does not match. Scan it again."
        )


def _mod10_is_right(digits: str) -> bool:
    weighted = (int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(digits)))
    return digits.isascii() and digits.isdigit() and sum(weighted) % 10 == 0


def _key_of(elements: dict[str, str]) -> tuple[str, bool]:
    for keys, names_one_item in ((KEYS, True), (CLASS_KEYS, False)):
        for key in keys:
            if all(ai in elements for ai in key):
                return "".join(f"({ai}){elements[ai]}" for ai in key), names_one_item
    raise UnreadableScan(
        "This GS1 code carries a date or a lot but no item number. "
        "Scan the code that carries the number of the item."
    )
