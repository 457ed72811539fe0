"""What holds for every template and sheet: contrast, no inline code, and how much is sent."""

import re
from pathlib import Path

import django_htmx
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPT_BUDGET = 150_000
OWN_SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))


def colours(theme: str) -> dict[str, str]:
    """Read the colours of a theme from the sheet that declares them."""
    sheet = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    block = re.search(rf'\[data-bs-theme="{theme}"\] {{(.*?)}}', sheet, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block.group(1)))


def luminance(colour: str) -> float:
    """Compute the relative luminance as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Compute the contrast of two colours as WCAG defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("verdict", ["green", "amber", "red", "grey"])
def test_verdict_words_stand_out(theme: str, verdict: str) -> None:
    palette = colours(theme)

    for ground in (palette[f"{verdict}-tint"], palette["surface"], palette["ground"]):
        assert contrast(palette[verdict], ground) >= 4.5
    assert contrast(palette["ink"], palette[f"{verdict}-tint"]) >= 7


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "ground", 7),
        ("ink", "surface", 7),
        ("ink-soft", "ground", 4.5),
        ("ink-soft", "sunken", 4.5),
        ("accent", "accent-tint", 4.5),
        ("accent-ink", "accent", 4.5),
        ("danger-ink", "danger", 4.5),
        ("line-strong", "surface", 3),
        ("green-line", "surface", 2.5),
        ("focus", "ground", 3),
    ],
)
def test_text_and_edges_stand_out(theme: str, ink: str, ground: str, least: float) -> None:
    palette = colours(theme)

    assert contrast(palette[ink], palette[ground]) >= least


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_no_inline_code_and_stays_short(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle=", text), "style attributes break the content security policy"
    assert not re.search(r"\son\w+=\"", text), "inline handlers break the content security policy"
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline scripts break the policy"
    assert len(text.splitlines()) <= 120


def test_everyday_pages_send_little_script() -> None:
    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    sent = sum(path.stat().st_size for path in [*OWN_SCRIPTS, htmx])

    assert sent <= SCRIPT_BUDGET
