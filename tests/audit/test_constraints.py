"""A broken constraint comes back as a refusal; any other fault of the database goes on."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection

from audit.constraints import MEANWHILE, broken_constraint, refused_anew_by, refused_by
from audit.errors import ActionRefused, Busy, Refusal

TAKEN = Refusal("TAKEN", "Somebody else has it.")


class DatabaseSays(Exception):
    """What the driver raises, with the name of the constraint."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.diag = SimpleNamespace(constraint_name=constraint)


def broken(constraint: str) -> IntegrityError:
    """Return the fault that Django raises when the database refuses by `constraint`."""
    fault = IntegrityError(constraint)
    fault.__cause__ = DatabaseSays(constraint)
    return fault


def test_names_the_constraint_or_nothing() -> None:
    assert broken_constraint(broken("one_each")) == "one_each"
    assert broken_constraint(IntegrityError("lost")) == ""


def test_refuses_by_the_one_it_knows_and_lets_others_go_on() -> None:
    with pytest.raises(ActionRefused) as raised, refused_by("one_each", TAKEN):
        raise broken("one_each")
    assert raised.value.refusals == [TAKEN]

    with pytest.raises(IntegrityError), refused_by("one_each", TAKEN):
        raise broken("another")


def seat_two(reasons: Callable[[], list[Refusal]]) -> None:
    """Break a real constraint."""
    with refused_anew_by({"one_each"}, reasons), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE seat (n int CONSTRAINT one_each UNIQUE)")
        cursor.execute("INSERT INTO seat VALUES (1), (1)")


@pytest.mark.django_db
def test_asks_anew_while_the_transaction_still_answers() -> None:
    def reasons() -> list[Refusal]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 'asked'")
            return [Refusal("TAKEN", str(cursor.fetchone()[0]))]

    with pytest.raises(ActionRefused) as raised:
        seat_two(reasons)

    assert str(raised.value) == "asked"


@pytest.mark.django_db
def test_says_that_it_may_be_done_again_when_nothing_speaks_against_it_now() -> None:
    with pytest.raises(Busy) as raised, refused_anew_by({"one_each"}, list):
        raise broken("one_each")

    assert raised.value.refusals == [MEANWHILE]


@pytest.mark.django_db
def test_a_constraint_it_does_not_know_goes_on() -> None:
    with pytest.raises(IntegrityError), refused_anew_by({"one_each"}, lambda: [TAKEN]):
        raise broken("another")
