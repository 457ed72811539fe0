"""The deviations that a count opens, and what a recount adds to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.changes import OpenChange
from custody.counted import Counted
from custody.models import DIFFERENCES, CountLine, CountResult
from inventory.models import Vial
from sop.deviations import NewDeviation, add_to_open_deviation, open_deviation
from sop.models import Deviation, DeviationSource

Group = tuple[bool, int | None]


def open_deviations(
    change: OpenChange, counted: Counted, lines: Sequence[CountLine], *, at: datetime
) -> None:
    """
    Put each line that differs under a deviation: one for each program, and for what is missing.

    A recount adds what it found to the deviations of the count before, while they are open.
    Source: 21 CFR 211.192; REQUIREMENTS B9, discrepancy is a deviation; URS-113.
    """
    _add_to_those_before(counted, lines)
    groups: dict[Group, list[CountLine]] = {}
    for line in lines:
        if line.result in DIFFERENCES and line.deviation is None:
            groups.setdefault(_group(line, counted.vials), []).append(line)
    for group, differing in groups.items():
        deviation = open_deviation(change, _found(counted, group, differing), at=at)
        for line in differing:
            line.deviation = deviation


def _add_to_those_before(counted: Counted, lines: Sequence[CountLine]) -> None:
    original = counted.count.recount_of
    if original is None:
        return
    rows = CountLine.objects.filter(count=original, deviation__isnull=False)
    before = {row.code: row.deviation for row in rows.select_related("deviation")}
    again: dict[Deviation, list[CountLine]] = {}
    for line in lines:
        deviation = before.get(line.code)
        if deviation is not None:
            again.setdefault(deviation, []).append(line)
    for deviation, seen in again.items():
        said = "; ".join(_said(line) for line in seen)
        words = f"Recount {counted.count} by {counted.count.counted_by.full_name}: {said}."
        if add_to_open_deviation(deviation.about, words) is not None:
            for line in seen:
                line.deviation = deviation


def _group(line: CountLine, vials: Mapping[int, Vial]) -> Group:
    program = None if line.vial_id is None else vials[line.vial_id].program_id
    return line.result == CountResult.MISSING, program


def _found(counted: Counted, group: Group, lines: Sequence[CountLine]) -> NewDeviation:
    is_missing, program = group
    count = counted.count
    codes = ", ".join(line.code or "a label that cannot be read" for line in lines)
    what = f"Missing: {codes}" if is_missing else f"Not as recorded: {codes}"
    said = "\n".join(f"{_said(line)}." for line in lines)
    return NewDeviation(
        source=DeviationSource.MISSING_VIAL if is_missing else DeviationSource.MISMATCH,
        title=f"{count}, {what}",
        what_happened=f"Count {count} of {count.place} by {count.counted_by.full_name}.\n{said}",
        vials=[counted.vials[line.vial_id] for line in lines if line.vial_id is not None],
        site_id=count.site_id,
        about=f"count {count.pk} {'missing' if is_missing else 'otherwise'} {program or 'unknown'}",
    )


def _said(line: CountLine) -> str:
    """Say in one line what the count found of one thing."""
    what = f"{line.code or 'A label that cannot be read'}: {CountResult(line.result).label.lower()}"
    due = f", recorded at {line.place}" if line.place else ""
    seen = f", seen at {line.found_place}" if line.found_place else ""
    return f"{what}{due}{seen}"
