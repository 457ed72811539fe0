"""A vial's chain of custody as it is read: what, who, where, when, why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from audit.models import Door
from custody.models import CustodyEvent
from inventory.models import Custody, Quality


@dataclass(frozen=True)
class TimelineEntry:
    """
    One event of one vial, with the names of those involved.

    is_signed: whether those who did it signed for it.
    """

    event_id: int
    change_id: int
    vial_id: int
    seq: int
    kind: str
    title: str
    actor: str
    actor_user_id: str
    role: str
    second_person: str
    second_person_user_id: str
    device: str
    from_place: str
    to_place: str
    from_custodian: str
    to_custodian: str
    from_custody: str
    to_custody: str
    from_quality: str
    to_quality: str
    expected_code: str
    scanned_code: str
    reason: str
    details: Mapping[str, object]
    performed_at: datetime | None
    recorded_at: datetime
    previous_hash: str
    hash: str
    is_signed: bool


def timeline(vial_ids: Collection[int]) -> list[TimelineEntry]:
    """Return every event of these vials, by vial and in order; one query."""
    rows = CustodyEvent.objects.filter(vial__in=vial_ids).select_related(
        "actor", "second_person", "from_custodian", "to_custodian", "change"
    )
    return [_entry(row) for row in rows.order_by("vial", "seq")]


def _entry(row: CustodyEvent) -> TimelineEntry:
    if row.seq is None or row.recorded_at is None:
        raise RuntimeError("the database numbers and dates every event")
    actor, second = row.actor, row.second_person
    return TimelineEntry(
        event_id=row.pk,
        change_id=row.change_id,
        vial_id=row.vial_id,
        seq=row.seq,
        kind=row.kind,
        title=row.get_kind_display(),
        actor="" if actor is None else actor.full_name,
        actor_user_id="" if actor is None else actor.user_id,
        role=row.change.role,
        second_person="" if second is None else second.full_name,
        second_person_user_id="" if second is None else second.user_id,
        device=row.device,
        from_place=row.from_place,
        to_place=row.to_place,
        from_custodian="" if row.from_custodian is None else row.from_custodian.full_name,
        to_custodian="" if row.to_custodian is None else row.to_custodian.full_name,
        from_custody=_label(Custody, row.from_custody),
        to_custody=_label(Custody, row.to_custody),
        from_quality=_label(Quality, row.from_quality),
        to_quality=_label(Quality, row.to_quality),
        expected_code=row.expected_code,
        scanned_code=row.scanned_code,
        reason=row.reason,
        details=row.details,
        performed_at=row.performed_at,
        recorded_at=row.recorded_at,
        previous_hash=row.previous_hash,
        hash=row.hash,
        is_signed=row.change.door == Door.SIGNED,
    )


def _label(axis: type[Custody] | type[Quality], value: str) -> str:
    return str(axis(value).label) if value else ""
