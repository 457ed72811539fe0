"""One door for everything scanned or typed: the kind of code and its canonical string."""

import re
from dataclasses import dataclass
from enum import StrEnum

from inventory.codes.delivery import EOT, GS, RS, clean, is_gs1_symbology
from inventory.codes.gs1 import Gs1Label, looks_like_gs1, looks_like_sgtin, parse_gs1
from inventory.codes.isbt128 import (
    COI,
    DIN,
    DIVIDED_ELSEWHERE,
    PRODUCT,
    IsbtLabel,
    check_din,
    looks_like_isbt,
    parse_isbt,
)
from inventory.codes.own import OwnCode, read_own_code
from inventory.codes.words import UnreadableScan

LONGEST_CODE = 60
"""Characters of the longest canonical code; the database column is this wide."""


class CodeKind(StrEnum):
    """Which code system a scan belongs to."""

    DONATION = "donation"
    DONATION_CONTAINER = "donation container"
    PRODUCT = "product"
    EXPIRY = "expiry"
    CHAIN_OF_IDENTITY = "chain of identity"
    COMPOUND = "compound"
    GS1 = "gs1"
    OWN = "own"
    PLAIN = "plain"


@dataclass(frozen=True, kw_only=True)
class Scan:
    """
    A scan understood: `code` is the canonical string under which identifiers are stored.

    is_guarded: a check character or check digit over the whole code was right. A donation
    number's check character does not cover the container number behind it.
    names_one_item: False for a code that only says a kind, a lot or a date.
    """

    kind: CodeKind
    code: str
    raw: str
    symbology: str = ""
    is_guarded: bool = False
    names_one_item: bool = True
    container_number: str = ""
    isbt: IsbtLabel | None = None
    gs1: Gs1Label | None = None
    own: OwnCode | None = None


def read_scan(raw: str) -> Scan:
    """
    Understand what a wedge, a camera or a keyboard delivered.

    raw: any text at all.
    Raises UnreadableScan: it cannot be used; the exception says why and what to do now.
    """
    symbology, text = clean(raw)
    scan = _read(text, raw, symbology)
    if len(scan.code) > LONGEST_CODE:
        raise UnreadableScan(
            f"That is {len(scan.code)} characters, longer than any label. "
            "Clear the field and scan again."
        )
    return scan


def needs_second_entry(scan: Scan) -> bool:
    """
    Tell whether this code, if it was typed by hand, must be entered twice before it counts.

    One entry is enough when a check character guards all of it, or when it came with the signs
    of a scanner: a symbology identifier or the identifiers of a data structure. Many scanners
    send neither, so ask only where the screen saw keystrokes at a person's pace.
    Source: URS-04, 21 CFR 211.68(b).
    """
    return not (scan.is_guarded or scan.symbology or scan.isbt is not None)


def _read(text: str, raw: str, symbology: str) -> Scan:
    if is_gs1_symbology(symbology) or looks_like_gs1(text) or looks_like_sgtin(text):
        return _gs1_scan(text, raw, symbology)
    if any(separator in text for separator in (GS, RS, EOT)):
        raise UnreadableScan(
            "The label was read only in part: a separator stands where a code should be. "
            "Scan it again."
        )
    if looks_like_isbt(text):
        return _isbt_scan(text, raw, symbology)
    own = read_own_code(text)
    if own is not None:
        return Scan(
            kind=CodeKind.OWN, code=own.text, raw=raw, symbology=symbology, is_guarded=True, own=own
        )
    return _typed_isbt(text, raw, symbology) or Scan(
        kind=CodeKind.PLAIN, code=" ".join(text.split()), raw=raw, symbology=symbology
    )


def _gs1_scan(text: str, raw: str, symbology: str) -> Scan:
    gs1 = parse_gs1(text)
    return Scan(
        kind=CodeKind.GS1,
        code=gs1.key,
        raw=raw,
        symbology=symbology,
        is_guarded=gs1.key.startswith(("(00)", "(8018)", "(8017)")),
        names_one_item=gs1.names_one_item,
        gs1=gs1,
    )


def _isbt_scan(text: str, raw: str, symbology: str) -> Scan:
    isbt = parse_isbt(text)
    kind, code, names_one_item = _isbt_code(isbt)
    return Scan(
        kind=kind,
        code=code,
        raw=raw,
        symbology=symbology,
        is_guarded=isbt.flags.isdigit() and int(isbt.flags) >= 60,
        names_one_item=names_one_item,
        isbt=isbt,
    )


def _isbt_code(isbt: IsbtLabel) -> tuple[CodeKind, str, bool]:
    """Name the thing: donation and product together name a container, else what there is."""
    if isbt.din and isbt.product_code:
        return CodeKind.COMPOUND, "-".join((isbt.din, *_product_parts(isbt))), True
    if isbt.din:
        return CodeKind.DONATION, isbt.din, True
    if isbt.coi:
        return CodeKind.CHAIN_OF_IDENTITY, isbt.coi, True
    if isbt.product_code:
        return CodeKind.PRODUCT, "-".join(_product_parts(isbt)), False
    if isbt.expires_on:
        return CodeKind.EXPIRY, isbt.expires_on.isoformat(), False
    raise UnreadableScan(
        "This part of the label does not name the item. "
        "Scan the donation number or the code printed beside it."
    )


def _product_parts(isbt: IsbtLabel) -> tuple[str, ...]:
    if not isbt.product_code.endswith(DIVIDED_ELSEWHERE):
        return (isbt.product_code,)
    if isbt.division == DIVIDED_ELSEWHERE:
        raise UnreadableScan(
            "This container's division is in a second code on its label. "
            "Scan the large code that carries everything, or the code printed beside it."
        )
    return isbt.product_code, isbt.division


_CHECKED_DIN = re.compile(rf"({DIN.pattern})[ ]?([0-9A-Z*])(?:-([0-9A-Z]{{1,12}}))?")
_PRODUCT_OF_DIN = re.compile(rf"({DIN.pattern})-({PRODUCT.pattern})(?:-([0-9A-Z]{{6}}))?")


def _typed_isbt(text: str, raw: str, symbology: str) -> Scan | None:
    """Understand what people read off an ISBT label: no identifiers, perhaps small letters."""
    capitals = text.upper()
    product = _PRODUCT_OF_DIN.fullmatch(text)
    if COI.fullmatch(capitals):
        kind = CodeKind.CHAIN_OF_IDENTITY
    elif product:
        return Scan(kind=CodeKind.COMPOUND, code=text, raw=raw, symbology=symbology)
    elif DIN.fullmatch(capitals) and capitals[0].isalpha():
        kind = CodeKind.DONATION
    else:
        return _typed_checked_din(capitals, raw, symbology)
    return Scan(kind=kind, code=capitals, raw=raw, symbology=symbology)


def _typed_checked_din(capitals: str, raw: str, symbology: str) -> Scan | None:
    """Understand a donation number with its check character, perhaps with a container number."""
    match = _CHECKED_DIN.fullmatch(capitals)
    if match is None or (capitals[0].isdigit() and not match[3]):
        return None
    din, check, container = match[1], match[2], match[3] or ""
    if not check_din(din, check):
        raise UnreadableScan(
            f"{capitals} has a typing mistake: its check character does not match. "
            "Scan the label, or read the code again and type it slowly.",
            code="CHECK_CHARACTER_WRONG",
        )
    return Scan(
        kind=CodeKind.DONATION_CONTAINER if container else CodeKind.DONATION,
        code=f"{din}{check}-{container}" if container else din,
        raw=raw,
        symbology=symbology,
        is_guarded=not container,
        container_number=container,
    )
