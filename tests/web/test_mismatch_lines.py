"""A stopped mix-up is told by codes, never by the keys of rows."""

from datetime import UTC, datetime

from audit.queries.refusals import RefusedEntry
from web.mismatch_lines import mismatch_lines


def entry(subject: dict[str, object]) -> RefusedEntry:
    """Return a refused attempt that kept this."""
    return RefusedEntry(
        id=1,
        refused_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
        action="place_vials",
        who="Timea Keller",
        user_id="technician",
        role="technician",
        device="bench 1",
        codes=["WRONG_PATIENT"],
        words="STOP.",
        subject=subject,
    )


def test_shows_codes_of_pairs_and_no_keys() -> None:
    kept: dict[str, object] = {
        "expected_therapy": 42,
        "scanned": [["A9990260-001", "BX-1"], ["", None]],
    }

    (line,) = mismatch_lines([entry(kept)])

    assert line.expected == ()
    assert line.scanned == ("A9990260-001", "BX-1")


def test_shows_the_chain_of_identity_before_the_code() -> None:
    kept: dict[str, object] = {"expected": "A-1", "expected_therapy": "CHA9990260004AX"}

    (line,) = mismatch_lines([entry(kept)])

    assert line.expected == ("CHA9990260004AX", "A-1")
