"""Turning a broken database constraint into a refusal in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from audit.errors import ActionRefused, Refusal


@contextmanager
def refused_by(constraint: str, refusal: Refusal) -> Iterator[None]:
    """
    Refuse with `refusal` when the database refuses by `constraint`.

    Raises ActionRefused: the constraint was broken. Any other integrity error goes on as it is.
    """
    try:
        yield
    except IntegrityError as fault:
        diagnosis = getattr(fault.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) != constraint:
            raise
        raise ActionRefused([refusal]) from fault
