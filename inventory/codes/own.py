"""The codes that we print ourselves: short, guarded by a check character, kind in front."""

import re
from dataclasses import dataclass
from enum import StrEnum

from inventory.codes.iso7064 import check_character
from inventory.codes.words import UnreadableScan

SHORTEST_NUMBER = 6
LONGEST_NUMBER = 9


class OwnKind(StrEnum):
    """What a code of ours is stuck on; the value is the prefix that is printed."""

    UNIT = "FZ"
    RACK = "RK"
    BOX = "BX"
    CONTAINER = "CT"
    POSITION = "PS"
    VIAL = "VL"
    PERSON = "PE"
    PICK_LIST = "PL"
    INSTRUMENT = "IN"


@dataclass(frozen=True, kw_only=True)
class OwnCode:
    """A code of ours, taken apart."""

    kind: OwnKind
    number: int
    check: str

    @property
    def text(self) -> str:
        """Write the code as it is printed."""
        return f"{self.kind.value}-{self.number:0{SHORTEST_NUMBER}d}-{self.check}"


_SHAPE = re.compile(
    rf"({'|'.join(kind.value for kind in OwnKind)})"
    rf"[- ]([0-9OIL]{{1,{LONGEST_NUMBER}}})[- ]([0-9A-Z*])",
    re.IGNORECASE | re.ASCII,
)
_LETTERS_MEANT_AS_DIGITS = str.maketrans("OIL", "011")


def new_code(kind: OwnKind, number: int) -> str:
    """
    Make the code that is printed for the `number`-th thing of its kind.

    number: from 1 to 999,999,999, never used twice for one kind.
    Raises ValueError: `number` is outside that range.
    """
    if not 0 < number < 10**LONGEST_NUMBER:
        raise ValueError(f"a code number is between 1 and {10**LONGEST_NUMBER - 1}")
    check = _check(kind, number)
    return OwnCode(kind=kind, number=number, check=check).text


def check_own_code(text: str) -> bool:
    """Tell whether `text` is a code of ours with the right check character."""
    try:
        return read_own_code(text) is not None
    except UnreadableScan:
        return False


def read_own_code(text: str) -> OwnCode | None:
    """
    Take a code of ours apart; None when `text` does not have its shape.

    Small letters, missing zeros, blanks for dashes, and O, I or L for digits are understood.
    Raises UnreadableScan: all the digits are there and the check character is wrong.
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    kind = OwnKind(match[1].upper())
    number = int(match[2].upper().translate(_LETTERS_MEANT_AS_DIGITS))
    check = match[3].upper()
    if number > 0 and check == _check(kind, number):
        return OwnCode(kind=kind, number=number, check=check)
    if len(match[2]) < SHORTEST_NUMBER:
        return None  # a site's old code such as BX-001-A is not a mistyped code of ours
    raise UnreadableScan(
        f"{text.upper()} has a typing mistake: its last character does not match. "
        "Scan the label, or read the code again and type it slowly.",
        code="CHECK_CHARACTER_WRONG",
    )


def _check(kind: OwnKind, number: int) -> str:
    return check_character(f"{kind.value}{number:0{LONGEST_NUMBER}d}")
