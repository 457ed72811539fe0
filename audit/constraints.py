"""Turning a broken database constraint into a refusal in words."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from audit.errors import ActionRefused, Busy, Refusal, refuse_if

MEANWHILE = Refusal(
    "BUSY", "Somebody else wrote of the same a moment ago. Nothing was changed: send it again."
)


@contextmanager
def refused_by(constraint: str, refusal: Refusal) -> Iterator[None]:
    """
    Refuse with `refusal` when the database refuses by `constraint`.

    Raises ActionRefused: the constraint was broken. Any other integrity error goes on as it is.
    """
    try:
        yield
    except IntegrityError as fault:
        if broken_constraint(fault) != constraint:
            raise
        raise ActionRefused([refusal]) from fault


@contextmanager
def refused_anew_by(
    constraints: Collection[str], reasons: Callable[[], list[Refusal]]
) -> Iterator[None]:
    """
    Ask the rules again when the database refuses by one of `constraints`, and say what they say.

    reasons: reads what is there now, and returns what speaks against the action.
    Raises ActionRefused: with those reasons; Busy: there are none, so it may be done again.
    Any other integrity error goes on as it is.
    """
    try:
        with transaction.atomic():  # a savepoint: after a fault PostgreSQL answers nothing else
            yield
    except IntegrityError as fault:
        if broken_constraint(fault) not in constraints:
            raise
        refuse_if(reasons())
        raise Busy([MEANWHILE]) from fault


def broken_constraint(fault: IntegrityError) -> str:
    """Return the name of the constraint that the database refused by; empty when it has none."""
    diagnosis = getattr(fault.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
