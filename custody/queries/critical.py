"""The critical entries of vials and of changes, and which of them nobody has reviewed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.errors import Refusal
from audit.models import Change
from custody.models import CustodyEvent, EventKind, ReviewedEntry
from custody.rules.critical import (
    CORRECTED,
    CORRECTED_COLUMNS,
    CRITICAL_KINDS,
    OVERRIDES,
    REFUSED,
    REFUSED_SCANS,
    why_critical,
)
from custody.rules.deciding import RELEASES
from custody.status import QUALITY_TRANSITIONS
from inventory.models import Quality, Vial

MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class CriticalEntry:
    """
    One critical entry about one vial.

    attempt: the number of a refused attempt; then `change` is 0, and the reverse.
    """

    vial_id: int
    change: int = 0
    attempt: int = 0
    why: str

    @property
    def key(self) -> str:
        """Name the entry the same way on screens, in forms and in digests."""
        return f"c{self.change}" if self.change else f"r{self.attempt}"

    @property
    def words(self) -> str:
        """Name the entry for people."""
        number = f"change {self.change}" if self.change else f"refused attempt {self.attempt}"
        return f"{self.why} ({number})"


def unreviewed(vials: Sequence[Vial], *, on: date) -> list[CriticalEntry]:
    """
    Return the critical entries of vials that nobody reviewed; three queries.

    on: the day of the decision; a deferral counts up to its own day, and no longer.
    Source: URS-44.
    """
    return critical_of([vial.pk for vial in vials], unreviewed_on=on)


def critical_of(vials: Sequence[int], *, unreviewed_on: date | None = None) -> list[CriticalEntry]:
    """Return the critical entries of vials, oldest first; three queries for any number."""
    events = _events(Q(vial__in=vials))
    if unreviewed_on is not None:
        counting = Q(review__due_on__isnull=True) | Q(review__due_on__gte=unreviewed_on)
        seen = ReviewedEntry.objects.filter(counting, reviewed=OuterRef("change"))
        events = events.exclude(Exists(seen))
    found = {
        *_of_events(events),
        *_corrections(vials, unreviewed_on=unreviewed_on),
        *_refused_scans(vials, unreviewed_on=unreviewed_on),
    }
    return sorted(found, key=lambda entry: (entry.change, entry.attempt, entry.vial_id))


def critical_among(changes: "QuerySet[Change]") -> dict[int, str]:
    """Return which of these changes are critical to some vial, with the reason; two queries."""
    keys = changes.values("pk")
    found = {entry.change: entry.why for entry in _of_events(_events(Q(change__in=keys)))}
    corrected = Vial.history.filter(change__in=keys, history_type="~").values_list("id", flat=True)
    numbers = {entry.change for entry in _corrections(list(corrected.distinct()))}
    inside = changes.filter(pk__in=numbers).values_list("pk", flat=True) if numbers else ()
    return found | dict.fromkeys(inside, CORRECTED)


def refusals_of_review(vials: Sequence[Vial], decision: Quality, *, on: date) -> dict[int, Refusal]:
    """
    Say, for each vial that waits for a review, which entries must be reviewed first.

    vials: with their batch. on: the day of the decision.
    A vial that could not be decided so anyway waits for none.
    """
    if decision not in RELEASES:
        return {}
    able = [vial for vial in vials if decision in QUALITY_TRANSITIONS[Quality(vial.quality)]]
    of_vial: dict[int, list[CriticalEntry]] = {}
    for entry in unreviewed(able, on=on) if able else ():
        of_vial.setdefault(entry.vial_id, []).append(entry)
    return {vial.pk: _refusal(vial, of_vial[vial.pk]) for vial in able if vial.pk in of_vial}


def _refusal(vial: Vial, entries: Sequence[CriticalEntry]) -> Refusal:
    named = "; ".join(entry.words for entry in entries[:MOST_NAMED])
    more = f" and {len(entries) - MOST_NAMED} more" if len(entries) > MOST_NAMED else ""
    return Refusal(
        "TRAIL_NOT_REVIEWED",
        f"{vial.code}: its audit trail holds what somebody else must review first: {named}{more}. "
        "Review the entries of its batch, or have QA sign a deferral, anew where its day is past.",
        about=vial.batch.number,
    )


def _events(those: Q) -> QuerySet[CustodyEvent]:
    critical = Q(kind__in=list(CRITICAL_KINDS)) | Q(performed_at__isnull=False)
    critical |= Q(kind=EventKind.CLAIMED, details__has_any_keys=list(OVERRIDES))
    return CustodyEvent.objects.filter(those & critical)


def _of_events(events: QuerySet[CustodyEvent]) -> list[CriticalEntry]:
    rows = events.values_list("vial_id", "change_id", "kind", "performed_at")
    return [
        CriticalEntry(vial_id=vial, change=change, why=why_critical(kind, is_late=late is not None))
        for vial, change, kind, late in rows
    ]


_CORRECTIONS = """
    SELECT h.id, h.change_id FROM (
        SELECT t.id, t.change_id, t.history_type, jsonb_build_array({columns}) AS entered,
            lag(jsonb_build_array({columns})) OVER (PARTITION BY t.id ORDER BY t.history_id) AS was
        FROM inventory_historicalvial t WHERE t.id = ANY(%(vials)s)
    ) h
    WHERE h.history_type = '~' AND h.entered <> h.was AND (%(on)s::date IS NULL OR NOT EXISTS (
        SELECT FROM custody_reviewedentry r JOIN custody_trailreview v ON v.id = r.review_id
        WHERE r.reviewed_id = h.change_id AND (v.due_on IS NULL OR v.due_on >= %(on)s::date)))
"""
# Each way in which a scan is noted beside a refusal; every one is answered by the index.
_SHAPES = (
    "jsonb_build_object('scanned', i.code)",
    "jsonb_build_object('scanned', jsonb_build_array(i.code))",
    "jsonb_build_object('scanned', jsonb_build_array(jsonb_build_array(i.code)))",
    "jsonb_build_object('expected', jsonb_build_array(i.code))",
)
_REFUSED = """
    SELECT i.vial_id, r.id FROM inventory_identifier i
    JOIN audit_refusedattempt r ON {about}
    WHERE i.vial_id = ANY(%(vials)s) AND r.codes ?| %(codes)s
        AND (%(on)s::date IS NULL OR NOT EXISTS (
            SELECT FROM custody_reviewedentry e JOIN custody_trailreview v ON v.id = e.review_id
            WHERE e.attempt_id = r.id AND (v.due_on IS NULL OR v.due_on >= %(on)s::date)))
"""


def _corrections(vials: Sequence[int], *, unreviewed_on: date | None = None) -> list[CriticalEntry]:
    columns = ", ".join(f"t.{column}" for column in CORRECTED_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            _CORRECTIONS.format(columns=columns),
            {"vials": list(vials), "on": unreviewed_on},
        )
        return [
            CriticalEntry(vial_id=vial, change=change, why=CORRECTED)
            for vial, change in cursor.fetchall()
        ]


def _refused_scans(vials: Sequence[int], *, unreviewed_on: date | None) -> list[CriticalEntry]:
    about = " OR ".join(f"r.subject @> {shape}" for shape in _SHAPES)
    with connection.cursor() as cursor:
        cursor.execute(
            _REFUSED.format(about=f"({about})"),
            {
                "vials": list(vials),
                "codes": list(REFUSED_SCANS),
                "on": unreviewed_on,
            },
        )
        return [
            CriticalEntry(vial_id=vial, attempt=attempt, why=REFUSED)
            for vial, attempt in cursor.fetchall()
        ]
