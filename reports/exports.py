"""The register of exports as it is read: what was handed out, newest first."""

from dataclasses import dataclass
from datetime import datetime

from audit.authors import Author
from audit.pages import Page, newest_first
from reports.models import Export, RecordKind


@dataclass(frozen=True, kw_only=True)
class ExportCard:
    """One entry; names are those of the time when it was made."""

    kind: str
    is_therapy: bool
    subject: str
    file_name: str
    who: str
    reason: str
    made_at: datetime
    change_id: int
    record_sha256: str
    file_sha256: str
    size_bytes: int


def exports(
    *, seen_by: Author, before: int | None = None, after: int | None = None
) -> Page[ExportCard]:
    """Return a page of the register, as far as `seen_by` may see the programs."""
    rows = Export.objects.visible_to(seen_by).select_related("change")
    return newest_first(rows, before=before, after=after).shown_as(_card)


def _card(row: Export) -> ExportCard:
    return ExportCard(
        kind=row.get_kind_display(),
        is_therapy=row.kind == RecordKind.THERAPY_DOSSIER,
        subject=row.subject,
        file_name=row.file_name,
        who=row.change.actor_name or row.change.device,
        reason=row.change.reason,
        made_at=row.made_at,
        change_id=row.change_id,
        record_sha256=row.record_sha256,
        file_sha256=row.file_sha256,
        size_bytes=row.size_bytes,
    )
