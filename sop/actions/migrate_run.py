"""Moving a run to a later version of its procedure, signed by QA."""

from collections.abc import Iterator

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from audit.writes import update_all
from sop.documents.document import ProcedureDocument
from sop.models import Execution, ProcedureVersion, VersionStatus
from sop.rules.walking import Walk
from sop.runner import insist_on_open, insist_on_scope
from sop.runs import document_of, lock_run


def migrate_run(*, execution_id: int, version_id: int, intent: SignedIntent) -> Execution:
    """
    Pin a run to another approved version of its procedure; what was recorded counts for it.

    Raises NotFound; NotAuthorised; ActionRefused (RUN_ENDED, OTHER_PROCEDURE, SAME_VERSION,
    STEP_GONE, STEP_CHANGED).
    Source: 21 CFR 11.10(f), (k), 211.100; URS-24.
    """
    with signed_change(intent, action="migrate_run") as change:
        change.subject.update(run=execution_id, version=version_id)
        run = lock_run(execution_id)
        require_role(intent.signer, [Role.QA])
        insist_on_open(run.row)
        insist_on_scope(run.row, intent.signer)
        version = _version(run.row, version_id)
        refuse_if(list(_refusals(run.walk, document_of(version.pk))))
        run.row.version = version
        update_all([run.row], ["version"])
        change.sign([run.row])
        return run.row


def _version(run: Execution, version_id: int) -> ProcedureVersion:
    """
    Return the version that the run is moved to.

    Raises ActionRefused (OTHER_PROCEDURE, SAME_VERSION).
    """
    rows = ProcedureVersion.objects.filter(
        procedure__versions=run.version_id, status=VersionStatus.APPROVED
    )
    version = rows.filter(pk=version_id).first()
    if version is None:
        words = "Choose an approved version of the same procedure."
        raise ActionRefused([Refusal("OTHER_PROCEDURE", words)])
    if version.pk == run.version_id:
        words = f"The run follows version {version.number} already."
        raise ActionRefused([Refusal("SAME_VERSION", words)])
    return version


def _refusals(walk: Walk, to: ProcedureDocument) -> Iterator[Refusal]:
    """Say which recorded steps the other version does not have, or has as another kind."""
    for key in dict.fromkeys(one.key for one in walk.passed):
        was, becomes = walk.document.step(key), to.step(key)
        title = key if was is None else was.title
        if becomes is None:
            words = f"“{title}” was recorded, and the other version has no such step. Abandon it."
            yield Refusal("STEP_GONE", words)
        elif was is not None and (becomes.kind, becomes.per) != (was.kind, was.per):
            words = f"“{title}” was recorded, and is done otherwise in the other version."
            yield Refusal("STEP_CHANGED", words)
