"""Components say what they must, in words; a name that a template misspells fails here."""

from dataclasses import replace
from typing import Any

import pytest
from django.template.loader import render_to_string

from web import presenters as shown
from web import style_samples as samples


def rendered(component: str, **context: Any) -> str:
    """Render one component as pages include it."""
    return render_to_string(f"components/{component}.html", context)


@pytest.mark.parametrize("mark", shown.Mark)
def test_verdict_says_word_shape_and_colour(mark: shown.Mark) -> None:
    html = rendered("verdict_mark", verdict=shown.VerdictMark(mark=mark, as_of=samples.AT))

    assert mark.words in html
    assert mark.shape in html
    assert f"verdict-{mark}" in html
    assert "as of" in html


def test_verdict_needs_no_instant() -> None:
    html = rendered("verdict_mark", verdict=shown.VerdictMark(mark=shown.Mark.GREY))

    assert "Unknown" in html
    assert "as of" not in html


def test_finding_links_to_its_evidence() -> None:
    html = rendered("finding_row", finding=samples.FINDINGS[0])

    assert '<a class="finding-evidence" href="/audit/">7 records</a>' in html


def test_finding_without_an_address_still_shows_its_evidence() -> None:
    html = rendered("finding_row", finding=samples.FINDINGS[2])

    assert "label and batch record agree" in html
    assert "<a " not in html


def test_refusal_shows_every_reason_with_what_was_expected() -> None:
    html = rendered("refused", refusals=samples.REFUSALS, expected="CHA0004AX", scanned="CHA0007KD")

    assert "A3 is taken by …-014" in html
    assert "…-021 was never received" in html
    assert 'data-refusal="POSITION_TAKEN"' in html
    assert 'CHA000<b class="code-end">4AX</b>' in html
    assert 'CHA000<b class="code-end">7KD</b>' in html
    assert 'data-sound="wrong"' in html


def test_refusal_says_when_nothing_was_expected() -> None:
    html = rendered("refused", refusals=samples.REFUSALS, scanned="CHA0007KD")

    assert "nothing" in html


def test_refusal_needs_nothing_but_the_reasons() -> None:
    html = rendered("refused", refusals=samples.REFUSALS)

    assert "Stop: this was not done" in html
    assert "Expected" not in html


def test_refusal_can_lead_back_without_javascript() -> None:
    html = rendered("refused", refusals=samples.REFUSALS, return_url="/storage/")

    assert 'data-read href="/storage/"' in html


@pytest.mark.urs("URS-49")
def test_signature_shows_name_id_role_meaning_and_time_with_offset() -> None:
    html = rendered("signature_block", signature=samples.SIGNATURE)

    for part in ("Maria van den Berg", "m.vandenberg", "Quality assurance", "Approved for release"):
        assert part in html
    assert "13:05:12+00:00" in html
    assert "Changed since signed" not in html


def test_signature_says_that_the_record_changed_since() -> None:
    html = rendered("signature_block", signature=replace(samples.SIGNATURE, changed_since=True))

    assert "Changed since signed" in html


def test_signing_asks_for_both_components_and_shows_the_meaning() -> None:
    html = rendered("sign_fields", fields=samples.SIGN_FIELDS)

    for name in ("user_id", "password", "reason"):
        assert f'name="{name}"' in html
    assert "Performed" in html
    assert "second_user_id" not in html


def test_signing_by_two_asks_the_second_person_too() -> None:
    html = rendered("sign_fields", fields=replace(samples.SIGN_FIELDS, second_meaning="Verified"))

    assert 'name="second_user_id"' in html
    assert 'name="second_password"' in html


def test_signing_never_fills_in_a_password() -> None:
    html = rendered("sign_fields", fields=samples.SIGN_FIELDS)

    assert html.count('type="password"') == 1
    assert 'type="password" value' not in html
    assert 'autocomplete="off"' in html


def test_map_names_every_place() -> None:
    html = rendered("box_map", map=samples.sample_grid())

    assert 'aria-label="B1: on hold, …-010, CHA9990260004AX"' in html
    assert 'aria-label="A3: occupied, …-003, CHA9990260004AX, this one"' in html
    assert html.count("<td>") == 81 + 1  # and the empty corner


@pytest.mark.parametrize("state", shown.CellState)
def test_map_draws_every_state_and_explains_it(state: shown.CellState) -> None:
    cell = shown.BoxCell(label="A1", state=state)

    html = rendered("box_map", map=shown.places_map(label="Rack", places=[cell]))

    assert f"spot-{state}" in html
    assert f"1 {state.words}" in html


def test_map_offers_places_to_choose_with_the_next_one_chosen() -> None:
    html = rendered("box_map", map=samples.sample_grid(choice_name="position"))

    assert html.count('type="radio" name="position"') == 37
    assert 'value="33" checked' in html


def test_map_of_a_bin_says_its_limit() -> None:
    assert "3 of at most 12" in rendered("box_map", map=samples.sample_bin())


def test_map_of_an_empty_bin_says_so() -> None:
    html = rendered("box_map", map=shown.bin_map(label="Bin", contents=[], limit=12))

    assert "Nothing is in here." in html


def test_timeline_shows_who_when_and_late_entries() -> None:
    html = rendered("timeline", events=samples.EVENTS)

    assert "with Aiko Tanaka" in html
    assert "late entry, recorded" in html
    assert "signed" in html


def test_chain_draws_a_break_as_a_break() -> None:
    html = rendered("chain_line", chain=samples.CHAIN)

    assert html.count("chain-broken") == 1
    assert "2 h 10 min unknown" in html
    assert html.count("chain-pending") == 2


def test_pager_offers_only_the_pages_there_are() -> None:
    html = rendered("pager", pager=shown.Pager(words="Rows 1-3 of 3"))

    assert "rel=" not in html
    assert "CSV" not in html


def test_scan_field_sends_hidden_values_along() -> None:
    field = shown.ScanField(
        url="/scan/", label="Scan", target="#scan-result", hidden=(("box", "17"),)
    )

    html = rendered("scan_field", field=field, csrf_token="t" * 64)

    assert '<input type="hidden" name="box" value="17">' in html
    assert 'name="csrfmiddlewaretoken"' in html


def test_status_badge_of_custody_needs_no_mark() -> None:
    html = rendered("status_badge", badge=shown.custody_badge("in_storage"))

    assert "In storage" in html
    assert "aria-hidden" not in html


def test_form_ties_help_and_problems_to_their_field() -> None:
    html = rendered("form", form=samples.SampleForm({"count": "0"}, auto_id="wrong_%s"))

    assert 'aria-describedby="wrong_reason_helptext wrong_reason_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="wrong_reason_error"' in html
