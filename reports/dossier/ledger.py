"""The custody ledger of some containers, entry by entry."""

import json
from collections.abc import Collection

from accounts.models import Person
from custody.models import CustodyEvent
from inventory.models import Custody, Quality
from reports.dossier.contents import EventPart, Who


def named(person: Person | None) -> str:
    """Write a person as the record names them; nobody is empty."""
    return "" if person is None else str(Who(name=person.full_name, user_id=person.user_id))


def events_of(vial_ids: Collection[int]) -> list[tuple[int, EventPart]]:
    """Return every ledger entry of the containers, oldest first, each behind its key."""
    rows = (
        CustodyEvent.objects.filter(vial__in=vial_ids)
        .select_related(
            "vial", "change", "actor", "second_person", "from_custodian", "to_custodian"
        )
        .order_by("recorded_at", "vial__code", "seq")
    )
    return [(row.pk, _part(row)) for row in rows]


def _part(row: CustodyEvent) -> EventPart:
    return EventPart(
        vial=row.vial.code,
        seq=row.seq or 0,
        kind=row.get_kind_display(),
        recorded_at=row.recorded_at,  # type: ignore[arg-type] # stamped by the database
        performed_at=row.performed_at,
        actor=named(row.actor) or row.device,
        role=row.change.role,
        second_person=named(row.second_person),
        device=row.device,
        from_place=row.from_place,
        to_place=row.to_place,
        from_custodian=named(row.from_custodian),
        to_custodian=named(row.to_custodian),
        from_custody=_label(Custody, row.from_custody),
        to_custody=_label(Custody, row.to_custody),
        from_quality=_label(Quality, row.from_quality),
        to_quality=_label(Quality, row.to_quality),
        expected_code=row.expected_code,
        scanned_code=row.scanned_code,
        reason=row.reason,
        details=_details(row.details),
        procedure_step=row.change.procedure_step,
        change=row.change_id,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


def _label(axis: type[Custody | Quality], value: str) -> str:
    return str(axis(value).label) if value else ""


def _details(details: dict[str, object]) -> str:
    """Write the facts of an event as `name: value`, in a fixed order."""
    return "; ".join(
        f"{name.replace('_', ' ')}: {_said(details[name])}" for name in sorted(details)
    )


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
