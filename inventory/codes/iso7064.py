"""The mod 37-2 check character that guards every code a person may have to type."""

import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_2

CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
KEYBOARD_FLAG_OFFSET = 60

_BODY = re.compile(r"[0-9A-Z]+")


def check_character(body: str) -> str:
    """
    Calculate the check character over `body`.

    body: capital letters and digits only, at least one.
    Raises ValueError: `body` has any other character.
    Source: ISO/IEC 7064 mod 37-2; ISBT 128 ST-001 appendix A.
    """
    if not _BODY.fullmatch(body):
        raise ValueError("a check character covers capital letters and digits only")
    return str(mod_37_2.calc_check_digit(body))


def has_valid_check(text: str) -> bool:
    """Tell whether the last character of `text` is the check character of what precedes it."""
    if not _BODY.fullmatch(text[:-1]) or text[-1:] not in CHECK_ALPHABET:
        return False
    try:
        mod_37_2.validate(text)
    except ValidationError:
        return False
    return True


def keyboard_flag(body: str) -> str:
    """
    Give the type 3 flag characters (60 to 96) that carry the check value of a donation number.

    Source: ISBT 128 ST-001, flag characters type 3.
    """
    return str(KEYBOARD_FLAG_OFFSET + CHECK_ALPHABET.index(check_character(body)))
