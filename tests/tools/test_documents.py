"""The generated pages say what the code says."""

from collections.abc import Callable

import pytest

from custody.status import CUSTODY_TRANSITIONS, QUALITY_TRANSITIONS
from tools.documents import REFERENCE, shown, statuses_page, traceability_page
from tools.requirements import PROMISED, TITLES


def test_draws_every_status_and_every_arrow() -> None:
    page = statuses_page()

    for transitions in (QUALITY_TRANSITIONS, CUSTODY_TRANSITIONS):
        for now, following in transitions.items():
            assert f"  state {now}\n" in page
            for name in following:
                assert f"  {now} --> {name}\n" in page


def test_lists_the_tests_of_a_requirement() -> None:
    rows = [line for line in traceability_page().splitlines() if line.startswith("| URS-71 ")]

    assert len(rows) == 1
    assert "::test_" in rows[0]


def test_every_requirement_that_this_release_promises_is_shown() -> None:
    assert sorted(PROMISED - set(shown())) == []


def test_every_requirement_that_a_test_names_has_a_title() -> None:
    assert sorted(set(shown()) - set(TITLES)) == []
    assert set(TITLES) >= PROMISED


@pytest.mark.parametrize(
    ("name", "page"), [("statuses", statuses_page), ("traceability", traceability_page)]
)
def test_the_committed_page_is_up_to_date(name: str, page: Callable[[], str]) -> None:
    committed = (REFERENCE / f"{name}.md").read_text("utf-8")

    assert committed == page(), f"docs/reference/{name}.md is old: run `make docs`"
