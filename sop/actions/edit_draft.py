"""Editing a draft, the whole document at once."""

from accounts.authority import require_role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from sop.documents.document import ProcedureDocument
from sop.kept_text import drop_text
from sop.models import ProcedureVersion
from sop.versions import (
    WRITERS,
    columns_of,
    digest_of,
    lock_version,
    refusals_of_code,
    refusals_to_work_on,
)

CHANGED_MEANWHILE = Refusal(
    "CHANGED_MEANWHILE",
    "Somebody saved this draft after you opened it. Nothing of yours is lost: it is still here. "
    "Look at what they saved, then save yours over it, or take theirs.",
)


def edit_draft(
    *, version_id: int, document: ProcedureDocument, read_digest: str, by: Attribution
) -> ProcedureVersion:
    """
    Keep this document in the place of the draft's; the same document once more writes nothing.

    What the author typed before and had not saved is thrown away.
    read_digest: of the document that was edited, as `sop.versions.digest_of` gives it.
    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON, NOT_A_DRAFT, PROCEDURE_RETIRED,
    OTHER_CODE, CHANGED_MEANWHILE).
    Source: URS-08.
    """
    with attributed_change(by, action="edit_draft") as change:
        change.subject.update(version=version_id)
        require_role(by.actor, WRITERS)
        version = lock_version(version_id)
        refuse_if(
            [
                *refusals_to_work_on(version),
                *refusals_of_code(version.procedure, document),
                *([] if digest_of(version.document) == read_digest else [CHANGED_MEANWHILE]),
            ]
        )
        columns = columns_of(document)
        if columns["document"] != version.document:
            for name, value in columns.items():
                setattr(version, name, value)
            version.save(update_fields=list(columns))
        drop_text(version_id, by.actor)
    return version
