"""The files of versions as screens show them and hand them out."""

from dataclasses import dataclass

from audit.errors import ActionRefused, NotFound, Refusal
from sop.bundles import BroughtFile
from sop.files import sha256_of
from sop.models import ProcedureFile
from sop.versions import UNKNOWN_FILE

ALTERED = Refusal(
    "FILE_ALTERED", "The file is not what was attached: its sum differs. Tell quality at once."
)


@dataclass(frozen=True, kw_only=True)
class FileCard:
    """One attached file, without its content."""

    id: int
    name: str
    content_type: str
    sha256: str


def files_of(version_id: int) -> list[FileCard]:
    """List the files of a version by name."""
    rows = ProcedureFile.objects.filter(version=version_id, is_removed=False).order_by("name")
    return [
        FileCard(id=key, name=name, content_type=kind, sha256=sha256)
        for key, name, kind, sha256 in rows.values_list("pk", "name", "content_type", "sha256")
    ]


def contents_of(version_id: int) -> list[BroughtFile]:
    """
    Return the files of a version with their content, by name.

    Raises ActionRefused (FILE_ALTERED): a content is not what was attached.
    """
    found = [find_file(version_id, card.id) for card in files_of(version_id)]
    return [BroughtFile(name=one.name, content=bytes(one.content)) for one in found]


def find_file(version_id: int, file_id: int) -> ProcedureFile:
    """
    Return a file of a version with its content, also one that was removed.

    Raises NotFound; ActionRefused (FILE_ALTERED): the content is not what was attached.
    """
    found = ProcedureFile.objects.filter(version=version_id, pk=file_id).first()
    if found is None:
        raise NotFound([UNKNOWN_FILE])
    if sha256_of(bytes(found.content)) != found.sha256:
        raise ActionRefused([ALTERED])
    return found
