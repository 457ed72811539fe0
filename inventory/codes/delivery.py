"""Undo what wedges, cameras, browsers and keyboards do to a code on its way here."""

import re
import unicodedata

from inventory.codes.words import UnreadableScan

LONGEST_SCAN = 512
GS, RS, EOT = "\x1d", "\x1e", "\x04"

_SUBSTITUTES = (
    (re.compile(r"<GS>|\{GS\}|\[GS\]|\^\]|\\x1d|\\u001d|\\035|<FNC1>|\{FNC1\}|␝", re.I), GS),
    (re.compile(r"<RS>|\{RS\}|\[RS\]|\^\^|\\x1e|\\u001e|\\036|␞", re.I), RS),
    (re.compile(r"<EOT>|\{EOT\}|\[EOT\]|\^D(?=$)|\\x04|\\u0004|\\004|␄", re.I), EOT),
)
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_SYMBOLOGIES = frozenset({"]C1", "]D2", "]Q3", "]E0", "]J1"})
_ENVELOPE = re.compile(r"\[\)>\x1e(\d\d)\x1d?(.*)", re.DOTALL)
_AROUND = f" {GS}{RS}{EOT}"
_SEVERAL = re.compile(r"[\r\n\t]+")


def clean(raw: str) -> tuple[str, str]:
    """
    Give the symbology identifier (or nothing) and the text of the code itself.

    raw: exactly what arrived, of any length and alphabet.
    Raises UnreadableScan: nothing is left, it is too long, or several codes came at once.
    """
    if len(raw) > LONGEST_SCAN:
        raise UnreadableScan(
            f"That is {len(raw)} characters, longer than any label. Clear the field and scan again."
        )
    text = _printable(unicodedata.normalize("NFKC", raw).strip(" \r\n\t"))
    for pattern, character in _SUBSTITUTES:
        text = pattern.sub(character, text)
    symbology, text = _take_symbology(text.strip(_AROUND))
    text = _open_envelope(text.strip(_AROUND)).strip(_AROUND)
    if not text:
        raise UnreadableScan("Nothing was read. Scan the label again.", code="SCAN_EMPTY")
    return symbology, text


def is_gs1_symbology(symbology: str) -> bool:
    """Tell whether the symbology identifier promises GS1 element strings."""
    return symbology.upper() in _GS1_SYMBOLOGIES


def _several() -> UnreadableScan:
    return UnreadableScan(
        "Several codes arrived at once. Clear the field and scan one label at a time.",
        code="SCAN_SEVERAL",
    )


def _printable(text: str) -> str:
    if len(_SEVERAL.split(text)) > 1:
        raise _several()
    kept = (c for c in text if c in (GS, RS, EOT) or unicodedata.category(c)[0] != "C")
    return "".join(kept).strip()


def _take_symbology(text: str) -> tuple[str, str]:
    match = _SYMBOLOGY.match(text)
    if match is None:
        return "", text
    rest = text[match.end() :]
    if _SYMBOLOGY.search(rest):
        raise _several()
    return match[0], rest


def _open_envelope(text: str) -> str:
    """Take element strings out of an ISO/IEC 15434 envelope of format 05."""
    match = _ENVELOPE.match(text)
    if match is None:
        return text
    if match[1] != "05":
        raise UnreadableScan(
            f"This is a supplier's data label (format {match[1]}), not an item's code. "
            "Scan the code that carries the number of the item."
        )
    if _SYMBOLOGY.search(match[2]):
        raise _several()
    return match[2].split(RS)[0]
