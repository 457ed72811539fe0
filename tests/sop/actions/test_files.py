"""Files come with the version they were attached to, and with the draft that copies it."""

import pytest

from sop.actions.approve_version import approve_version
from sop.actions.attach_file import attach_file
from sop.actions.draft_version import draft_version
from sop.actions.remove_file import remove_file
from sop.actions.submit_version import submit_version
from sop.models import ProcedureVersion
from tests.factories.procedures import document
from tests.sop.actions.versions import LATER, PDF, draft
from tests.world import NOON, World


def approved_with_a_file(world: World) -> ProcedureVersion:
    """Return an approved version with one file that stayed and one that was removed."""
    version, says = draft(world), world.says(world.supervisor)
    attach_file(version_id=version.pk, name="rack.pdf", content=PDF, by=says)
    old = attach_file(version_id=version.pk, name="old.pdf", content=PDF, by=says)
    remove_file(file_id=old.pk, by=says)
    submit_version(version_id=version.pk, intent=world.signs(world.supervisor))
    approve_version(
        version_id=version.pk, effective_at=LATER, intent=world.signs(world.qa), at=NOON
    )
    return version


@pytest.mark.urs("URS-08")
def test_the_next_version_begins_with_the_files_of_what_it_copies(world: World) -> None:
    first = approved_with_a_file(world)

    second = draft_version(procedure_id=first.procedure_id, by=world.says(world.technician))

    kept = first.files.get(is_removed=False)
    assert list(second.files.values_list("name", "sha256")) == [("rack.pdf", kept.sha256)]
    assert bytes(second.files.get().content) == PDF


@pytest.mark.urs("URS-08")
def test_a_document_that_is_brought_comes_with_its_own_files_alone(world: World) -> None:
    first = approved_with_a_file(world)

    second = draft_version(
        procedure_id=first.procedure_id, by=world.says(world.technician), document=document()
    )

    assert not second.files.exists()


def test_a_removed_file_stays_on_record(world: World) -> None:
    file = attach_file(
        version_id=draft(world).pk,
        name="C:\\plans\\rack.txt",
        content=b"Rack 1 stands left",
        by=world.says(world.supervisor),
    )

    remove_file(file_id=file.pk, by=world.says(world.supervisor))

    file.refresh_from_db()
    assert (file.name, file.content_type, file.is_removed) == ("rack.txt", "text/plain", True)
