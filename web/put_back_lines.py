"""What was put back of an order that was picked: which vials, when, by whom, and to where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.authors import Author
from custody.queries.records import records_by_key
from custody.queries.retrievals import RetrievalCard
from custody.queries.timeline import TimelineEntry
from web.links import vial_url

ENDS = frozenset({"claimed", "checked_out", "put_back", "went_missing"})


@dataclass(frozen=True, kw_only=True)
class PutBackLine:
    """One vial that was checked out for the order and is back."""

    code: str
    url: str
    place: str
    person: str
    at: datetime


def put_back_lines(
    card: RetrievalCard, entries: Sequence[TimelineEntry], *, seen_by: Author
) -> list[PutBackLine]:
    """
    Return what came back of the order and was not claimed anew since, by code.

    entries: of every vial that was ever claimed for it.
    """
    back: dict[int, TimelineEntry] = {}
    for entry in sorted(entries, key=lambda entry: (entry.vial_id, entry.seq)):
        if entry.kind in ENDS:
            back.pop(entry.vial_id, None)
        if entry.kind == "put_back" and entry.details.get("order") == card.order_number:
            back[entry.vial_id] = entry
    if not back:
        return []
    codes = {row.vial_id: row.code for row in records_by_key(list(back), seen_by=seen_by)}
    lines = [
        PutBackLine(
            code=codes[key],
            url=vial_url(key),
            place=entry.to_place,
            person=entry.actor or entry.device,
            at=entry.performed_at or entry.recorded_at,
        )
        for key, entry in back.items()
        if key in codes
    ]
    return sorted(lines, key=lambda line: line.code)
