"""The embedded typefaces: Latin, Greek, Cyrillic and the verdict shapes, in text and monospace."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

BODY, BOLD, MONO, MONO_BOLD = "Body", "BodyBold", "Mono", "MonoBold"
NARROW, NARROW_BOLD = "Narrow", "NarrowBold"

_FILES = {
    BODY: "DejaVuSans.ttf",
    BOLD: "DejaVuSans-Bold.ttf",
    MONO: "DejaVuSansMono.ttf",
    MONO_BOLD: "DejaVuSansMono-Bold.ttf",
    NARROW: "DejaVuSansCondensed.ttf",
    NARROW_BOLD: "DejaVuSansCondensed-Bold.ttf",
}
_PACKAGE = Path("node_modules", "dejavu-fonts-ttf", "ttf")


def font_folder() -> Path:
    """Say where the font files are: the setting REPORT_FONTS, else the front-end packages."""
    if settings.REPORT_FONTS:
        return Path(settings.REPORT_FONTS)
    return Path(settings.BASE_DIR) / _PACKAGE


@cache
def register_fonts() -> None:
    """
    Make the typefaces known to the PDF library; cheap after the first call.

    Raises ImproperlyConfigured: a font file is not there.
    """
    folder = font_folder()
    for name, file in _FILES.items():
        path = folder / file
        if not path.is_file():
            raise ImproperlyConfigured(
                f"The font {file} is missing. Install the front-end packages, "
                "or name the folder that holds it in REPORT_FONTS."
            )
        pdfmetrics.registerFont(TTFont(name, str(path)))
    pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)
    pdfmetrics.registerFontFamily(
        MONO, normal=MONO, bold=MONO_BOLD, italic=MONO, boldItalic=MONO_BOLD
    )


def legible(text: str) -> str:
    """
    Make every character visible: one that the typefaces lack is written as its code point.

    A blank box on paper would hide that a name was there; the JSON copy keeps the original.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


@cache
def _glyphs() -> frozenset[int]:
    register_fonts()
    drawn = [frozenset(pdfmetrics.getFont(name).face.charToGlyph) for name in _FILES]
    return frozenset.intersection(*drawn)


def _shown(character: str) -> str:
    if character in "\n\t\r":
        return " "
    if character.isprintable() and ord(character) in _glyphs():
        return character
    return f"[U+{ord(character):04X}]"
