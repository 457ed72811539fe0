"""Handing out a copy of a version of a procedure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from reports.kit.bundle import CopyFile, RecordCopy, canonical_json
from reports.kit.paper import RecordHead
from reports.kit.times import exact, software
from reports.models import Export
from reports.procedures import as_pdf
from reports.register import register_procedure
from sop.bundles import DOCUMENT, FOLDER
from sop.documents.reading import as_kept
from sop.files import content_type_of
from sop.queries.procedure_files import contents_of
from sop.queries.procedures import document_of, find_version
from sop.versions import digest_of

MAY_EXPORT = tuple(role for role in Role if role is not Role.SERVICE)
PDF, JSON, ZIP = "pdf", "json", "zip"


@dataclass(frozen=True, kw_only=True)
class ExportedProcedure:
    """A copy as it is handed out, with its entry in the register."""

    export: Export
    content: bytes


def export_procedure(
    *, version_id: int, form: str, zone: ZoneInfo, by: Attribution, at: datetime
) -> ExportedProcedure:
    """
    Write a version as a work instruction, as JSON or with its files, and register the copy.

    form: `pdf`, `json`, or `zip`, which `sop.bundles` reads. zone: of the times on paper.
    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON, FILE_ALTERED).
    Source: 21 CFR 11.10(b), (k); URS-08, URS-76.
    """
    with attributed_change(by, action="export_procedure") as change:
        change.subject.update(version=version_id, form=form)
        require_role(by.actor, MAY_EXPORT)
        card, version = find_version(version_id, at=at)
        document = document_of(version_id)
        kept = as_kept(document)
        head = RecordHead(
            title=f"Work instruction: {document.title}",
            subject=card.code,
            record_version=f"{version.number}, {version.state.words.lower()}",
            record_sha256=digest_of(kept),
            generated_by=f"{by.actor.full_name} ({by.actor.user_id})",
            generated_at=at,
            zone=zone,
            software=software(),
            query=f"{card.code} version {version.number}; read at {exact(at)}",
        )
        if form == PDF:
            content = as_pdf(card, version, document, head)
        else:
            content = canonical_json(kept) if form == JSON else _zip(head, kept, version.id)
        export = register_procedure(change, head, content, suffix=f"v{version.number}.{form}")
    return ExportedProcedure(export=export, content=content)


def _zip(head: RecordHead, kept: dict[str, object], version_id: int) -> bytes:
    """Write the document and its files, with the sum of each."""
    document = CopyFile(name=DOCUMENT, media_type="application/json", content=canonical_json(kept))
    files = [
        CopyFile(
            name=f"{FOLDER}{file.name}",
            media_type=content_type_of(file.content),
            content=file.content,
        )
        for file in contents_of(version_id)
    ]
    return RecordCopy(head=head, files=(document, *files)).archive()
