"""Until when records are kept, by what happened to their vials; and what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Max, Q, QuerySet

from audit.authors import Author
from audit.errors import NotFound, Refusal
from custody.models import CustodyEvent, EventKind
from custody.rules.deciding import RELEASES
from inventory.models import (
    GONE,
    Batch,
    LegalHold,
    Program,
    RetentionSchedule,
    Vial,
)
from inventory.rules.retention import (
    CATALOGUE,
    RecordClass,
    Retained,
    Start,
    months_after,
    retained,
)

MOST_LISTED = 500
NOT_HELD = Refusal("NOT_HELD", "No legal hold that you may see stands here.")
ENDS = (EventKind.DISCARDED, EventKind.CONSUMED, EventKind.TRANSFERRED, EventKind.ADMINISTERED)


@dataclass(frozen=True, kw_only=True)
class RetainedRecord:
    """One record and until when it is kept; `code` is a chain of identity or a batch number."""

    record: RecordClass
    code: str
    until: Retained


@dataclass(frozen=True, kw_only=True)
class HoldLine:
    """One legal hold that stands."""

    id: int
    subject: str
    reason: str
    placed_by: str
    placed_at: datetime


def months_in_force() -> dict[str, int] | None:
    """Return the signed periods by the code of their rule; None before any were signed."""
    return RetentionSchedule.objects.order_by("-version").values_list("months", flat=True).first()


def schedules() -> list[RetentionSchedule]:
    """Return every version of the periods, the newest first."""
    return list(RetentionSchedule.objects.order_by("-version"))


def retention_of_therapy(coi: str) -> Retained | None:
    """Say until when the record of a therapy is kept; None before any period was signed."""
    months = months_in_force()
    if months is None:
        return None
    vials = Vial.objects.filter(therapy__coi=coi)
    return _of(months, RecordClass.IDENTITY, Batch.objects.filter(therapy__coi=coi), vials, [coi])


def retention_of_batch(batch: Batch) -> Retained | None:
    """Say until when the record of a batch is kept; None before any period was signed."""
    months = months_in_force()
    if months is None:
        return None
    vials = Vial.objects.filter(batch=batch)
    rows = Batch.objects.filter(pk=batch.pk)
    return _of(months, RecordClass.BATCH, rows, vials, [batch.number])


def _of(
    months: Mapping[str, int],
    record: RecordClass,
    batches: "QuerySet[Batch]",
    vials: "QuerySet[Vial]",
    codes: Sequence[str],
) -> Retained:
    held = LegalHold.objects.filter(subject__in=codes, released_at__isnull=True)
    return retained(
        months=months,
        record=record,
        starts=_starts(batches, vials),
        held=list(held.order_by("pk").values_list("reason", flat=True)),
    )


def _starts(batches: "QuerySet[Batch]", vials: "QuerySet[Vial]") -> dict[Start, date | None]:
    """Say when each start happened; an open one is None, one that cannot come is left out."""
    made = batches.aggregate(completed=Max("completed_at"), expires=Max("expires_at"))
    own = vials.aggregate(expires=Max("expires_at"), left=Count("pk", filter=~Q(custody__in=GONE)))
    events = CustodyEvent.objects.filter(vial__in=vials).aggregate(
        given=Max("recorded_at", filter=Q(kind=EventKind.ADMINISTERED)),
        ended=Max("recorded_at", filter=Q(kind__in=ENDS)),
        released=Max(
            "recorded_at", filter=Q(kind=EventKind.QUALITY_DECIDED, to_quality__in=RELEASES)
        ),
    )
    expiry = max((at for at in (made["expires"], own["expires"]) if at), default=None)
    may_still_be_used = own["left"] > 0
    starts: dict[Start, date | None] = {
        Start.COMPLETED: _day(made["completed"]),
        Start.EXPIRED: _day(expiry),
        Start.TRIAL_ENDED: None,
        Start.ENDED: None,
    }
    if not may_still_be_used:
        starts[Start.ENDED] = max(filter(None, (_day(expiry), _day(events["ended"]))), default=None)
    if events["given"] or may_still_be_used:
        starts[Start.ADMINISTERED] = None if may_still_be_used else _day(events["given"])
    if events["released"] or may_still_be_used:
        starts[Start.RELEASED] = _day(events["released"])
    return starts


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()


def due_records(*, on: date, seen_by: Author) -> list[RetainedRecord]:
    """
    List the records whose period is over and that no legal hold keeps, by the oldest expiry.

    Only what expired before the longest period that counts from there is looked at.
    Nothing is destroyed: docs/decisions/retention.md. Source: URS-78.
    """
    months = months_in_force()
    if months is None:
        return []
    seen = Program.objects.visible_to(seen_by)
    there = Vial.objects.exclude(custody__in=GONE)
    batches = Batch.objects.filter(product__program__in=seen).order_by("expires_at", "pk")
    found = []
    for record in RecordClass:
        old = batches.filter(expires_at__lt=_expired_before(months, record, on))
        if record == RecordClass.BATCH:
            rows = old.exclude(pk__in=there.values("batch"))[:MOST_LISTED]
            found += [_line(record, row.number, retention_of_batch(row)) for row in rows]
        else:
            cois = old.exclude(therapy__in=there.filter(therapy__isnull=False).values("therapy"))
            names = cois.filter(therapy__isnull=False).values_list("therapy__coi", flat=True)
            found += [
                _line(record, coi, retention_of_therapy(coi))
                for coi in dict.fromkeys(names[:MOST_LISTED])
            ]
    return [one for one in found if one.until.due_on is not None and one.until.due_on <= on]


def _expired_before(months: Mapping[str, int], record: RecordClass, on: date) -> datetime:
    """Return the instant before which a product expired, if its record can be due."""
    counting = [
        period
        for code, period in months.items()
        if CATALOGUE[code].start == Start.EXPIRED and record in CATALOGUE[code].classes
    ]
    day = months_after(on, -max(counting, default=0))
    return datetime.combine(day + timedelta(days=1), time.min, UTC)


def _line(record: RecordClass, code: str, until: Retained | None) -> RetainedRecord:
    if until is None:
        raise RuntimeError("a period was in force a moment ago")
    return RetainedRecord(record=record, code=code, until=until)


def legal_holds(*, seen_by: Author) -> list[HoldLine]:
    """List the legal holds that stand, oldest first."""
    rows = LegalHold.objects.filter(
        released_at__isnull=True, program__in=Program.objects.visible_to(seen_by)
    )
    return [
        HoldLine(
            id=row.pk,
            subject=row.subject,
            reason=row.reason,
            placed_by=row.placed_by.full_name,
            placed_at=row.placed_at,
        )
        for row in rows.select_related("placed_by").order_by("pk")
    ]


def find_legal_hold(hold_id: int, *, seen_by: Author) -> HoldLine:
    """
    Return one legal hold that stands.

    Raises NotFound: there is none with this number that they may see.
    """
    found = [hold for hold in legal_holds(seen_by=seen_by) if hold.id == hold_id]
    if not found:
        raise NotFound([NOT_HELD])
    return found[0]
