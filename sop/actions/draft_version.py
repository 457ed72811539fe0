"""Drafting the next version of a procedure."""

from collections.abc import Sequence

from accounts.authority import require_role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import refuse_if
from sop.bundles import BroughtFile
from sop.documents.document import ProcedureDocument
from sop.documents.reading import stored_document
from sop.models import Procedure, ProcedureFile, ProcedureVersion, VersionStatus
from sop.versions import (
    IN_WORK,
    RETIRED,
    WRITERS,
    columns_of,
    keep_files,
    lock_procedure,
    refusals_of_code,
)


def draft_version(
    *,
    procedure_id: int,
    by: Attribution,
    document: ProcedureDocument | None = None,
    files: Sequence[BroughtFile] = (),
) -> ProcedureVersion:
    """
    Draft the next version: from this document, or as a copy of the newest that was approved.

    files: with the document, as `sop.bundles` reads them; a copy takes those of its source.

    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON, PROCEDURE_RETIRED, VERSION_IN_WORK,
    OTHER_CODE).
    Source: 21 CFR 211.100(a); URS-08.
    """
    with attributed_change(by, action="draft_version") as change:
        change.subject.update(procedure=procedure_id)
        require_role(by.actor, WRITERS)
        procedure = lock_procedure(procedure_id)
        versions = procedure.versions.order_by("-number")
        source = _newest(procedure)
        said = document or _copied(source)
        in_work = versions.filter(status__in=[VersionStatus.DRAFT, VersionStatus.IN_REVIEW])
        refuse_if(
            [
                *([RETIRED] if procedure.retired_at is not None else []),
                *([IN_WORK] if in_work.exists() else []),
                *refusals_of_code(procedure, said),
            ]
        )
        version = ProcedureVersion(
            procedure=procedure,
            number=versions.values_list("number", flat=True)[0] + 1,
            author_id=by.actor.pk,
            **columns_of(said),
        )
        version.save(force_insert=True)
        keep_files(version, files if document is not None else _files_of(source))
    return version


def _newest(procedure: Procedure) -> ProcedureVersion:
    """Return the newest version that was approved, else the newest."""
    versions = procedure.versions.order_by("-number")
    return versions.filter(status=VersionStatus.APPROVED).first() or versions[0]


def _copied(version: ProcedureVersion) -> ProcedureDocument:
    """Return the document of a version, without what it changed."""
    return stored_document(version.document).model_copy(update={"changes": ""})


def _files_of(version: ProcedureVersion) -> list[BroughtFile]:
    files = ProcedureFile.objects.filter(version=version, is_removed=False).order_by("pk")
    return [BroughtFile(name=file.name, content=bytes(file.content)) for file in files]
