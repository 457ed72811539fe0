"""Who wrote on a version: whoever began, drafted or edited it, by the trail."""

from sop.models import ProcedureFile, ProcedureVersion

WRITING = ("begin_procedure", "draft_version", "edit_draft", "attach_file", "remove_file")


def writers_of(version_id: int) -> frozenset[int]:
    """
    Return the keys of everybody who had a hand in a version's document or files.

    Source: 21 CFR 211.100(a); the second pair of eyes is another person's.
    """
    versions = ProcedureVersion.objects.filter(pk=version_id)
    texts = ProcedureVersion.history.filter(id=version_id, change__action__in=WRITING)
    files = ProcedureFile.history.filter(version=version_id, change__action__in=WRITING)
    found: set[int | None] = set(versions.values_list("author", flat=True))
    found.update(texts.values_list("change__actor", flat=True))
    found.update(files.values_list("change__actor", flat=True))
    return frozenset(key for key in found if key is not None)
