"""ISBT 128 data structures: donation numbers, products, dates, chain of identity, compounds."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from types import MappingProxyType

from inventory.codes.iso7064 import check_character, keyboard_flag
from inventory.codes.words import UnreadableScan, clock_time, julian_date

FACILITY = r"[A-NP-Z1-9][0-9]{4}"
DIN = re.compile(rf"{FACILITY}[0-9]{{2}}[0-9]{{6}}")
COI = re.compile(rf"CH{FACILITY}[0-9]{{2}}[0-9A-Z]{{6}}")
PRODUCT = re.compile(r"[A-Z][0-9A-Z]{4}[0-9A-Za-z][0-9A-Z][0-9a-zA-Z]")

DIN_LENGTH = 13
COI_LENGTH = 15
DIVIDED_ELSEWHERE = "99"
"""Division characters of a product code that say: read the divisions code as well."""


@dataclass(frozen=True, kw_only=True)
class IsbtLabel:
    """What the ISBT 128 structures of one scan say; empty or None where they say nothing."""

    din: str = ""
    flags: str = ""
    product_code: str = ""
    division: str = ""
    coi: str = ""
    expires_on: date | None = None
    expires_time: time | None = None
    produced_on: date | None = None
    produced_time: time | None = None
    collected_on: date | None = None
    collected_time: time | None = None
    other: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing that this system uses was read."""
        return self == IsbtLabel(other=self.other)


Reader = Callable[[IsbtLabel, str], IsbtLabel]


@dataclass(frozen=True)
class Structure:
    """One data structure: its identifier, the characters that follow it, and its reader."""

    name: str
    identifier: str
    content: re.Pattern[str]
    read: Reader


def check_din(din: str, check: str) -> bool:
    """Tell whether `din` is a donation number and `check` its check character."""
    return bool(DIN.fullmatch(din)) and check == check_character(din)


def coi_is_well_formed(text: str) -> bool:
    """
    Tell whether `text` has the shape of a chain-of-identity identifier.

    Source: ISBT 128 data structure 040 (ST-028): CH, facility, year, six letters or digits.
    """
    return bool(COI.fullmatch(text))


def looks_like_isbt(text: str) -> bool:
    """Tell whether `text` opens with an ISBT 128 data identifier."""
    return _structure_at(text) is not None or text.startswith("=+")


def parse_isbt(text: str) -> IsbtLabel:
    """
    Read one data structure, a compound message or structures scanned in one go.

    text: as the scanner sends it, identifiers included, nothing before or after.
    Raises UnreadableScan: a structure is unknown, cut short, impossible or contradicts another.
    """
    promised, rest = _compound_header(text)
    label, found = IsbtLabel(), 0
    while rest:
        structure = _structure_at(rest)
        if structure is None:
            raise UnreadableScan(
                f"The label has a part this system does not know: “{rest[:12]}”. "
                "Scan the donation number or the code printed beside it."
            )
        content = _content_of(structure, rest)
        label = structure.read(label, content)
        rest, found = rest[len(structure.identifier) + len(content) :], found + 1
    if promised is not None and promised != found:
        raise UnreadableScan(
            f"The label announces {promised} parts and {found} were read. Scan it again."
        )
    return label


def _compound_header(text: str) -> tuple[int | None, str]:
    match = re.match(r"=\+([0-9]{2})([0-9]{3})", text)
    if match:
        return int(match[1]), text[match.end() :]
    if text.startswith("=+"):
        raise UnreadableScan("The label was read only in part. Scan it again.")
    return None, text


def _structure_at(text: str) -> Structure | None:
    return next((s for s in STRUCTURES if _opens_with(s, text)), None)


def _opens_with(structure: Structure, text: str) -> bool:
    if structure.identifier != "=":
        return text.startswith(structure.identifier)
    return bool(re.match(r"=[A-NP-Z1-9]", text))


def _content_of(structure: Structure, text: str) -> str:
    match = structure.content.match(text, len(structure.identifier))
    if match is None:
        raise UnreadableScan(
            f"The {structure.name} was read only in part or is not one. Scan it again; "
            "if it fails twice, set the item aside and ask for a new label."
        )
    return match[0]


def _read_din(label: IsbtLabel, content: str) -> IsbtLabel:
    din, flags = content[:DIN_LENGTH], content[DIN_LENGTH:]
    if label.din and label.din != din:
        raise UnreadableScan(
            f"Two donation numbers in one scan: {label.din} and {din}. Scan one label at a time."
        )
    if flags.isdigit() and 60 <= int(flags) <= 96 and flags != keyboard_flag(din):
        raise UnreadableScan(
            f"The check value of donation number {din} does not match. Scan it again."
        )
    return replace(label, din=din, flags=flags)


def _read_product(label: IsbtLabel, content: str) -> IsbtLabel:
    division = label.division or content[6:]
    return replace(label, product_code=content, division=division)


def _read_divisions(label: IsbtLabel, content: str) -> IsbtLabel:
    return replace(label, division=content)


def _read_coi(label: IsbtLabel, content: str) -> IsbtLabel:
    return replace(label, coi=content)


def _read_expiry(label: IsbtLabel, content: str) -> IsbtLabel:
    return replace(label, expires_on=julian_date(content[:6]), expires_time=_time_in(content))


def _read_production(label: IsbtLabel, content: str) -> IsbtLabel:
    return replace(label, produced_on=julian_date(content[:6]), produced_time=_time_in(content))


def _read_collection(label: IsbtLabel, content: str) -> IsbtLabel:
    return replace(label, collected_on=julian_date(content[:6]), collected_time=_time_in(content))


def _time_in(content: str) -> time | None:
    return clock_time(content[6:]) if len(content) > 6 else None


def _keep(name: str) -> Reader:
    def read(label: IsbtLabel, content: str) -> IsbtLabel:
        return replace(label, other=MappingProxyType({**label.other, name: content}))

    return read


def _known(name: str, identifier: str, pattern: str, read: Reader | None = None) -> Structure:
    return Structure(name, identifier, re.compile(pattern), read or _keep(name))


STRUCTURES = (
    _known("product code", "=<", PRODUCT.pattern, _read_product),
    _known("expiry date", "=>", r"[0-9]{6}", _read_expiry),
    _known("collection date", "=*", r"[0-9]{6}", _read_collection),
    _known("production date", "=}", r"[0-9]{6}", _read_production),
    _known("expiry date and time", "&>", r"[0-9]{10}", _read_expiry),
    _known("collection date and time", "&*", r"[0-9]{10}", _read_collection),
    _known("production date and time", "&}", r"[0-9]{10}", _read_production),
    _known("divisions code", "=,", r"[0-9A-Z]{6}", _read_divisions),
    _known("chain of identity", "&/", COI.pattern, _read_coi),
    _known("blood groups", "=%", r"[0-9A-Za-z]{4}"),
    _known("consignment", "=$", r"[0-9A-Z]{16}"),
    _known("flexible date and time", "=(", r"[0-9A-Z]{16}"),
    _known("processor product code", "=/", r"[0-9A-Z]{16}"),
    _known("lot number", "&,1", r"[0-9A-Z]{18}"),
    _known("supplemental number", "&,2", r"[0-9A-Z]{18}"),
    _known("single European code", "&,4", r"[0-9A-Z]{40}"),
    _known("donor identifier", "&:", r"[0-9A-Z]{19}"),
    _known("donation number", "=", DIN.pattern + r"[0-9A-Z]{2}", _read_din),
)
