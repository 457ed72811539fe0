"""Reading for a verification: as long as it takes, one statement at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

_STATEMENT_TIMEOUT = "60min"


@contextmanager
def patient_cursor() -> Iterator[CursorWrapper]:
    """Yield a cursor whose statements may take longer than those of a page."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{_STATEMENT_TIMEOUT}'")
        yield cursor
