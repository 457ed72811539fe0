"""Rules of a cycle count: which entries stand, and what comes of each vial and place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.errors import Refusal
from custody.models import CountResult, ScanKind

MOST_VIALS = 2000
MOST_LINES = 2000
EMPTY_WORDS = frozenset({"0", "-", "EMPTY", "NO TUBE", "NOTUBE"})
UNREADABLE_WORDS = frozenset({"?", "UNREADABLE", "NO READ", "NOREAD", "ERROR"})
SEPARATORS = ("\t", ";", ",")
DATA_STRUCTURES = ("=", "&", "]", "(")  # how the codes of the standards begin


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    What the counter said once.

    code: as it was scanned. vial_id: that carries it, where one does. position_id: where it was,
    where that was said. container_id: the one that was chosen by then.
    """

    kind: ScanKind
    code: str = ""
    vial_id: int | None = None
    position_id: int | None = None
    container_id: int


@dataclass(frozen=True, kw_only=True)
class Stand:
    """Where a vial stands by the record; `container_ids` from the unit down to its box."""

    position_id: int
    container_ids: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """
    A vial that the record had here when the count began.

    then: where it stood. now: where it stands as the count ends, nothing when it is in no place.
    is_missing: it was reported missing before, so that its absence from every place is no news.
    """

    vial_id: int
    code: str
    then: Stand
    now: Stand | None
    is_missing: bool = False


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    What the count says of one vial, or of one thing without a known code.

    seen: the entry it rests on, where there is one. is_where_it_stands: it was seen at the place
    that the record gives now.
    """

    result: CountResult
    code: str
    vial_id: int | None = None
    seen: Entry | None = None
    is_where_it_stands: bool = False


def rows_of(text: str) -> list[tuple[str, str]]:
    """
    Read what was scanned or pasted as pairs of a place and a code; one line each, place optional.

    A line such as `A3;VI-1` names the place before the code, as rack scanners write it.
    """
    rows = []
    for line in text.replace("\r", "\n").split("\n"):  # codes have separators of their own
        cells = [line.strip(" \t")]
        is_a_code = cells[0].startswith(DATA_STRUCTURES)
        for separator in () if is_a_code else SEPARATORS:
            if separator in cells[0]:
                cells = [cell.strip().strip('"') for cell in line.split(separator) if cell.strip()]
                break
        if cells and cells[0]:
            rows.append((cells[0], cells[1]) if len(cells) > 1 else ("", cells[0]))
    return rows


def kind_of_word(text: str) -> ScanKind | None:
    """Say whether the words mean an empty place or a label that cannot be read."""
    word = " ".join(text.upper().split())
    if word in EMPTY_WORDS:
        return ScanKind.EMPTY
    return ScanKind.UNREADABLE if word in UNREADABLE_WORDS else None


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that were not taken back, in their order."""
    kept: list[Entry] = []
    for entry in entries:
        if entry.kind != ScanKind.TAKEN_BACK:
            kept.append(entry)
        elif kept:
            kept.pop()
    return kept


def refusals_of_an_entry(entry: Entry, before: Sequence[Entry]) -> list[Refusal]:
    """Say why an entry may not follow those that stand; `before` are those."""
    if entry.kind == ScanKind.TAKEN_BACK:
        return [] if before else [Refusal("NOTHING_COUNTED", "There is nothing to take back yet.")]
    if entry.kind == ScanKind.EMPTY and entry.position_id is None and has_counted(before):
        return [Refusal("NO_PLACE", "Scan or type the place first, such as A1; then say it.")]
    if entry.kind == ScanKind.SEEN and any(_is_the_same(entry, other) for other in before):
        return [
            Refusal(
                "COUNTED_ALREADY",
                f"{entry.code} was counted already. Go on with the next; if it was entered at the "
                "wrong place, take that entry back.",
            )
        ]
    return []


def _is_the_same(entry: Entry, other: Entry) -> bool:
    if other.kind != ScanKind.SEEN:
        return False
    if entry.vial_id is not None:
        return entry.vial_id == other.vial_id
    return entry.code == other.code


def has_counted(entries: Iterable[Entry]) -> bool:
    """Say whether anything was said of what stands there, beside the choice of places."""
    return any(entry.kind != ScanKind.PLACE for entry in entries)


def compare(
    wanted: Sequence[Wanted],
    entries: Sequence[Entry],
    others: Mapping[int, Stand | None],
    *,
    container_id: int,
) -> list[Finding]:
    """
    Say what came of each vial that was expected, and of each thing that was not.

    entries: those that stand. others: for each vial that was seen and not expected, where the
    record has it now. container_id: what is counted.
    Source: 21 CFR 211.184; REQUIREMENTS B9, match, missing, extra, misplaced, unreadable.
    """
    seen = {
        entry.vial_id: entry
        for entry in entries
        if entry.kind == ScanKind.SEEN and entry.vial_id is not None
    }
    unread = [entry for entry in entries if entry.kind == ScanKind.UNREADABLE]
    findings = [_of_wanted(vial, seen.get(vial.vial_id), unread) for vial in wanted]
    taken = [finding.seen for finding in findings if finding.result == CountResult.UNREADABLE]
    expected = {vial.vial_id for vial in wanted}
    for entry in entries:
        if entry.kind == ScanKind.SEEN and entry.vial_id not in expected:
            stand = None if entry.vial_id is None else others.get(entry.vial_id)
            findings.append(_of_other(entry, stand, container_id))
    findings += [
        Finding(result=CountResult.UNREADABLE, code="", seen=entry)
        for entry in unread
        if not any(entry is one for one in taken)
    ]
    return findings


def agrees(entry: Entry, stand: Stand | None) -> bool:
    """Say whether a vial that was seen so stands where the record has it."""
    if stand is None:
        return False
    if entry.position_id is not None:
        return entry.position_id == stand.position_id
    return entry.container_id in stand.container_ids


def _of_wanted(vial: Wanted, entry: Entry | None, unread: Sequence[Entry]) -> Finding:
    if entry is not None:
        fits = agrees(entry, vial.then) or agrees(entry, vial.now)
        matched = CountResult.FOUND if vial.is_missing else CountResult.MATCHED
        return Finding(
            result=matched if fits else CountResult.MISPLACED,
            code=vial.code,
            vial_id=vial.vial_id,
            seen=entry,
            is_where_it_stands=agrees(entry, vial.now),
        )
    if vial.now != vial.then and not vial.is_missing:
        return Finding(result=CountResult.MOVED, code=vial.code, vial_id=vial.vial_id)
    mark = next((one for one in unread if one.position_id == vial.then.position_id), None)
    result = CountResult.MISSING if mark is None else CountResult.UNREADABLE
    return Finding(result=result, code=vial.code, vial_id=vial.vial_id, seen=mark)


def _of_other(entry: Entry, stand: Stand | None, container_id: int) -> Finding:
    """Judge what was not expected: it may have been put here while the count went on."""
    fits, is_here = agrees(entry, stand), stand is not None and container_id in stand.container_ids
    result = CountResult.MISPLACED if is_here else CountResult.EXTRA
    return Finding(
        result=CountResult.MATCHED if fits and is_here else result,
        code=entry.code,
        vial_id=entry.vial_id,
        seen=entry,
        is_where_it_stands=fits,
    )
