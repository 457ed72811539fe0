"""A version on paper: what counts, its steps and signatures; and a mark when it is not for use."""

import hashlib
from zoneinfo import ZoneInfo

import pytest

from audit.errors import NotAuthorised
from audit.models import Meaning
from reports.actions.export_procedure import ExportedProcedure, export_procedure
from reports.models import Export
from sop.actions.approve_version import approve_version
from sop.actions.begin_procedure import begin_procedure
from sop.actions.submit_version import submit_version
from sop.documents.reading import read_document
from sop.library import library
from sop.models import ProcedureVersion
from sop.versions import digest_of
from tests.factories.people import PersonFactory
from tests.paper import words_on
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-08", "URS-76")


def copied(world: World, version: ProcedureVersion, form: str = "pdf") -> ExportedProcedure:
    """Let the inspector take a copy."""
    return export_procedure(
        version_id=version.pk,
        form=form,
        zone=ZoneInfo("Europe/Zurich"),
        by=world.says(world.inspector, "Inspection"),
        at=NOON,
    )


def draft(world: World) -> ProcedureVersion:
    """Return a draft of the longest document of the library."""
    return begin_procedure(document=library()["SOP-ST-004"], by=world.says(world.supervisor))


@pytest.mark.urs("URS-25")
def test_a_draft_says_on_every_page_that_it_is_not_for_use(world: World) -> None:
    version = draft(world)

    made = copied(world, version)

    pages = words_on(made.content)
    assert len(pages) > 1
    assert all("NOT FOR USE: DRAFT" in page for page in pages)
    assert all(digest_of(version.document) in page for page in pages)
    assert all(f"Page {number} of" in page for number, page in enumerate(pages, start=1))


def test_what_is_in_force_has_its_steps_and_both_signatures(world: World) -> None:
    version = draft(world)
    submit_version(version_id=version.pk, intent=world.signs(world.supervisor))
    approve_version(
        version_id=version.pk,
        effective_at=None,
        intent=world.signs(world.qa, meaning=Meaning.APPROVED),
        at=NOON,
    )

    text = "\n".join(words_on(copied(world, version).content))

    assert "NOT FOR USE" not in text
    for words in ("SOP-ST-004", "1, in force", "Scan the pick list", "Two identifiers"):
        assert words in text
    assert text.index("Supervisor Example") < text.index("Qa Example")
    assert "Approved" in text


def test_the_export_reads_back_and_is_in_the_register(world: World) -> None:
    version = draft(world)

    made = copied(world, version, "json")

    assert read_document(made.content) == library()["SOP-ST-004"]
    entry = Export.objects.get()
    assert (entry.subject, entry.file_name) == ("SOP-ST-004", "SOP-ST-004-v1.json")
    assert entry.file_sha256 == hashlib.sha256(made.content).hexdigest()
    assert entry.record_sha256 == digest_of(version.document)


def test_a_system_takes_no_copy(world: World) -> None:
    version = draft(world)
    by = world.says(PersonFactory.create(roles=["service"]))

    with pytest.raises(NotAuthorised):
        export_procedure(version_id=version.pk, form="pdf", zone=ZoneInfo("UTC"), by=by, at=NOON)
