"""What a therapy dossier holds: frozen values that both copies, PDF and JSON, are written from."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from audit.signing import SignatureBlock
from reports.dossier.deviation_part import DeviationPart
from reports.dossier.time_out_part import ExposurePart, TimeOutPart
from reports.kit.blocks import Mark


@dataclass(frozen=True, kw_only=True)
class Who:
    """A person as the record names them."""

    name: str
    user_id: str

    def __str__(self) -> str:
        return f"{self.name} ({self.user_id})"


@dataclass(frozen=True, kw_only=True)
class Link:
    """One edge of the identity graph: what belongs to what, and how."""

    from_kind: str
    from_code: str
    relation: str
    to_kind: str
    to_code: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    One reason behind a verdict.

    evidence: what it rests on, in words that lead to the record.
    """

    code: str
    mark: Mark
    words: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the storage evidence says of one container, with every reason."""

    mark: Mark
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Place:
    """
    Where a container is, and how sure that is.

    words: its breadcrumb, or who has it.
    last_seen: the last time somebody had it in hand or scanned it in place.
    """

    words: str
    since: datetime | None
    last_seen_at: datetime | None
    last_seen_by: str
    last_seen_how: str
    last_counted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ChainCheck:
    """
    The hash chain of one container, recomputed when the record was made.

    is_unbroken: each entry begins where the one before ended, and the last agrees with the record.
    first_broken: the sequence number of the first entry that does not verify.
    """

    events: int
    is_intact: bool
    is_unbroken: bool
    first_broken: int | None

    def __str__(self) -> str:
        if self.events == 0:
            return "no event recorded"
        if not self.is_intact:
            where = f" at event {self.first_broken}" if self.first_broken else ""
            return f"BROKEN{where}, of {self.events} events: tell QA at once"
        gaps = "no gap" if self.is_unbroken else "WITH A GAP: tell QA at once"
        return f"{self.events} events, every hash recomputed and equal, {gaps}"


@dataclass(frozen=True, kw_only=True)
class ContainerPart:
    """
    One final container of the therapy.

    rules_version: of the rules that gave the verdict.
    """

    code: str
    kind: str
    purpose: str
    batch: str
    volume_ml: Decimal
    nucleated_cells: int | None
    expires_at: datetime
    quality: str
    custody: str
    place: Place
    verdict: Verdict
    rules_version: int
    chain: ChainCheck


@dataclass(frozen=True, kw_only=True)
class BatchPart:
    """One batch that the therapy comes from, and how it arrived."""

    number: str
    donation_number: str
    completed_at: datetime
    expires_at: datetime
    source: str
    receipts: tuple["ReceiptPart", ...]


@dataclass(frozen=True, kw_only=True)
class ReceiptPart:
    """One inspection on arrival."""

    received_at: datetime
    site: str
    outcome: str
    expected_count: int
    counted: int
    seal_number: str
    seal_intact: bool
    labels_legible: bool
    arrival_celsius: Decimal
    condition: str


@dataclass(frozen=True, kw_only=True)
class EventPart:
    """
    One entry of the custody ledger.

    performed_at: only for a late entry, as the person stated it.
    """

    vial: str
    seq: int
    kind: str
    recorded_at: datetime
    performed_at: datetime | None
    actor: str
    role: str
    second_person: str
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
    details: str
    procedure_step: str
    change: int
    previous_hash: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class SignaturePart:
    """One person's signature, given once, under one or more records."""

    block: SignatureBlock
    under: tuple[str, ...]
    change: int


@dataclass(frozen=True, kw_only=True)
class HoldPart:
    """One hold that reaches or reached the therapy."""

    scope: str
    subject: str
    reason: str
    is_recall: bool
    placed_at: datetime
    placed_by: str
    released_at: datetime | None
    released_by: str
    release_reason: str
    containers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RetrievalPart:
    """One order for the therapy, and what became of it."""

    order_number: str
    purpose: str
    quantity: int
    needed_by: datetime
    destination: str
    status: str
    claimed_by: str
    claimed_at: datetime | None
    witness: str
    containers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """
    One value of one record, before and after a change.

    is_later: the record was entered before, and this gave a value of it another.
    Source: 21 CFR 11.10(e); Annex 11 (2011) section 8.2; URS-34, URS-35, URS-45.
    """

    change: int
    recorded_at: datetime
    who: str
    role: str
    action: str
    record: str
    field: str
    old: str
    new: str
    is_later: bool
    reason: str
    device: str
    procedure_step: str
    request_id: str
    app_version: str


@dataclass(frozen=True, kw_only=True)
class RefusedPart:
    """One attempt on the therapy that the system refused."""

    refused_at: datetime
    who: str
    role: str
    action: str
    words: str
    device: str


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """
    One therapy as it stood at `as_of`.

    version: the number of the last Change that any part of it comes from.
    """

    coi: str
    patient: str
    product_code: str
    product_name: str
    is_autologous: bool
    storage: str
    program: str
    sponsor: str
    as_of: datetime
    time_zone: str
    version: int
    verdict: Verdict
    identity: tuple[Link, ...]
    batches: tuple[BatchPart, ...]
    containers: tuple[ContainerPart, ...]
    holds: tuple[HoldPart, ...]
    deviations: tuple[DeviationPart, ...]
    exposures: tuple[ExposurePart, ...]
    times_out: tuple[TimeOutPart, ...]
    retrievals: tuple[RetrievalPart, ...]
    events: tuple[EventPart, ...]
    signatures: tuple[SignaturePart, ...]
    audit: tuple[AuditEntry, ...]
    refused: tuple[RefusedPart, ...]
