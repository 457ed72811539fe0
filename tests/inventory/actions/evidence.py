"""What every configuration action leaves behind, and what a refused one does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from audit.errors import ActionRefused, DomainError, NotAuthorised
from audit.models import Change, RefusedAttempt, Signature
from audit.signing import is_intact


def assert_signed_and_kept(row: Any, *, action: str) -> None:
    """Insist on a history row from a Change of `action` and an intact signature under the row."""
    latest = type(row).history.filter(id=row.pk).order_by("-history_id").first()
    assert latest is not None
    assert latest.change.action == action
    table = type(row)._meta.db_table
    signature = Signature.objects.get(change=latest.change, record_table=table, record_id=row.pk)
    assert is_intact(signature, type(row))


@contextmanager
def refused(*codes: str, by: type[DomainError] = ActionRefused) -> Iterator[None]:
    """Insist on exactly these refusals, that they are recorded, and that no Change was made."""
    changes, attempts = Change.objects.count(), RefusedAttempt.objects.count()
    with pytest.raises(by) as raised:
        yield
    assert raised.value.codes == list(codes)
    assert Change.objects.count() == changes
    assert RefusedAttempt.objects.count() == attempts + 1


def unauthorised() -> Any:
    """Insist that the role is missing."""
    return refused("ROLE_MISSING", by=NotAuthorised)
