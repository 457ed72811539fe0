"""The record behind one vial: every version old to new, and every signature with its proof."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from audit.models import Signature
from audit.signing import SignatureBlock, record_digests
from custody.models import CustodyEvent
from inventory.models import Custody, Position, Quality, Therapy, Vial

SHOWN = {
    "code": "Code",
    "quality": "Quality",
    "custody": "Custody",
    "position_id": "Position",
    "custodian_id": "In the hands of",
    "therapy_id": "Of therapy",
    "volume_ml": "Volume, ml",
    "expires_at": "Expires",
}
NOTHING = "nothing"


@dataclass(frozen=True)
class FieldChange:
    """One field of one version: what it was and what it became."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Version:
    """One Change of the vial's row: who, why, when, and every field it changed."""

    change_id: int
    who: str
    role: str
    reason: str
    at: datetime | None
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class VialRecordPage:
    """What the record page shows, newest first."""

    versions: tuple[Version, ...]
    signatures: tuple[SignatureBlock, ...]


def record_of(vial_id: int) -> VialRecordPage:
    """Return every version and signature of a vial the caller may see; at most seven queries."""
    return VialRecordPage(tuple(_versions(vial_id)), tuple(_signatures(vial_id)))


def _versions(vial_id: int) -> list[Version]:
    rows = list(Vial.history.filter(id=vial_id).select_related("change").order_by("history_id"))
    names = _Names(
        _positions({row.position_id for row in rows if row.position_id}),
        _people({row.custodian_id for row in rows if row.custodian_id}),
        _therapies({row.therapy_id for row in rows if row.therapy_id}),
    )
    versions, before = [], None
    for row in rows:
        now = {field: names.words(field, getattr(row, field)) for field in SHOWN}
        change = row.change
        versions.append(
            Version(
                change.pk,
                change.actor_name or change.device,
                change.role,
                change.reason,
                change.recorded_at,
                tuple(_differences(before, now)),
            )
        )
        before = now
    return versions[::-1]


def _differences(before: Mapping[str, str] | None, now: Mapping[str, str]) -> Iterator[FieldChange]:
    for field, label in SHOWN.items():
        old = NOTHING if before is None else before[field]
        if old != now[field]:
            yield FieldChange(label, old, now[field])


@dataclass(frozen=True)
class _Names:
    positions: Mapping[int, str]
    people: Mapping[int, str]
    therapies: Mapping[int, str]

    def words(self, field: str, value: object) -> str:
        """Return a stored value as people read it."""
        if value is None:
            return NOTHING
        named = {
            "position_id": self.positions,
            "custodian_id": self.people,
            "therapy_id": self.therapies,
        }
        if field in named:
            return named[field].get(int(str(value)), str(value))
        if field == "quality":
            return str(Quality(str(value)).label)
        if field == "custody":
            return str(Custody(str(value)).label)
        return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else str(value)


def _positions(keys: Collection[int]) -> dict[int, str]:
    rows = Position.objects.filter(pk__in=keys).select_related("container")
    return {row.pk: f"{row.container.name} › {row.label}" for row in rows}


def _people(keys: Collection[int]) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in=keys).values_list("pk", "full_name"))


def _therapies(keys: Collection[int]) -> dict[int, str]:
    return dict(Therapy.objects.filter(pk__in=keys).values_list("pk", "coi"))


def _signatures(vial_id: int) -> list[SignatureBlock]:
    """Return the signatures under the vial's events, each checked against the event as it is."""
    events = CustodyEvent.objects.filter(vial=vial_id)
    rows = list(
        Signature.objects.filter(
            record_table=CustodyEvent._meta.db_table, record_id__in=events.values("pk")
        ).order_by("-pk")
    )
    digests = _digests(rows)
    return [
        SignatureBlock(
            printed_name=row.printed_name,
            user_id=row.signer_user_id,
            role=row.role,
            meaning=row.get_meaning_display(),
            reason=row.reason,
            signed_at=row.signed_at,
            changed_since=digests.get(row.pk) != row.record_digest,
        )
        for row in rows
    ]


def _digests(rows: Sequence[Signature]) -> dict[int, str]:
    """Return for each signature the digest of its record now; one query for each set of columns."""
    by_columns: dict[tuple[str, ...], list[Signature]] = defaultdict(list)
    for row in rows:
        by_columns[tuple(row.record_columns)].append(row)
    found = {}
    for columns, signatures in by_columns.items():
        now = record_digests(CustodyEvent, [row.record_id for row in signatures], columns)
        found.update({row.pk: now.get(row.record_id, "") for row in signatures})
    return found
