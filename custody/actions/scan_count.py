"""Scanning in a count: one code, a place, or the whole list of a rack."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import Attribution
from audit.changes import OpenChange, attributed_change
from audit.errors import refuse_if
from custody.count_reading import read_entries
from custody.counted import entries_of, programs_of
from custody.lifts import Reach, note_lift
from custody.locks import lock_count
from custody.models import Count, CountScan
from custody.rules.counting import Entry
from custody.rules.counts import refusals_to_count
from sop.action import Action
from sop.authority import require_authority


def scan_count(
    *, count_id: int, text: str, attribution: Attribution, at: datetime
) -> list[CountScan]:
    """
    Record what the counter scanned; all of it or nothing.

    text: a code, a place such as `A3`, a word for an empty place or an unreadable label, or one of
    these on each line, with its place before it.
    Raises NotFound; NotAuthorised; ActionRefused (COUNT_ENDED, NOT_YOUR_COUNT, NO_SCAN,
    COUNTED_ALREADY, NO_PLACE, UNKNOWN_PLACE, OUTSIDE_THE_COUNT, NOT_A_VIAL, TOO_MANY_LINES,
    NOTHING_COUNTED, and what makes a code unreadable). Whether it was expected, nobody is told.
    What is counted is out of the cold meanwhile: each scan is a part of that lift.
    Source: 21 CFR 11.10(e), 211.184; URS-04, URS-29, URS-112; REQUIREMENTS B5, B9.
    """
    with attributed_change(attribution, action="scan_count") as change:
        count = lock_count(count_id)
        change.subject.update(count=str(count), scanned=text.strip()[:200])
        actor = attribution.actor
        require_authority(actor, Action.COUNT, programs=programs_of(count), sites=[count.site_id])
        refuse_if(refusals_to_count(count, actor))
        entries = read_entries(count, text, before=entries_of(count))
        _note_lift(change, count, entries, at)
        return CountScan.objects.bulk_create(
            [
                CountScan(
                    count=count,
                    kind=entry.kind,
                    code=entry.code,
                    vial_id=entry.vial_id,
                    position_id=entry.position_id,
                    container_id=entry.container_id,
                    person_id=actor.pk,
                    scanned_at=at,
                )
                for entry in entries
            ]
        )


def _note_lift(change: OpenChange, count: Count, entries: Sequence[Entry], at: datetime) -> None:
    """Record what is out for this scan: what is counted, or in a whole unit, what was scanned."""
    places = [count.container.position_id, *(entry.position_id for entry in entries)]
    parts = [entry.container_id for entry in entries]
    if count.container.position_id is not None:
        parts.append(count.container_id)
    positions, containers = [*filter(None, places)], [*filter(None, parts)]
    note_lift(change, Reach.PASSING, positions=positions, containers=containers, at=at)
