"""Every component in every state, light and dark: axe finds nothing and nothing overflows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, ViewportSize, expect

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def faults(page: Page) -> list[str]:
    """List what axe finds, one line for each rule."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
        "v => `${v.id}: ${v.nodes.map(n => n.html).join(' | ')}`))",
        RULES,
    )
    return [str(fault) for fault in found]


@pytest.mark.parametrize("path", ["/styleguide/", "/styleguide/scan/", "/nothing-is-here/"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_has_no_fault_and_does_not_overflow(
    new_page: Callable[..., Page],
    screenshot: Callable[[Page, str], Path],
    path: str,
    size: ViewportSize,
    scheme: str,
) -> None:
    page = new_page(viewport=size, color_scheme=scheme, bypass_csp=True)
    page.goto(path)

    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    name = path.strip("/").replace("/", "-")
    screenshot(page, f"{name}-{size['width']}-{scheme}")


def test_breaks_no_content_security_policy(page: Page) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))

    page.goto("/styleguide/")
    page.wait_for_load_state("networkidle")

    assert [text for text in problems if "Content Security Policy" in text] == []


def test_follows_the_theme_of_the_system_before_anything_is_painted(
    new_page: Callable[..., Page],
) -> None:
    page = new_page(color_scheme="dark")

    page.goto("/styleguide/")

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_shifts_nothing_while_it_loads(page: Page) -> None:
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const e of list.getEntries())"
        "window.shift += e.value; }).observe({type: 'layout-shift', buffered: true});"
    )

    page.goto("/styleguide/")
    page.wait_for_load_state("networkidle")

    assert page.evaluate("window.shift") < 0.01


def test_moves_through_a_box_map_with_the_arrow_keys(page: Page) -> None:
    page.goto("/styleguide/")
    here = page.locator(".box-grid a.spot-here").first
    here.focus()

    page.keyboard.press("ArrowRight")
    expect(page.locator("a.spot:focus")).to_have_attribute(
        "aria-label", "A4: occupied, …-004, CHA9990260004AX"
    )
    page.keyboard.press("ArrowDown")
    expect(page.locator("a.spot:focus")).to_have_attribute(
        "aria-label", "B4: occupied, …-013, CHA9990260004AX"
    )
    page.keyboard.press("Home")
    expect(page.locator("a.spot:focus")).to_have_attribute(
        "aria-label", "B1: on hold, …-010, CHA9990260004AX"
    )
