"""Entries in the register of exports, written inside the Change of whoever hands something out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BufferedRandom

from audit.changes import OpenChange
from reports.kit.bundle import RecordCopy
from reports.kit.paper import RecordHead
from reports.labels.stock import LabelStock
from reports.models import Export, RecordKind


@dataclass(frozen=True, kw_only=True)
class PrintedLabels:
    """Labels as they are handed out, with their entry in the register."""

    export: Export
    content: bytes


def register_copy(
    change: OpenChange, copy: RecordCopy, content: bytes, *, kind: RecordKind, program_id: int
) -> Export:
    """
    Enter the copy of a record.

    content: the archive that is handed out.
    """
    head = copy.head
    return Export.objects.create(
        change_id=change.id,
        kind=kind,
        program_id=program_id,
        subject=head.subject,
        query=head.query,
        record_version=head.record_version,
        record_sha256=head.record_sha256,
        file_name=f"dossier-{head.subject}.zip",
        file_sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        made_at=head.generated_at,
    )


def register_trail(
    change: OpenChange, head: RecordHead, content: BufferedRandom, *, suffix: str
) -> Export:
    """
    Enter a copy of the audit trail; it belongs to no one program.

    content: the file that is handed out; left at its beginning.
    """
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    size = content.tell()
    content.seek(0)
    return Export.objects.create(
        change_id=change.id,
        kind=RecordKind.AUDIT_TRAIL,
        program_id=None,
        subject=head.subject,
        query=head.query,
        record_version=head.record_version,
        record_sha256=head.record_sha256,
        file_name=f"audit-trail-{head.generated_at:%Y%m%dT%H%M%SZ}.{suffix}",
        file_sha256=digest,
        size_bytes=size,
        made_at=head.generated_at,
    )


def register_review(change: OpenChange, head: RecordHead, content: bytes, *, suffix: str) -> Export:
    """Enter a copy of a review of access; it belongs to no one program."""
    return Export.objects.create(
        change_id=change.id,
        kind=RecordKind.ACCESS_REVIEW,
        program_id=None,
        subject=head.subject,
        query=head.query,
        record_version=head.record_version,
        record_sha256=head.record_sha256,
        file_name=f"{head.subject.replace(' ', '-')}.{suffix}",
        file_sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        made_at=head.generated_at,
    )


def register_procedure(
    change: OpenChange, head: RecordHead, content: bytes, *, suffix: str
) -> Export:
    """Enter a copy of a version of a procedure; it belongs to no one program."""
    return Export.objects.create(
        change_id=change.id,
        kind=RecordKind.PROCEDURE,
        program_id=None,
        subject=head.subject,
        query=head.query,
        record_version=head.record_version,
        record_sha256=head.record_sha256,
        file_name=f"{head.subject}-{suffix}",
        file_sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        made_at=head.generated_at,
    )


def register_training(
    change: OpenChange, head: RecordHead, content: bytes, *, suffix: str
) -> Export:
    """Enter a copy of the report of training; it belongs to no one program."""
    return Export.objects.create(
        change_id=change.id,
        kind=RecordKind.TRAINING,
        program_id=None,
        subject=head.subject,
        query=head.query,
        record_version=head.record_version[:40],
        record_sha256=head.record_sha256,
        file_name=f"{head.subject.replace(' ', '-')}.{suffix}",
        file_sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        made_at=head.generated_at,
    )


def register_record(
    change: OpenChange,
    head: RecordHead,
    content: bytes,
    *,
    kind: RecordKind,
    program_id: int | None,
    file_name: str,
) -> Export:
    """
    Enter a copy of a run, a deviation, or the runs of a period.

    program_id: whose it is; None where it spans several, or belongs to none.
    """
    return Export.objects.create(
        change_id=change.id,
        kind=kind,
        program_id=program_id,
        subject=head.subject,
        query=head.query,
        record_version=head.record_version,
        record_sha256=head.record_sha256,
        file_name=file_name,
        file_sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        made_at=head.generated_at,
    )


def register_labels(
    change: OpenChange,
    pdf: bytes,
    *,
    codes: Sequence[str],
    stock: LabelStock,
    rules_version: str,
    program_id: int | None,
    at: datetime,
) -> PrintedLabels:
    """Enter labels: which codes, on which stock, by which version of the label rules."""
    digest = hashlib.sha256(pdf).hexdigest()
    subject = codes[0] if len(codes) == 1 else f"{len(codes)} labels"
    export = Export.objects.create(
        change_id=change.id,
        kind=RecordKind.LABELS,
        program_id=program_id,
        subject=subject,
        query=f"labels on {stock.name}: {' '.join(codes)}",
        record_version=f"label rules {rules_version}",
        record_sha256=digest,
        file_name=f"labels-{subject.replace(' ', '-')}.pdf",
        file_sha256=digest,
        size_bytes=len(pdf),
        made_at=at,
    )
    return PrintedLabels(export=export, content=pdf)
