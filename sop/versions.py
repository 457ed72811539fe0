"""What the actions on versions share: who may, what is signed, the locks, the refusals."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from accounts.roles import Role
from audit.changes import OpenChange
from audit.errors import NotFound, Refusal
from sop.bundles import BroughtFile
from sop.documents.document import ProcedureDocument
from sop.documents.reading import as_kept
from sop.files import content_type_of, name_of_file, sha256_of
from sop.models import Procedure, ProcedureFile, ProcedureVersion, VersionStatus

WRITERS = (Role.TECHNICIAN, Role.SUPERVISOR, Role.QA, Role.RELEASE)
"""Who may draft: the floor and quality. Administrators configure, and write no procedure."""
APPROVERS = (Role.QA,)

CONTENT = (
    *("procedure_id", "number", "title", "document", "needs_assessment"),
    *("again_for_this_version", "author_id"),
)
"""The columns that the author signs; what comes after, such as the approval, leaves them alone."""
APPROVAL = (*CONTENT, "approved_by_id", "approved_at", "effective_at")
FILE_COLUMNS = ("version_id", "name", "content_type", "sha256", "is_removed")

UNKNOWN_PROCEDURE = Refusal("UNKNOWN_PROCEDURE", "There is no such procedure.")
UNKNOWN_VERSION = Refusal("UNKNOWN_VERSION", "This procedure has no such version.")
UNKNOWN_FILE = Refusal("UNKNOWN_FILE", "There is no such file.")
RETIRED = Refusal(
    "PROCEDURE_RETIRED", "This procedure is retired. Begin another one under its own number."
)
NOT_A_DRAFT = Refusal(
    "NOT_A_DRAFT",
    "This version is no draft any more, so its document is not changed. Draft the next version.",
)
IN_WORK = Refusal(
    "VERSION_IN_WORK",
    "A version of this procedure is in work already. Go on with it, or withdraw it first.",
)


def lock_procedure(procedure_id: int) -> Procedure:
    """
    Lock one procedure, so that its versions change one after the other.

    Raises NotFound.
    """
    rows = Procedure.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=procedure_id).first()
    if found is None:
        raise NotFound([UNKNOWN_PROCEDURE])
    return found


def lock_version(version_id: int) -> ProcedureVersion:
    """
    Lock a version's procedure, then the version.

    Raises NotFound.
    """
    keys = ProcedureVersion.objects.filter(pk=version_id).values_list("procedure_id", flat=True)
    key = keys.first()
    if key is None:
        raise NotFound([UNKNOWN_VERSION])
    procedure = lock_procedure(key)
    rows = ProcedureVersion.objects.select_for_update(of=("self",), no_key=True)
    version = rows.get(pk=version_id)
    version.procedure = procedure
    return version


def refusals_to_work_on(version: ProcedureVersion) -> list[Refusal]:
    """Say why the document or the files of a version are not changed or submitted."""
    refusals = [] if version.status == VersionStatus.DRAFT else [NOT_A_DRAFT]
    if version.procedure.retired_at is not None:
        refusals.append(RETIRED)
    return refusals


def refusals_of_code(procedure: Procedure, document: ProcedureDocument) -> list[Refusal]:
    """Say why a document does not belong under a procedure."""
    if document.code == procedure.code:
        return []
    words = f"The document is of {document.code}, this procedure is {procedure.code}."
    return [Refusal("OTHER_CODE", words)]


def digest_of(kept: Mapping[str, object]) -> str:
    """Return the SHA-256, in hex, of a document as a version keeps it."""
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def columns_of(document: ProcedureDocument) -> dict[str, object]:
    """Return the columns of a version that its document decides, by name."""
    return {
        "title": document.title,
        "document": as_kept(document),
        "needs_assessment": document.training.assessment,
        "again_for_this_version": document.training.again_for_this_version,
    }


def file_of(version: ProcedureVersion, name: str, content: bytes) -> ProcedureFile:
    """Return a file of a version, not saved yet; its content was looked at before."""
    return ProcedureFile(
        version=version,
        name=name_of_file(name),
        content_type=content_type_of(content),
        content=content,
        sha256=sha256_of(content),
    )


def keep_files(version: ProcedureVersion, files: Iterable[BroughtFile]) -> None:
    """Keep files with a draft that has none yet; their names differ."""
    for file in files:
        file_of(version, file.name, file.content).save(force_insert=True)


def sign_version(change: OpenChange, version: ProcedureVersion, columns: tuple[str, ...]) -> None:
    """
    Sign these columns of a version, and the files that are attached to it.

    Source: 21 CFR 11.70; URS-52.
    """
    change.sign([version], only=columns)
    files = ProcedureFile.objects.filter(version=version, is_removed=False).order_by("pk")
    change.sign(list(files.defer("content")), only=FILE_COLUMNS)
