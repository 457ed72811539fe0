"""What a version counts as, by its status, its date, the later versions and the procedure's end."""

from datetime import timedelta

import pytest

from sop.rules.versions import VersionFacts, VersionState, states_of
from tests.world import NOON

DAY = timedelta(days=1)


def version(number: int, status: str, days: int | None = None) -> VersionFacts:
    """Return a version that counts from so many days after noon on."""
    since = None if days is None else NOON + days * DAY
    return VersionFacts(number=number, status=status, effective_at=since)


CASES = {
    "a draft": ([version(1, "draft")], None, [VersionState.DRAFT]),
    "one in review": ([version(1, "in_review")], None, [VersionState.IN_REVIEW]),
    "one that was withdrawn": ([version(1, "withdrawn")], None, [VersionState.WITHDRAWN]),
    "one for later": ([version(1, "approved", 1)], None, [VersionState.APPROVED]),
    "one that counts from this instant": (
        [version(1, "approved", 0)],
        None,
        [VersionState.IN_FORCE],
    ),
    "one after another": (
        [version(1, "approved", -9), version(2, "approved", -1), version(3, "approved", 1)],
        None,
        [VersionState.SUPERSEDED, VersionState.IN_FORCE, VersionState.APPROVED],
    ),
    "two from the same instant on": (
        [version(2, "approved", -1), version(1, "approved", -1)],
        None,
        [VersionState.SUPERSEDED, VersionState.IN_FORCE],
    ),
    "a retired procedure": (
        [version(1, "approved", -9), version(2, "approved", -5), version(3, "approved", 1)],
        NOON - DAY,
        [VersionState.SUPERSEDED, VersionState.RETIRED, VersionState.RETIRED],
    ),
    "one to be retired tomorrow": (
        [version(1, "approved", -9)],
        NOON + DAY,
        [VersionState.IN_FORCE],
    ),
}


@pytest.mark.urs("URS-08", "URS-25")
@pytest.mark.parametrize(("versions", "retired_at", "expected"), CASES.values(), ids=CASES.keys())
def test_counts_as(
    versions: list[VersionFacts], retired_at: object, expected: list[VersionState]
) -> None:
    found = states_of(versions, retired_at=retired_at, at=NOON)  # type: ignore[arg-type]  # a time or nothing

    assert [found[number] for number in sorted(found)] == expected
    assert all(state.words for state in found.values())
