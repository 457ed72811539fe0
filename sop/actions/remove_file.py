"""Removing a file from a draft; it stays on record."""

from accounts.authority import require_role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import NotFound, refuse_if
from sop.models import ProcedureFile
from sop.versions import UNKNOWN_FILE, WRITERS, lock_version, refusals_to_work_on


def remove_file(*, file_id: int, by: Attribution) -> ProcedureFile:
    """
    Take a file off a draft.

    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON, NOT_A_DRAFT, PROCEDURE_RETIRED).
    Source: URS-08, URS-39.
    """
    with attributed_change(by, action="remove_file") as change:
        change.subject.update(file=file_id)
        require_role(by.actor, WRITERS)
        file = ProcedureFile.objects.filter(pk=file_id, is_removed=False).first()
        if file is None:
            raise NotFound([UNKNOWN_FILE])
        refuse_if(refusals_to_work_on(lock_version(file.version_id)))
        file.is_removed = True
        file.save(update_fields=["is_removed"])
    return file
