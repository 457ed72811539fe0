"""The generated pages say what the code says."""

from custody.status import CUSTODY_TRANSITIONS, QUALITY_TRANSITIONS
from tools.documents import statuses_page, traceability_page


def test_draws_every_status_and_every_arrow() -> None:
    page = statuses_page()

    for transitions in (QUALITY_TRANSITIONS, CUSTODY_TRANSITIONS):
        for now, following in transitions.items():
            assert f"  state {now}\n" in page
            for name in following:
                assert f"  {now} --> {name}\n" in page


def test_lists_the_tests_of_a_requirement() -> None:
    rows = [line for line in traceability_page().splitlines() if line.startswith("| URS-71 |")]

    assert len(rows) == 1
    assert "::test_" in rows[0]
