"""Breaking text into lines that fit, without losing a character."""

from collections.abc import Iterator
from functools import lru_cache

from reportlab.pdfbase.pdfmetrics import stringWidth

from reports.kit.fonts import legible, register_fonts


@lru_cache(maxsize=16384)
def width_of(text: str, font: str, size: float) -> float:
    """Measure text in points."""
    register_fonts()
    return float(stringWidth(text, font, size))


def wrapped(text: str, font: str, size: float, wide: float) -> list[str]:
    """
    Break text at blanks, and long words wherever they must be broken.

    text: its line ends are kept. wide: in points.
    """
    return [
        line
        for paragraph in text.splitlines() or [""]
        for line in _lines(legible(paragraph), font, size, wide)
    ]


def cut_to(text: str, font: str, size: float, wide: float) -> str:
    """Shorten text to one line, ending in … when something is missing."""
    text = legible(text)
    if width_of(text, font, size) <= wide:
        return text
    while text and width_of(text + "…", font, size) > wide:
        text = text[:-1]
    return text + "…"


def _lines(text: str, font: str, size: float, wide: float) -> Iterator[str]:
    line, used = "", 0.0
    blank = width_of(" ", font, size)
    for word in text.split(" "):
        for piece in _pieces(word, font, size, wide):
            needed = width_of(piece, font, size)
            if line and used + blank + needed > wide:
                yield line
                line, used = piece, needed
            else:
                used += needed + (blank if line else 0)
                line = f"{line} {piece}" if line else piece
    yield line


def _pieces(word: str, font: str, size: float, wide: float) -> Iterator[str]:
    """Cut a word that no line can hold, such as a hash, into pieces that fit."""
    while len(word) > 1 and width_of(word, font, size) > wide:
        count = max(1, int(len(word) * wide / width_of(word, font, size)))
        while count > 1 and width_of(word[:count], font, size) > wide:
            count -= 1
        yield word[:count]
        word = word[count:]
    yield word
