"""Choosing type size, folds and what a small label leaves out, before anything is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from reports.kit.fonts import MONO, MONO_BOLD, NARROW, NARROW_BOLD, legible, register_fonts
from reports.labels.content import RULES, Field, LabelRules, VialLabel, words_of

SIZES = tuple(n / 4 for n in range(36, 15, -1))
"""Type sizes that are tried, in points: 9 down to 4, below which frost wins."""

LEADING = 1.1
STRESS = 1.3
STRESSED_CHARACTERS = 4

_FONTS = {
    Field.CODE: MONO_BOLD,
    Field.COI: MONO,
    Field.EXPIRY: NARROW_BOLD,
    Field.AUTOLOGOUS: NARROW_BOLD,
}


@dataclass(frozen=True)
class Line:
    """One printed line; the last `stressed` characters are bold and larger."""

    text: str
    font: str
    stressed: int = 0

    def width(self, size: float) -> float:
        """Measure the line in points."""
        plain, loud = self.parts
        return float(
            stringWidth(plain, self.font, size) + stringWidth(loud, MONO_BOLD, size * STRESS)
        )

    def height(self, size: float) -> float:
        """Give the distance to the next line in points."""
        return size * LEADING * (STRESS if self.stressed else 1)

    @property
    def parts(self) -> tuple[str, str]:
        """Split the line into its plain and its stressed part."""
        cut = len(self.text) - self.stressed
        return self.text[:cut], self.text[cut:]


@dataclass(frozen=True, kw_only=True)
class Words:
    """The lines of one label in the type size that fits, and the fields that did not fit."""

    lines: tuple[Line, ...]
    size: float
    left_out: tuple[Field, ...]


def fit_words(
    label: VialLabel, *, room_mm: tuple[float, float], rules: LabelRules = RULES
) -> Words | None:
    """
    Choose lines and type size for the room beside the symbol; None when the least does not fit.

    room_mm: width and height left for words.
    """
    register_fonts()
    words = words_of(label)
    skippable = [name for name in rules.may_leave_out if name in words]
    for count in range(len(skippable) + 1):
        left_out = tuple(skippable[:count])
        kept = [(n, words[n]) for n in rules.order if n in words and n not in left_out]
        for size in SIZES:
            lines = _lines(kept, rules, size, room_mm[0] * mm)
            fits = all(line.width(size) <= room_mm[0] * mm for line in lines)
            if fits and sum(line.height(size) for line in lines) <= room_mm[1] * mm:
                return Words(lines=tuple(lines), size=size, left_out=left_out)
    return None


def _lines(
    words: Sequence[tuple[Field, str]], rules: LabelRules, size: float, wide: float
) -> list[Line]:
    lines: list[Line] = []
    for name, text in words:
        joined = Line(f"{lines[-1].text} · {legible(text)}", lines[-1].font) if lines else None
        if joined and name in rules.may_share_a_line and joined.width(size) <= wide:
            lines[-1] = joined
        else:
            lines.extend(_folded(name, legible(text), size, wide))
    return lines


def _folded(name: Field, text: str, size: float, wide: float) -> list[Line]:
    font = _FONTS.get(name, NARROW)
    whole = Line(text, font, STRESSED_CHARACTERS if name is Field.COI else 0)
    if whole.stressed or whole.width(size) <= wide:
        return [whole]
    return [Line(piece, font) for piece in fold(text, font, size, wide)]


def fold(text: str, font: str, size: float, wide: float) -> list[str]:
    """Break text at blanks and behind dashes into lines that fit; a long word stays whole."""
    lines = [""]
    for word in text.replace(" ", " \0").replace("-", "-\0").split("\0"):
        if lines[-1] and stringWidth(lines[-1] + word.rstrip(), font, size) > wide:
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines]
