"""Handing out a copy of a review of access."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.authority import require_role
from accounts.queries.reviews import find_review
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from reports.access_reviews import as_csv, as_pdf, rows_of
from reports.kit.bundle import canonical_json
from reports.kit.paper import RecordHead
from reports.kit.times import exact, software
from reports.models import Export
from reports.register import register_review

MAY_EXPORT = (Role.QA, Role.ADMINISTRATOR, Role.INSPECTOR)
PDF = "pdf"


@dataclass(frozen=True, kw_only=True)
class ExportedReview:
    """A copy as it is handed out, with its entry in the register."""

    export: Export
    content: bytes


def export_access_review(
    *, review_id: int, form: str, zone: ZoneInfo, by: Attribution, at: datetime
) -> ExportedReview:
    """
    Write a review with its lines into a file, and register the copy.

    form: `pdf` or `csv`. zone: in which the printed copy tells times.
    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON).
    Source: 21 CFR 11.10(b); Annex 11 (2011) section 11; URS-18, URS-48, URS-76.
    """
    with attributed_change(by, action="export_access_review") as change:
        change.subject.update(review=review_id, form=form)
        require_role(by.actor, MAY_EXPORT)
        review = find_review(review_id)
        rows = rows_of(review)
        head = RecordHead(
            title="Review of access",
            subject=f"access review {review.pk}",
            record_version=review.status,
            record_sha256=hashlib.sha256(
                canonical_json({"lines": [list(row) for row in rows]})
            ).hexdigest(),
            generated_by=f"{by.actor.full_name} ({by.actor.user_id})",
            generated_at=at,
            zone=zone,
            software=software(),
            query=f"access review {review.pk}; read at {exact(at)}",
        )
        content = as_pdf(review, rows, head) if form == PDF else as_csv(rows)
        export = register_review(change, head, content, suffix=PDF if form == PDF else "csv")
    return ExportedReview(export=export, content=content)
