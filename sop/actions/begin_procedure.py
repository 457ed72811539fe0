"""Beginning a procedure with its first draft."""

from collections.abc import Sequence

from accounts.authority import require_role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import Refusal
from sop.bundles import BroughtFile
from sop.documents.document import ProcedureDocument
from sop.models import Procedure, ProcedureVersion
from sop.versions import WRITERS, columns_of, keep_files


def begin_procedure(
    *, document: ProcedureDocument, by: Attribution, files: Sequence[BroughtFile] = ()
) -> ProcedureVersion:
    """
    Begin a procedure under the document's code, and keep the document as draft 1 with its files.

    files: as `sop.bundles` read them.

    Raises NotAuthorised; ActionRefused (NO_REASON, CODE_TAKEN).
    Source: 21 CFR 211.100(a); URS-08.
    """
    with attributed_change(by, action="begin_procedure") as change:
        change.subject.update(procedure=document.code)
        require_role(by.actor, WRITERS)
        procedure = Procedure(code=document.code)
        taken = f"The code {document.code} is another procedure's, for good. Choose another one."
        with refused_by("sop_procedure_code_key", Refusal("CODE_TAKEN", taken)):
            procedure.save(force_insert=True)
        version = ProcedureVersion(
            procedure=procedure, number=1, author_id=by.actor.pk, **columns_of(document)
        )
        version.save(force_insert=True)
        keep_files(version, files)
    return version
