"""Tables as CSV: exactly what the page shows, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Answer with a CSV file; cells that a spreadsheet would calculate are quoted as text."""
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    answer = HttpResponse(stream.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
