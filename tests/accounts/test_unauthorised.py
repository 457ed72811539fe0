"""Which attempts are worth a notice, and which are counted together: a table, no database."""

from datetime import timedelta

import pytest

from accounts.models import NoticeKind, Severity
from accounts.unauthorised import (
    MANY,
    MANY_ACCOUNTS,
    MEASURES,
    MOST_AT_ONCE,
    Group,
    Seen,
    grouped,
    kind_of,
    severity_of,
)
from tests.world import NOON

pytestmark = pytest.mark.urs("URS-69")

PASSWORDS, RIGHTS = NoticeKind.PASSWORDS, NoticeKind.NOT_AUTHORISED


def seen(kind: NoticeKind, *whom: tuple[str, str]) -> list[Seen]:
    """Describe attempts by user id and device."""
    return [
        Seen(id=number, kind=kind, user_id=user_id, device=device, at=NOON + timedelta(number))
        for number, (user_id, device) in enumerate(whom)
    ]


def counts(attempts: list[Seen], *counting: Group) -> dict[Group, int]:
    """Return how many attempts each notice would count."""
    return {group: len(found) for group, found in grouped(attempts, counting=counting).items()}


def test_one_wrong_password_is_a_slip_and_three_are_a_notice() -> None:
    slips = seen(PASSWORDS, ("ada", "bench 1"), ("ada", "bench 2"))

    assert counts(slips) == {}
    assert counts([*slips, *seen(PASSWORDS, ("ada", "bench 3"))]) == {(PASSWORDS, "ada"): 3}
    assert counts(slips[:1], (PASSWORDS, "ada")) == {(PASSWORDS, "ada"): 1}


def test_one_attempt_without_the_right_is_a_notice() -> None:
    assert counts(seen(RIGHTS, ("ada", "bench 1"))) == {(RIGHTS, "ada"): 1}


def test_a_device_that_guesses_at_many_accounts_is_a_notice() -> None:
    guesses = seen(PASSWORDS, ("ada", "bench 1"), ("eve", "bench 1"), ("", "bench 1"))

    assert counts(guesses) == {(PASSWORDS, "bench 1"): 3}


def test_many_guesses_from_everywhere_are_one_notice() -> None:
    spread = [(f"person{number}", f"address {number}") for number in range(MANY)]

    assert counts(seen(PASSWORDS, *spread[1:])) == {}
    assert counts(seen(PASSWORDS, *spread)) == {(PASSWORDS, MANY_ACCOUNTS): MANY}


def test_a_thousand_people_at_once_do_not_make_a_thousand_notices() -> None:
    crowd = seen(RIGHTS, *((f"person{number}", "bench 1") for number in range(1000)))

    found = counts(crowd)

    assert len(found) == MOST_AT_ONCE + 1
    assert sum(found.values()) == 1000
    assert found[RIGHTS, MANY_ACCOUNTS] == 1000 - MOST_AT_ONCE


@pytest.mark.parametrize(
    ("error", "codes", "kind"),
    [
        ("SigningFailed", ["WRONG_CREDENTIALS"], NoticeKind.PASSWORDS),
        ("SigningFailed", ["SIGN_IN_REFUSED"], NoticeKind.PASSWORDS),
        ("SigningFailed", ["STALE_AUTHENTICATION"], NoticeKind.PASSWORDS),
        ("SigningFailed", ["PROVIDER_UNREACHABLE"], None),
        ("SigningFailed", ["OTHER_SIGNER"], NoticeKind.OTHER_SIGNER),
        ("SigningFailed", ["SHARED_ACCOUNT", "NO_REASON"], NoticeKind.SHARED),
        ("NotAuthorised", ["OUTSIDE_PROGRAM"], NoticeKind.NOT_AUTHORISED),
        ("NotAuthenticated", ["TOKEN_REVOKED"], NoticeKind.TOKEN),
        ("SigningFailed", ["NO_REASON"], None),
        ("ActionRefused", ["POSITION_OCCUPIED"], None),
        ("ActionRefused", ["ROLES_EXCLUDE_EACH_OTHER"], None),
        ("Busy", ["BUSY"], None),
    ],
)
def test_tells_misuse_from_the_days_work(
    error: str, codes: list[str], kind: NoticeKind | None
) -> None:
    assert kind_of(error, codes) == kind


def test_management_is_told_of_what_is_high() -> None:
    of_no_attempt = {NoticeKind.REVIEW_OVERDUE, NoticeKind.EMERGENCY}
    assert set(MEASURES) == set(NoticeKind) - of_no_attempt
    for kind, measure in MEASURES.items():
        assert severity_of(kind, measure.high_from) == Severity.HIGH
        if measure.high_from > 1:
            assert severity_of(kind, measure.high_from - 1) == Severity.NORMAL
