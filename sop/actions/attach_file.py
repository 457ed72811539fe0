"""Attaching a file to a draft."""

from accounts.authority import require_role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from sop.files import refusals_to_attach
from sop.models import ProcedureFile
from sop.versions import WRITERS, file_of, lock_version, refusals_to_work_on


def attach_file(*, version_id: int, name: str, content: bytes, by: Attribution) -> ProcedureFile:
    """
    Keep a file with a draft: a PDF, PNG, JPEG or plain text of at most 10 MB, as its content says.

    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON, NOT_A_DRAFT, PROCEDURE_RETIRED,
    FILE_EMPTY, FILE_TOO_LARGE, FILE_KIND, FILE_NAME_TAKEN).
    Source: URS-08.
    """
    with attributed_change(by, action="attach_file") as change:
        change.subject.update(version=version_id, file=name[:200])
        require_role(by.actor, WRITERS)
        version = lock_version(version_id)
        refuse_if([*refusals_to_work_on(version), *refusals_to_attach(content)])
        file = file_of(version, name, content)
        taken = f"This draft has a file {file.name} already. Remove it, or rename yours."
        with refused_by("sop_each_file_name_once", Refusal("FILE_NAME_TAKEN", taken)):
            file.save(force_insert=True)
    return file
