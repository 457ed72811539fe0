"""Writing many regulated rows at once, each with its history row, in two statements."""

from collections.abc import Sequence
from typing import TypeVar

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from audit.models import RegulatedModel

Row = TypeVar("Row", bound=RegulatedModel)


def create_all(rows: Sequence[Row]) -> list[Row]:
    """Insert `rows` of one model with their history; return them with their keys."""
    if not rows:
        return []
    return list(bulk_create_with_history(rows, type(rows[0]), batch_size=5000))


def update_all(rows: Sequence[Row], fields: Sequence[str]) -> None:
    """Write `fields` of `rows`, all of one model and locked by the caller, with their history."""
    if rows:
        bulk_update_with_history(rows, type(rows[0]), list(fields), batch_size=1000)
