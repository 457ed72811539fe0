"""The ledger events that one change appended, across all its vials."""

from dataclasses import dataclass

from custody.models import CustodyEvent
from custody.rules.moments import on_site_clocks
from inventory.models import Custody, Quality

MOST_SHOWN = 1000


@dataclass(frozen=True, kw_only=True)
class EventOfChange:
    """One vial's event: what became of it, in words, and the facts beside."""

    event_id: int
    vial_id: int
    code: str
    seq: int
    title: str
    moved: str
    details: tuple[tuple[str, object], ...]


def events_of_change(change_id: int, *, after: int = 0) -> list[EventOfChange]:
    """
    Return the events of a change, at most one more than pages show; one query.

    after: the key of the event behind which they begin.
    """
    rows = CustodyEvent.objects.filter(change=change_id, pk__gt=after).select_related(
        "vial", "from_custodian", "to_custodian"
    )
    return [_event(row) for row in rows.order_by("pk")[: MOST_SHOWN + 1]]


def _event(row: CustodyEvent) -> EventOfChange:
    codes = [("expected", row.expected_code), ("scanned", row.scanned_code)]
    if row.performed_at is not None:
        codes.insert(0, ("late_entry_done_at", on_site_clocks(row.performed_at)))
    return EventOfChange(
        event_id=row.pk,
        vial_id=row.vial_id,
        code=row.vial.code,
        seq=row.seq or 0,
        title=row.get_kind_display(),
        moved=_moved(row),
        details=(*((name, code) for name, code in codes if code), *row.details.items()),
    )


def _moved(row: CustodyEvent) -> str:
    """Say what changed: place, hands, and both statuses."""
    said = [
        _arrow(row.from_place, row.to_place),
        _arrow(_name(row.from_custodian), _name(row.to_custodian)),
        _arrow(_label(Custody, row.from_custody), _label(Custody, row.to_custody)),
        _arrow(_label(Quality, row.from_quality), _label(Quality, row.to_quality)),
    ]
    return " · ".join(words for words in said if words)


def _arrow(old: str, new: str) -> str:
    if old == new:
        return ""
    return f"{old or 'nowhere'} → {new or 'nowhere'}"


def _name(person: object) -> str:
    return "" if person is None else str(person)


def _label(axis: type[Custody] | type[Quality], value: str) -> str:
    return str(axis(value).label) if value else ""
