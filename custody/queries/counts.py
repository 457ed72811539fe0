"""Cycle counts as screens show them: the list, one that goes on, blind, and one that has ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextChoices

from audit.authors import Author
from audit.errors import ActionRefused, NotFound
from audit.pages import Page, newest_first
from custody.count_reading import next_place, read_entries
from custody.counted import entries_of, place_words
from custody.locks import UNKNOWN_COUNT
from custody.models import DIFFERENCES, Count, CountLine, CountResult, CountStatus, ScanKind
from inventory.codes.scan import needs_second_entry, read_scan
from inventory.models import Container, Position, Program

SHOWN = 12


class ShownCounts(TextChoices):
    """Which counts a list shows."""

    OPEN = "open", "Being counted"
    DIFFER = "differ", "With differences"
    ALL = "all", "All"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One entry of the counter, as the screen lists it; never whether it was expected."""

    what: str
    code: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Progress:
    """
    How far a count has come.

    counted: vials seen, readable or not. last: the newest entries first. next_label: the place
    that the next scan is at; empty where none was said. to_look_at: the places of a recount.
    """

    counted: int
    last: tuple[Told, ...]
    next_label: str
    to_look_at: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ResultLine:
    """
    One line of a count that has ended.

    is_masked: it is of a program the person may not see; then it names nothing.
    """

    result: CountResult
    code: str
    vial_id: int | None
    place: str
    found_place: str
    words: str
    deviation: str = ""
    deviation_id: int | None = None
    is_masked: bool = False

    @property
    def differs(self) -> bool:
        """Whether somebody must do something about it."""
        return self.result in (*DIFFERENCES, CountResult.FOUND)


def counts(
    shown: ShownCounts, *, seen_by: Author, before: int | None, after: int | None
) -> Page[Count]:
    """Return one page of counts, newest first."""
    rows = Count.objects.visible_to(seen_by).select_related("counted_by", "site", "recount_of")
    if shown is ShownCounts.OPEN:
        rows = rows.filter(status=CountStatus.COUNTING)
    elif shown is ShownCounts.DIFFER:
        rows = rows.filter(results__has_any_keys=[str(name) for name in DIFFERENCES])
    return newest_first(rows, before=before, after=after)


def find_count(key: int, *, seen_by: Author) -> Count:
    """
    Return one count.

    Raises NotFound: no such count, or none that the person may see.
    """
    rows = Count.objects.visible_to(seen_by).select_related(
        "container__type", "counted_by", "site", "recount_of__counted_by"
    )
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound([UNKNOWN_COUNT])
    return found


def open_count_in(container: Container) -> Count | None:
    """Return the count of this container that goes on, if there is one."""
    return Count.objects.filter(container=container, status=CountStatus.COUNTING).first()


def progress_of(count: Count) -> Progress:
    """Return how far a count has come, without a word of what was expected."""
    entries = entries_of(count)
    newest = entries[-SHOWN:][::-1]
    keys = {entry.position_id for entry in newest if entry.position_id is not None}
    places = place_words(newest, list(Position.objects.filter(pk__in=keys)))
    _, following = next_place(count, entries)
    named = Position.objects.filter(pk__in=[] if following is None else [following])
    label = named.values_list("label", flat=True).first()
    said = (ScanKind.SEEN, ScanKind.UNREADABLE)
    return Progress(
        counted=sum(entry.kind in said for entry in entries),
        last=tuple(
            Told(what=str(entry.kind.label), code=entry.code, place=places[entry])
            for entry in newest
        ),
        next_label=label or "",
        to_look_at=() if count.recount_of_id is None else _places_that_differed(count),
    )


def _places_that_differed(count: Count) -> tuple[str, ...]:
    """Name the places of the lines that differed before, not the vials."""
    rows = CountLine.objects.filter(count=count.recount_of_id, result__in=DIFFERENCES)
    places = {place for pair in rows.values_list("place", "found_place") for place in pair if place}
    return tuple(sorted(places))


def result_lines(count: Count, *, seen_by: Author) -> list[ResultLine]:
    """Return the lines of a count that has ended, what differs first; two statements."""
    seen = set(Program.objects.visible_to(seen_by).values_list("pk", flat=True))
    rows = CountLine.objects.filter(count=count).select_related("vial", "deviation")
    lines = [_line(row, seen) for row in rows.order_by("pk")]
    return sorted(lines, key=lambda line: not line.differs)


def _line(row: CountLine, programs: Sequence[int] | set[int]) -> ResultLine:
    result = CountResult(row.result)
    if row.vial is not None and row.vial.program_id not in programs:
        return ResultLine(
            result=result,
            code="",
            vial_id=None,
            place=row.place,
            found_place=row.found_place,
            words="A vial of another program.",
            is_masked=True,
        )
    deviation = row.deviation
    return ResultLine(
        result=result,
        code=row.code,
        vial_id=row.vial_id,
        place=row.place,
        found_place=row.found_place,
        words=row.words,
        deviation="" if deviation is None else deviation.number,
        deviation_id=None if deviation is None else deviation.pk,
    )


def words_of_result(count: Count) -> str:
    """Say in a few words what came of a count."""
    if count.status != CountStatus.CLOSED:
        return str(CountStatus(count.status).label)
    said = [
        f"{count.results[name.value]} {name.label.lower()}"
        for name in (*DIFFERENCES, CountResult.FOUND, CountResult.MOVED, CountResult.MATCHED)
        if count.results.get(name.value)
    ]
    return ", ".join(said) or "Empty, as recorded"


def needs_to_be_entered_twice(count: Count, text: str) -> bool:
    """
    Say whether a code that was typed by hand names a vial, and no check character guards it.

    Source: URS-04.
    """
    try:
        entries = read_entries(count, text, before=entries_of(count))
    except ActionRefused:
        return False  # the action says why
    is_a_vial = len(entries) == 1 and entries[0].kind == ScanKind.SEEN
    return is_a_vial and needs_second_entry(read_scan(text))
