"""A vial's chain of custody as it is read: what, who, where, when, why."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from audit.models import Door
from custody.models import CustodyEvent, EventKind
from inventory.models import Custody, Quality


@dataclass(frozen=True)
class TimelineEntry:
    """
    One event of one vial, with the names of those involved.

    is_signed: whether those who did it signed for it.
    runs_backwards: whether it was recorded earlier than the entry before it, by a clock that was
    set back. Source: FDA time-stamp draft; URS-74.
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
    runs_backwards: bool = False


COLUMNS = {
    "event_id": "pk",
    "change_id": "change_id",
    "vial_id": "vial_id",
    "seq": "seq",
    "kind": "kind",
    "actor": "actor__full_name",
    "actor_user_id": "actor__user_id",
    "role": "change__role",
    "second_person": "second_person__full_name",
    "second_person_user_id": "second_person__user_id",
    "device": "device",
    "from_place": "from_place",
    "to_place": "to_place",
    "from_custodian": "from_custodian__full_name",
    "to_custodian": "to_custodian__full_name",
    "from_custody": "from_custody",
    "to_custody": "to_custody",
    "from_quality": "from_quality",
    "to_quality": "to_quality",
    "expected_code": "expected_code",
    "scanned_code": "scanned_code",
    "reason": "reason",
    "details": "details",
    "performed_at": "performed_at",
    "recorded_at": "recorded_at",
    "previous_hash": "previous_hash",
    "hash": "hash",
    "door": "change__door",
}  # of an entry, and where each is read: rows, because whole records take five times as long
NAMES = (
    "actor", "actor_user_id", "second_person", "second_person_user_id", "from_custodian",
    "to_custodian",
)  # fmt: skip
STATUSES = ("from_custody", "to_custody", "from_quality", "to_quality")
KINDS = dict(EventKind.choices)
LABELS = {"": ""} | dict(Custody.choices) | dict(Quality.choices)


def timeline(vial_ids: Collection[int]) -> list[TimelineEntry]:
    """Return every event of these vials, by vial and in order; one query."""
    rows = CustodyEvent.objects.filter(vial__in=vial_ids).order_by("vial", "seq")
    return flag_backwards(_entry(row) for row in rows.values_list(*COLUMNS.values()))


def flag_backwards(entries: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """Return entries, by vial and in order, with those flagged that run against their clock."""
    flagged: list[TimelineEntry] = []
    for entry in entries:
        before = flagged[-1] if flagged and flagged[-1].vial_id == entry.vial_id else None
        is_earlier = before is not None and entry.recorded_at < before.recorded_at
        flagged.append(replace(entry, runs_backwards=True) if is_earlier else entry)
    return flagged


def _entry(row: tuple[Any, ...]) -> TimelineEntry:
    """Put names and labels in words; what nobody did, and what did not change, is empty."""
    told = dict(zip(COLUMNS, row, strict=True))
    told["title"] = KINDS[told["kind"]]
    told["is_signed"] = told.pop("door") == Door.SIGNED
    for name in NAMES:
        told[name] = told[name] or ""
    for status in STATUSES:
        told[status] = LABELS[told[status]]
    return TimelineEntry(**told)
