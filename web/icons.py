"""Icons are read from the installed npm package and drawn inline; no copy is kept."""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_NAME = re.compile(r"^[a-z0-9-]+$")
_INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_EMPTY_SQUARE = re.compile(r'<path stroke="none"[^>]*/>')


class IconMissing(LookupError):
    """The icon is not in the package, or the package is not installed."""


def icon_folder() -> Path:
    """Say where the npm package keeps its outline icons."""
    return Path(settings.BASE_DIR) / "node_modules" / "@tabler" / "icons" / "icons" / "outline"


@lru_cache(maxsize=256)
def drawing(name: str) -> SafeString:
    """
    Read what stands inside the `svg` element of an icon.

    Raises IconMissing: there is no such icon, or `npm ci` was not run.
    """
    path = icon_folder() / f"{name}.svg"
    if not _NAME.match(name) or not path.is_file():
        raise IconMissing(f"There is no icon {name!r}: is the name right, was `npm ci` run?")
    inside = _INSIDE.search(path.read_text(encoding="utf-8"))
    if inside is None:
        raise IconMissing(f"The file of icon {name!r} is not an SVG drawing.")
    strokes = " ".join(_EMPTY_SQUARE.sub("", inside.group(1)).split())
    return mark_safe(strokes)  # noqa: S308 - the drawing comes from the pinned package, not a user


@lru_cache(maxsize=512)
def svg(name: str, *, label: str = "") -> SafeString:
    """Draw an icon; with a label it is an image of that name, without one it is hidden."""
    said = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>',
        mark_safe(said),  # noqa: S308 - built two lines above; the label is escaped there
        drawing(name),
    )
