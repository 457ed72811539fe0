"""What keeps somebody from signing: every missing record by name, and what to do about it."""

import pytest

from accounts.readiness import ALL_GATES, SET_UP, Gate, Readiness, readiness_of, refusals_to_sign
from tests.factories.people import PersonFactory
from tests.world import World

READY = Readiness(is_identified=True, is_certified=True, revision=3, has_acknowledged=True)
UNREAD = Readiness(is_identified=True, is_certified=True, revision=3)
NOTHING = Readiness()


@pytest.mark.urs("URS-12", "URS-13", "URS-64")
@pytest.mark.parametrize(
    ("readiness", "gates", "codes"),
    [
        (READY, ALL_GATES, []),
        (UNREAD, ALL_GATES, ["POLICY_NOT_ACKNOWLEDGED"]),
        (UNREAD, SET_UP, []),
        (NOTHING, ALL_GATES, ["IDENTITY_NOT_VERIFIED", "NOT_CERTIFIED", "NO_POLICY"]),
        (NOTHING, SET_UP, ["IDENTITY_NOT_VERIFIED"]),
        (NOTHING, {Gate.CERTIFICATION}, ["NOT_CERTIFIED"]),
    ],
)
def test_names_everything_that_is_missing(
    readiness: Readiness, gates: frozenset[Gate], codes: list[str]
) -> None:
    refusals = refusals_to_sign("Ada Example", readiness, gates)

    assert [refusal.code for refusal in refusals] == codes


@pytest.mark.urs("URS-12", "URS-64")
def test_asks_the_database_once(world: World, django_assert_num_queries: object) -> None:
    stranger = PersonFactory.create()

    with django_assert_num_queries(2):  # type: ignore[operator]  # pytest-django's own fixture
        known, unknown = readiness_of(world.qa.pk), readiness_of(stranger.pk)

    assert known == Readiness(
        is_identified=True, is_certified=True, revision=1, has_acknowledged=True
    )
    assert unknown == Readiness(is_certified=True, revision=1)
    assert readiness_of(0) == Readiness()
