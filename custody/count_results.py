"""What the end of a count writes: its lines, the ledger of what agreed, and what differs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from audit.changes import OpenChange
from audit.writes import create_all, update_all
from custody.count_deviations import open_deviations
from custody.counted import Counted, place_words, seen_at
from custody.holds import hold_vials
from custody.ledger import Entry as LedgerEntry
from custody.ledger import append, snapshot, write
from custody.missing import by_program, hold_therapies
from custody.mix_ups import holds_on_mismatch
from custody.models import CountLine, CountResult, EventKind, HoldScope, ScanKind
from custody.rules.counting import Finding
from custody.steps import free_kept_places, let_go
from custody.time_out import ended_picks
from inventory.models import GONE, Custody, Position, PositionCondition, Vial

HELD_WHERE_THE_SITE_SAYS_SO = (
    CountResult.MISPLACED,
    CountResult.EXTRA,
    CountResult.UNREADABLE,
)
IN_DOUBT = (CountResult.MISPLACED, CountResult.EXTRA, CountResult.UNREADABLE)


def write_results(change: OpenChange, counted: Counted, *, at: datetime) -> list[CountLine]:
    """
    Write what came of a count, with everything that follows from it, in the Change that is open.

    Matched vials get their event in the ledger. A missing one becomes MISSING and its therapy is
    held; other vials that differ are held where the site says so; their places are in doubt until
    a count agrees. Each difference is under a deviation. Returns the lines.
    Source: 21 CFR 211.184, 211.192; REQUIREMENTS B8, B9; URS-113.
    """
    findings = counted.findings()
    lines = _lines(counted, findings)
    _tell_the_ledger(change, counted, findings, at=at)
    _mark_places(counted, findings)
    _lose(change, counted, findings, at=at)
    if holds_on_mismatch():
        _hold(change, counted, findings, at=at)
    open_deviations(change, counted, lines, at=at)
    update_all(counted.lines, ["result", "found_place", "words", "deviation"])
    frozen = {line.pk for line in counted.lines}
    create_all([line for line in lines if line.pk not in frozen])
    counted.count.results = dict(Counter(str(line.result) for line in lines))
    return lines


def _lines(counted: Counted, findings: Sequence[Finding]) -> list[CountLine]:
    """Fill in the frozen lines, and add those that nobody expected."""
    frozen = {line.vial_id: line for line in counted.lines}
    entries = [finding.seen for finding in findings if finding.seen is not None]
    places = place_words(entries, list(counted.positions.values()))
    lines = []
    for finding in findings:
        known = frozen.get(finding.vial_id) if finding.vial_id is not None else None
        line = known or CountLine(count=counted.count, vial_id=finding.vial_id, code=finding.code)
        line.result = finding.result
        line.found_place = "" if finding.seen is None else places[finding.seen]
        vial = None if finding.vial_id is None else counted.vials[finding.vial_id]
        line.words = _words(finding, vial, was_expected=known is not None)
        lines.append(line)
    return lines


def _words(finding: Finding, vial: Vial | None, *, was_expected: bool) -> str:
    """Say what else there is to know of a line."""
    if finding.result == CountResult.MATCHED:
        return _words_of_a_match(finding, vial, was_expected=was_expected)
    if finding.result == CountResult.EXTRA and vial is None:
        return "No vial that is known here carries this code."
    if finding.result == CountResult.UNREADABLE and vial is None:
        return "Something stands there whose label cannot be read."
    return WORDS.get(finding.result, "").format(place=_by_the_record(vial))


WORDS = {
    CountResult.MOVED: "It left while the count went on. By the record: {place}.",
    CountResult.FOUND: "It is recorded as missing: QA records that it was found.",
    CountResult.EXTRA: "By the record: {place}.",
    CountResult.MISPLACED: "By the record: {place}.",
    CountResult.UNREADABLE: "A vial stands at its place, but the label cannot be read.",
}


def _words_of_a_match(finding: Finding, vial: Vial | None, *, was_expected: bool) -> str:
    if not finding.is_where_it_stands:
        return f"It was moved after it was counted. By the record: {_by_the_record(vial)}."
    return "" if was_expected else "The record has it here."


def _by_the_record(vial: Vial | None) -> str:
    if vial is None:
        return "unknown"
    if vial.position is None:
        return str(Custody(vial.custody).label).lower()
    return f"{vial.position.container.name} › {vial.position.label}"


def _of(
    counted: Counted, findings: Iterable[Finding], results: Sequence[CountResult]
) -> list[Vial]:
    return [
        counted.vials[finding.vial_id]
        for finding in findings
        if finding.result in results and finding.vial_id is not None
    ]


def _tell_the_ledger(
    change: OpenChange, counted: Counted, findings: Sequence[Finding], *, at: datetime
) -> None:
    """Append one event for each vial that was counted where it stands."""
    agreed = [one for one in findings if one.is_where_it_stands and one.vial_id is not None]
    vials = [counted.vials[one.vial_id] for one in agreed if one.vial_id is not None]
    codes = {
        one.vial_id: (counted.vials[one.vial_id].code, "" if one.seen is None else one.seen.code)
        for one in agreed
        if one.vial_id is not None
    }
    entry = LedgerEntry(
        kind=EventKind.COUNTED,
        reason="" if change.intent is None else change.intent.reason,
        codes=codes,
        details={"count": counted.count.pk},
        each=ended_picks(seen_at(counted.count, vials)),
    )
    append(change, vials, snapshot(vials), entry, at=at)


def _lose(
    change: OpenChange, counted: Counted, findings: Sequence[Finding], *, at: datetime
) -> None:
    """Record as missing what was not seen and stands here by the record; hold its therapies."""
    lost = [
        vial
        for vial in _of(counted, findings, [CountResult.MISSING])
        if vial.custody == Custody.IN_STORAGE
    ]
    if not lost:
        return
    before = snapshot(lost)
    let_go(lost, Custody.MISSING)
    entry = LedgerEntry(
        kind=EventKind.WENT_MISSING,
        reason=f"Not seen in {counted.count}",
        details={"searched": counted.count.place, "count": counted.count.pk},
        each=ended_picks({vial.pk: at for vial in lost}),
    )
    write(change, lost, before, entry, at=at)
    free_kept_places(lost)
    hold_therapies(change, lost, counted.family, at=at)


def _hold(
    change: OpenChange, counted: Counted, findings: Sequence[Finding], *, at: datetime
) -> None:
    """Hold what was found otherwise than the record says; one hold for each program."""
    found = _of(counted, findings, HELD_WHERE_THE_SITE_SAYS_SO)
    for vials in by_program(vial for vial in found if vial.custody not in GONE).values():
        hold_vials(
            change,
            vials,
            scope=HoldScope.VIALS,
            subject=" ".join(vial.code for vial in vials),
            reason=f"Held by itself: {counted.count} of {counted.count.place} does not agree",
            at=at,
        )


def _mark_places(counted: Counted, findings: Sequence[Finding]) -> None:
    """Put the places of what differs in doubt, and take those out of doubt that agree now."""
    doubted: set[int | None] = set()
    agreed = {entry.position_id for entry in counted.entries if entry.kind == ScanKind.EMPTY} - {
        vial.position_id for vial in counted.vials.values()
    }
    for one in findings:
        vial = None if one.vial_id is None else counted.vials[one.vial_id]
        by_scan = None if one.seen is None else one.seen.position_id
        if one.result in IN_DOUBT:
            is_here = one.result == CountResult.MISPLACED and vial is not None
            doubted |= {by_scan, vial.position_id if vial is not None and is_here else None}
        elif one.is_where_it_stands:
            agreed.add(by_scan)
    places = {**counted.positions, **_positions_of(counted)}
    _set(counted, [places[key] for key in doubted if key in places], PositionCondition.IN_DOUBT)
    settled = [places[key] for key in agreed - doubted if key in places]
    _set(counted, settled, PositionCondition.IN_SERVICE)


def _positions_of(counted: Counted) -> dict[int, Position]:
    stored = [vial.position for vial in counted.vials.values() if vial.position is not None]
    return {position.pk: position for position in stored}


def _set(counted: Counted, places: Sequence[Position], to: PositionCondition) -> None:
    """Change places that are in service or in doubt; a blocked one stays blocked."""
    changed = [
        place
        for place in places
        if place.condition != to and place.condition != PositionCondition.BLOCKED
    ]
    for place in changed:
        place.condition = to
        is_doubt = to == PositionCondition.IN_DOUBT
        place.condition_reason = f"{counted.count} does not agree" if is_doubt else ""
    update_all(changed, ["condition", "condition_reason"])
