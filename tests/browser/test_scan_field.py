"""The scan field as a scanner uses it: fast keys, lost focus, control characters, refusals."""

from collections.abc import Callable
from time import perf_counter
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, Route, expect

GOOD = "A9990260004AV014"
REFUSED = "A9990260004AX"
BLANKING_MS = 400


@pytest.fixture
def screen(page: Page) -> Page:
    """Open the scan screen, with a record of the sounds that were played."""
    page.goto("/styleguide/scan/")
    page.evaluate(
        "() => { window.sounds = [];"
        "document.addEventListener('scan:sound', (e) => window.sounds.push(e.detail.name)); }"
    )
    return page


def type_like_a_scanner(page: Page, code: str, suffix: str = "Enter") -> None:
    """Type a code without pause and end it as scanners do."""
    page.keyboard.type(code)
    page.keyboard.press(suffix)


def typed_twice_in_time(page: Page, sent: list[str]) -> bool:
    """Scan a code twice, and say whether that was as fast as a scanner; a busy machine is slow."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(BLANKING_MS)
    sent.clear()
    began = perf_counter()
    type_like_a_scanner(page, GOOD)
    type_like_a_scanner(page, GOOD)
    return (perf_counter() - began) * 1000 < BLANKING_MS


def code_of(request: Request) -> str:
    """Read the code that a request brings to the server."""
    return parse_qs(request.post_data or "")["code"][0]


def sent_codes(page: Page) -> list[str]:
    """Record the codes that reach the server from now on."""
    sent: list[str] = []

    def keep(request: Request) -> None:
        if request.method == "POST":
            sent.append(code_of(request))

    page.on("request", keep)
    return sent


def test_is_ready_to_scan_at_once(screen: Page) -> None:
    type_like_a_scanner(screen, GOOD)

    expect(screen.locator(".accepted")).to_contain_text("Stored in A4")
    expect(screen.locator("#scan-field")).to_have_value("")
    expect(screen.locator("#scan-field")).to_be_focused()
    assert screen.evaluate("window.sounds") == ["right"]


def test_takes_a_tab_from_a_scanner_as_the_end_of_a_code(screen: Page) -> None:
    type_like_a_scanner(screen, GOOD, suffix="Tab")

    expect(screen.locator(".accepted")).to_be_visible()
    expect(screen.locator("#scan-field")).to_be_focused()


def test_catches_keys_when_the_focus_is_elsewhere(screen: Page) -> None:
    screen.get_by_role("link", name="Back to the style guide").focus()

    type_like_a_scanner(screen, GOOD)

    expect(screen.locator(".accepted")).to_contain_text(GOOD)


def test_takes_the_focus_back_after_a_click_into_nothing(screen: Page) -> None:
    screen.locator("h1").click()

    expect(screen.locator("#scan-field")).to_be_focused()


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("]d2010999<GS>21X1", "]d2010999\x1d21X1"),
        ("010999{GS}21{RS}1", "010999\x1d21\x1e1"),
        ("010999^]21X1", "010999\x1d21X1"),
        ("010999\N{SYMBOL FOR GROUP SEPARATOR}21X1", "010999\x1d21X1"),
        ("]C1=A9990260004", "]C1=A9990260004"),
    ],
)
def test_restores_control_characters_and_passes_prefixes_on(
    screen: Page, typed: str, sent: str
) -> None:
    field = screen.locator("#scan-field")
    field.fill(typed)

    with screen.expect_request("**/scan/") as request:
        field.press("Enter")

    assert code_of(request.value) == sent


def test_reads_a_group_separator_that_is_pressed_as_a_shortcut(screen: Page) -> None:
    screen.keyboard.type("010999")
    screen.keyboard.press("Control+]")
    screen.keyboard.type("21X1")

    with screen.expect_request("**/scan/") as request:
        screen.keyboard.press("Enter")

    assert code_of(request.value) == "010999\x1d21X1"


def test_swallows_the_same_code_twice_within_the_blanking_time(screen: Page) -> None:
    sent = sent_codes(screen)

    assert any(typed_twice_in_time(screen, sent) for _ in range(20)), "no machine is so slow"
    type_like_a_scanner(screen, "A9990260004AV015")

    expect(screen.locator(".accepted")).to_contain_text("V015")
    assert sent == [GOOD, "A9990260004AV015"]


def test_sends_several_codes_one_after_the_other(screen: Page) -> None:
    sent = sent_codes(screen)
    screen.evaluate(
        "() => { const data = new DataTransfer(); data.setData('text', 'V001\\nV002\\nV003');"
        "document.querySelector('#scan-field').dispatchEvent("
        "new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"
    )

    expect(screen.locator(".accepted")).to_contain_text("V003")
    assert sent == ["V001", "V002", "V003"]


def test_locks_after_a_refusal_until_a_person_has_read_it(screen: Page) -> None:
    type_like_a_scanner(screen, REFUSED)
    expect(screen.locator(".refused")).to_be_visible()
    assert screen.evaluate("window.sounds") == ["wrong"]
    sent = sent_codes(screen)

    screen.wait_for_timeout(500)
    type_like_a_scanner(screen, GOOD)

    expect(screen.locator(".refused")).to_contain_text("One more code was scanned")
    expect(screen.locator("#scan-field")).to_have_js_property("readOnly", True)
    assert sent == []


@pytest.mark.parametrize("key", ["Escape", "Enter"])
def test_unlocks_by_a_key_pressed_on_its_own(screen: Page, key: str) -> None:
    type_like_a_scanner(screen, REFUSED)
    expect(screen.locator(".refused")).to_be_focused()
    screen.wait_for_timeout(700)

    screen.keyboard.press(key)

    expect(screen.locator(".refused")).to_have_count(0)
    expect(screen.locator("#scan-field")).to_be_focused()
    type_like_a_scanner(screen, GOOD)
    expect(screen.locator(".accepted")).to_be_visible()


def test_unlocks_by_a_click(screen: Page) -> None:
    type_like_a_scanner(screen, REFUSED)

    screen.get_by_role("button", name="I have read this").click()

    expect(screen.locator("#scan-field")).to_be_focused()
    expect(screen.locator("#scan-field")).to_have_js_property("readOnly", False)


def test_drops_waiting_codes_when_one_is_refused_and_says_how_many(screen: Page) -> None:
    sent = sent_codes(screen)
    answers: list[Route] = []
    screen.route("**/styleguide/scan/", lambda route: answers.append(route))  # it thinks it over

    type_like_a_scanner(screen, REFUSED)
    type_like_a_scanner(screen, "V001")
    type_like_a_scanner(screen, "V002")
    answers[0].continue_()

    expect(screen.locator("[data-unused]")).to_contain_text("2 more codes were scanned")
    assert sent == [REFUSED]


def test_says_that_it_is_unknown_when_the_server_does_not_answer(screen: Page) -> None:
    screen.route("**/styleguide/scan/", lambda route: route.abort())

    type_like_a_scanner(screen, GOOD)

    expect(screen.locator("#messages")).to_contain_text("not known whether this was done")
    assert screen.evaluate("window.sounds") == ["wrong"]


def test_works_without_javascript(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/styleguide/scan/")

    page.locator("#scan-field").fill(REFUSED)
    page.locator("#scan-field").press("Enter")

    expect(page.locator(".refused")).to_be_visible()
    page.locator("#scan-field").fill(GOOD)
    page.get_by_role("button", name="Enter").click()
    expect(page.locator(".accepted")).to_be_visible()
