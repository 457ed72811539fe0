"""Understanding what is scanned in a count: vials, places, containers, and words."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db.models.functions import Upper

from audit.errors import ActionRefused, Refusal, refuse_if
from custody.models import Count, ScanKind
from custody.rules.counting import (
    MOST_LINES,
    Entry,
    kind_of_word,
    refusals_of_an_entry,
    rows_of,
)
from inventory.codes.scan import read_scan
from inventory.codes.words import UnreadableScan
from inventory.models import Holds, Identifier, IdentifierKind, Position

BACK = "<back>"
"""What the button sends that takes the last entry back; no scanner sends it."""

NO_SCAN = Refusal("NO_SCAN", "Scan a vial or a place first.")
TOO_MANY_LINES = Refusal(
    "TOO_MANY_LINES", f"That are more than {MOST_LINES:,} lines. Enter them in parts."
)


@dataclass
class _Reading:
    """
    A list while it is read, line by line; a place stays chosen and goes on after each vial.

    labels: each place that a line may name, by container and label, and by code and label.
    """

    count: Count
    known: dict[str, Identifier]
    labels: dict[tuple[int | str, str], Position]
    entries: list[Entry]
    container_id: int
    position_id: int | None = None
    _order: dict[int, list[int]] = field(default_factory=dict)

    def after(self, entry: Entry) -> None:
        """Choose the place that comes next."""
        self.container_id, self.position_id = entry.container_id, entry.position_id
        if entry.kind == ScanKind.PLACE or entry.position_id is None:
            return
        order = self._order.get(entry.container_id)
        if order is None:
            rows = Position.objects.filter(container=entry.container_id).order_by("ordinal")
            order = self._order[entry.container_id] = list(rows.values_list("pk", flat=True))
        following = order.index(entry.position_id) + 1
        self.position_id = order[following] if following < len(order) else None

    def here(self, kind: ScanKind, code: str = "", vial_id: int | None = None) -> Entry:
        """Make an entry at the place that is chosen."""
        return Entry(
            kind=kind,
            code=code,
            vial_id=vial_id,
            position_id=self.position_id,
            container_id=self.container_id,
        )


def read_entries(count: Count, text: str, *, before: Sequence[Entry]) -> list[Entry]:
    """
    Read what was scanned or pasted as entries; three statements, and one for each box named.

    before: the entries that stand.
    Raises ActionRefused: with every line that cannot be taken, or the one scan.
    """
    rows = [("", BACK)] if text.strip() == BACK else rows_of(text)
    refuse_if([] if rows else [NO_SCAN])
    refuse_if([TOO_MANY_LINES] if len(rows) > MOST_LINES else [])
    reading = _begin(count, rows, before)
    made: list[Entry] = []
    refusals: list[Refusal] = []
    for number, row in enumerate(rows, start=1):
        try:
            entry = _read(reading, *row)
            refuse_if(refusals_of_an_entry(entry, reading.entries))
            made.append(entry)
            reading.entries.append(entry)
            reading.after(entry)
        except ActionRefused as stop:
            refusals += [_in_line(number, one, of=len(rows)) for one in stop.refusals]
    refuse_if(refusals)
    return made


def next_place(count: Count, before: Sequence[Entry]) -> tuple[int, int | None]:
    """Return the container and the place that the next scan is at, as keys; a place may be none."""
    reading = _Reading(count, {}, {}, list(before), count.container_id)
    if before:
        reading.after(before[-1])
    return reading.container_id, reading.position_id


def _in_line(number: int, refusal: Refusal, *, of: int) -> Refusal:
    words = refusal.words if of == 1 else f"Line {number}: {refusal.words}"
    return Refusal(refusal.code, words)


def _begin(count: Count, rows: Sequence[tuple[str, str]], before: Sequence[Entry]) -> _Reading:
    cells = [cell for row in rows for cell in row if cell]
    codes = {code for cell in cells if (code := _canonical(cell))}
    known = Identifier.objects.filter(code__in=codes).select_related(
        "container", "position__container"
    )
    names = {cell.rpartition("/")[2].strip().upper() for cell in cells}
    places = Position.objects.filter(
        container__path__startswith=count.container.path, holds=Holds.VIAL
    ).annotate(name=Upper("label"))
    labels: dict[tuple[int | str, str], Position] = {}
    for place in places.filter(name__in=names).select_related("container"):
        labels[place.container_id, place.label.upper()] = place
        labels[place.container.code.upper(), place.label.upper()] = place
    by_code = {row.code: row for row in known}
    reading = _Reading(count, by_code, labels, list(before), count.container_id)
    if before:
        reading.after(before[-1])
    return reading


def _canonical(cell: str) -> str:
    try:
        return read_scan(cell).code
    except UnreadableScan:
        return ""


def _read(reading: _Reading, place: str, cell: str) -> Entry:
    """Read one line: the place it names, where it does, and what was there."""
    if place:
        at = _at(reading, place)
        reading.container_id, reading.position_id = at.container_id, at.position_id
    if cell == BACK:
        return _taken_back(reading)
    named = None if place else _place_named(reading, cell)
    if named is not None:
        return _choose(named)
    kind = kind_of_word(cell)
    return _scanned(reading, cell) if kind is None else reading.here(kind)


def _taken_back(reading: _Reading) -> Entry:
    """Name the entry that is taken back, where there is one."""
    if not reading.entries:
        return reading.here(ScanKind.TAKEN_BACK)
    return replace(reading.entries[-1], kind=ScanKind.TAKEN_BACK)


def _at(reading: _Reading, label: str) -> Entry:
    named = _place_named(reading, label)
    if named is not None:
        return _choose(named)
    entry = _scanned(reading, label)
    if entry.kind != ScanKind.PLACE:
        raise ActionRefused(
            [Refusal("UNKNOWN_PLACE", f"{label} is no place of the box that is counted.")]
        )
    return entry


def _place_named(reading: _Reading, text: str) -> Position | None:
    """Understand `B7` as the place of that name in the chosen box, and `BOX/B7` in any."""
    box, slash, label = text.rpartition("/")
    owner = box.strip().upper() if slash else reading.container_id
    return reading.labels.get((owner, label.strip().upper()))


def _choose(place: Position) -> Entry:
    return Entry(kind=ScanKind.PLACE, position_id=place.pk, container_id=place.container_id)


def _scanned(reading: _Reading, cell: str) -> Entry:
    """
    Read a code; one that nobody knows is counted too, as what it is.

    Raises ActionRefused: it is misread, stands for no vial, or for a place outside of the count.
    """
    try:
        code = read_scan(cell).code
    except UnreadableScan as fault:
        raise ActionRefused([Refusal(fault.code, fault.words)]) from fault
    row = reading.known.get(code)
    if row is None:
        return reading.here(ScanKind.SEEN, code)
    if row.kind == IdentifierKind.VIAL:
        return reading.here(ScanKind.SEEN, code, row.vial_id)
    if row.kind == IdentifierKind.CONTAINER:
        return _container(reading, row)
    if row.kind == IdentifierKind.POSITION:
        return _position(reading, row)
    kind = str(IdentifierKind(row.kind).label).lower()
    raise ActionRefused(
        [Refusal("NOT_A_VIAL", f"{code} is the code of a {kind}. Scan a vial or a place.")]
    )


def _container(reading: _Reading, row: Identifier) -> Entry:
    container = row.container
    if container is None or reading.count.container_id not in container.path_ids:
        raise ActionRefused([_outside(reading, row.code)])
    return Entry(kind=ScanKind.PLACE, container_id=container.pk)


def _position(reading: _Reading, row: Identifier) -> Entry:
    place = row.position
    if place is None or reading.count.container_id not in place.container.path_ids:
        raise ActionRefused([_outside(reading, row.code)])
    return _choose(place)


def _outside(reading: _Reading, code: str) -> Refusal:
    return Refusal(
        "OUTSIDE_THE_COUNT",
        f"{code} is not inside {reading.count.place}, which is counted. Scan what stands in it.",
    )
