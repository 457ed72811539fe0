"""Every component in every state, light and dark: axe finds nothing and nothing overflows."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import pytest
from django.conf import settings
from playwright.sync_api import Page, ViewportSize, expect

from accounts.models import Person

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


# at each width the scheme that is looked at first, then the other
LOOKS: list[tuple[ViewportSize, tuple[Literal["light", "dark"], Literal["light", "dark"]]]] = [
    (WIDE, ("light", "dark")),
    (PHONE, ("dark", "light")),
]
END_ALL_MOTION = """document.getAnimations().forEach(motion =>
    motion.effect.getComputedTiming().endTime === Infinity ? motion.cancel() : motion.finish())"""
# axe's rules that judge colours; its others ask what is there, and where
JUDGE = """([tags, onlyColours]) => {
    const rules = axe.getRules(tags).filter(rule => rule.tags.includes("cat.color"));
    const runOnly = onlyColours
        ? {type: "rule", values: rules.map(rule => rule.ruleId)}
        : {type: "tag", values: tags};
    return axe.run(document, {runOnly, resultTypes: ["violations"], preload: false})
        .then(found => found.violations.map(
            fault => `${fault.id}: ${fault.nodes.map(node => node.html).join(" | ")}`));
}"""
ALL_BUT_COLOURS = """() => [
    document.body.outerHTML,
    ...[...document.querySelectorAll("*")].map(element => {
        const {x, y, width, height} = element.getBoundingClientRect();
        const shown = {opacityProperty: true, visibilityProperty: true};
        return [x, y, width, height, element.checkVisibility(shown)].join();
    }),
].join()"""


def faults(page: Page, *, only_colours: bool = False) -> list[str]:
    """List what axe finds, one line for each rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(JUDGE, [RULES, only_colours])
    return [str(fault) for fault in found]


def faults_in_every_look(page: Page, keep: Callable[[Page, str], object], name: str) -> list[str]:
    """
    List what is wrong with an open page, wide and on a phone, light and dark; empty when nothing.

    Where the second scheme changes nothing but colours, only they are judged again.
    keep: takes a picture of each look under `name`, its width and its scheme.
    """
    said = []
    for size, schemes in LOOKS:
        page.set_viewport_size(size)
        seen = ""
        for scheme in schemes:
            look = f"{size['width']}-{scheme}"
            page.emulate_media(color_scheme=scheme)
            expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
            page.evaluate(END_ALL_MOTION)
            if not seen:
                # as tall as the page, else the bar at the bottom covers what stands behind it
                height = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": size["width"], "height": height + 100})
            keep(page, f"{name}-{look}")
            stands = page.evaluate(ALL_BUT_COLOURS)
            said += [f"{look}: {fault}" for fault in faults(page, only_colours=stands == seen)]
            seen = stands
            if not page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
                said.append(f"{look}: overflows")
    return said


def faults_of_pages(
    paths: Mapping[str, tuple[Person, str]],
    sign_in: Callable[..., Page],
    keep: Callable[[Page, str], object],
) -> dict[str, list[str]]:
    """
    Open each page as its person and look at it; name those with a fault.

    paths: by the name of their pictures.
    """
    found, screens = {}, dict[int, Page]()
    for name, (person, path) in paths.items():
        if person.pk not in screens:
            screens[person.pk] = sign_in(person, bypass_csp=True)
        screens[person.pk].goto(path)
        if said := faults_in_every_look(screens[person.pk], keep, name):
            found[name] = said
    return found


@pytest.mark.parametrize("path", ["/styleguide/", "/styleguide/scan/", "/nothing-is-here/"])
def test_has_no_fault_and_does_not_overflow(
    new_page: Callable[..., Page], picture_of_look: Callable[[Page, str], None], path: str
) -> None:
    page = new_page(bypass_csp=True)
    page.goto(path)

    assert faults_in_every_look(page, picture_of_look, path.strip("/").replace("/", "-")) == []


SPOILT = """() => {
    document.head.insertAdjacentHTML("beforeend", `<style>
        [data-bs-theme=dark] #pale { color: #3a4048 !important; }
        [data-bs-theme=light] #gone { display: none; }</style>`);
    document.querySelector("main").insertAdjacentHTML("beforeend", `<p id="pale">Hard to read</p>
        <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><div id="gone"><input></div>`);
}"""


def test_the_look_finds_faults_of_one_scheme_only(new_page: Callable[..., Page]) -> None:
    page = new_page(bypass_csp=True)
    page.goto("/nothing-is-here/")
    page.evaluate(SPOILT)

    said = faults_in_every_look(page, lambda *_: None, "spoilt")

    def looks(rule: str) -> set[str]:
        return {fault.split(":")[0] for fault in said if f": {rule}" in fault}

    assert looks("color-contrast") == {"1440-dark", "390-dark"}
    assert looks("label") == {"1440-dark", "390-dark"}
    assert {"1440-light", "390-dark"} <= looks("image-alt")


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
