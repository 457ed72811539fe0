"""A procedure with its files goes out as one zip and comes back the same."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import Change
from reports.models import Export
from sop.actions.attach_file import attach_file
from sop.actions.begin_procedure import begin_procedure
from sop.models import Procedure, ProcedureFile, ProcedureVersion
from tests.factories.procedures import document
from tests.web.views.procedures.test_pages import desk, signed
from tests.world import World

pytestmark = pytest.mark.urs("URS-06", "URS-08", "URS-76")
PLAN, NOTE = b"%PDF-1.7 plan", b"Read this first."


def begun_with_files(world: World) -> ProcedureVersion:
    """Return a draft with two files."""
    by = world.says(world.supervisor)
    version = begin_procedure(document=document(code="SOP-A"), by=by)
    attach_file(version_id=version.pk, name="plan.pdf", content=PLAN, by=by)
    attach_file(version_id=version.pk, name="Hinweis – für alle.txt", content=NOTE, by=by)
    return version


def test_comes_back_as_it_went_out(world: World) -> None:
    version, author = begun_with_files(world), desk(world.supervisor)
    page = f"/procedures/{version.procedure_id}/versions/1/"

    zipped = author.post(f"{page}copy/", {"reason": "To our second site", "form": "zip"})
    author.post(f"{page}withdraw/", signed(world.supervisor))
    changes = Change.objects.count()
    sent = SimpleUploadedFile("SOP-A-v1.zip", zipped.content)
    taken = author.post("/procedures/import/", {"file": sent, "reason": "Back"}, follow=True)
    again = author.post(
        f"/procedures/{version.procedure_id}/versions/2/copy/", {"reason": "Look", "form": "zip"}
    )

    assert zipped.headers["Content-Type"] == "application/zip"
    assert Export.objects.order_by("pk")[0].file_name == "SOP-A-v1.zip"
    assert "Imported 2 steps and 2 files." in taken.text
    back = ProcedureVersion.objects.get(number=2)
    assert back.document == version.document
    kept = {file.name: bytes(file.content) for file in back.files.all()}
    assert kept == {"plan.pdf": PLAN, "Hinweis – für alle.txt": NOTE}
    assert Change.objects.count() == changes + 2  # one import, one copy
    assert again.status_code == 200


def test_a_zip_that_is_not_taken_leaves_nothing(world: World) -> None:
    sent = SimpleUploadedFile("a.zip", b"PK\x03\x04 and then nothing")

    answer = desk(world.supervisor).post("/procedures/import/", {"file": sent, "reason": "Try"})

    assert answer.status_code == 409
    assert "The zip cannot be read to its end." in answer.text
    assert not Procedure.objects.filter(code="SOP-A").exists()
    assert not ProcedureFile.objects.exists()
