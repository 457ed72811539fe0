"""Procedures on screen: from the library through the editor and two signatures into force."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Person
from reports.models import Export
from sop.actions.draft_version import draft_version
from sop.actions.edit_draft import edit_draft
from sop.documents.reading import as_kept
from sop.documents.steps import ConfirmStep
from sop.models import Procedure, ProcedureVersion, VersionStatus
from sop.versions import digest_of
from tests.browsing import Browser, hidden_on
from tests.factories.people import PASSWORD
from tests.factories.procedures import HOUSE, document, govern, in_force
from tests.web.views.test_readiness import screen_of
from tests.world import World

pytestmark = pytest.mark.urs("URS-08", "URS-25")
Queries = Callable[[int], Any]
LIST_QUERIES = 8  # three of them say what the reader has to learn first
PAGE_QUERIES = 12


def desk(person: Person) -> Browser:
    """Sign somebody in."""
    return screen_of(person.user_id)


def signed(person: Person, **fields: object) -> dict[str, object]:
    """Fill in what somebody enters to sign."""
    return {"user_id": person.user_id, "password": PASSWORD, "reason": "As agreed", **fields}


def test_goes_from_the_library_into_force_by_two_people(world: World) -> None:
    author, quality = desk(world.supervisor), desk(world.qa)

    begun = author.post("/procedures/new/", {"start": "SOP-ST-002", "reason": "Our first"})
    version = ProcedureVersion.objects.exclude(procedure__code=HOUSE).get()
    page = f"/procedures/{version.procedure_id}/versions/1/"
    submitted = author.post(f"{page}submit/", signed(world.supervisor))
    own = author.post(f"{page}approve/", signed(world.supervisor))
    waiting = quality.get("/procedures/?show=mine").text
    approved = quality.post(f"{page}approve/", signed(world.qa))

    assert begun.headers["Location"] == f"{page}edit/"
    assert submitted.headers["Location"] == page
    assert own.status_code == 403
    assert "Review version 1 of Supervisor Example" in waiting
    assert approved.status_code == 302
    shown = desk(world.technician).get(f"/procedures/{version.procedure_id}/").text
    assert "Put vials away" in shown
    assert "Supervisor Example; Qa Example" in shown
    assert "Changed since signed" not in quality.get(page).text


def test_a_sheet_says_every_fault_and_a_return_gives_the_comment(world: World) -> None:
    author, quality = desk(world.supervisor), desk(world.qa)
    author.post("/procedures/new/", {"code": "SOP-X-1", "title": "Empty", "reason": "New"})
    version = ProcedureVersion.objects.exclude(procedure__code=HOUSE).get()
    page = f"/procedures/{version.procedure_id}/versions/1/"

    refused = author.post(f"{page}submit/", signed(world.supervisor))

    assert refused.status_code == 409
    assert "It has no step. Add the first one." in refused.text
    edit_draft(
        version_id=version.pk,
        document=document(code="SOP-X-1"),
        read_digest=digest_of(version.document),
        by=world.says(world.supervisor),
    )
    author.post(f"{page}submit/", signed(world.supervisor, user_id=world.supervisor.user_id))
    quality.post(f"{page}return/", signed(world.qa, reason="Name the limit"))
    version.refresh_from_db()
    assert version.status == VersionStatus.DRAFT
    assert "Name the limit" in author.get(page).text


def test_approves_for_a_day_to_come_and_retires_with_the_rules_named(world: World) -> None:
    version = in_force(document(code="SOP-A"), author=world.supervisor, approver=world.qa)
    govern("place_vials", version)  # type: ignore[arg-type]  # as it is kept
    author, quality = desk(world.supervisor), desk(world.qa)
    page = f"/procedures/{version.procedure_id}/"
    author.post(f"{page}draft/", {"reason": "Review"})
    author.post(f"{page}versions/2/submit/", signed(world.supervisor))
    day = timezone.localtime(timezone.now() + timedelta(days=9))

    quality.post(
        f"{page}versions/2/approve/", signed(world.qa, effective_at=f"{day:%Y-%m-%dT%H:%M}")
    )

    assert "counts from" in quality.get(f"{page}?").text
    sheet = quality.get(f"{page}retire/").text
    assert "Place vials (everywhere)" in sheet
    quality.post(f"{page}retire/", signed(world.qa))
    assert "None: retired on" in author.get(page).text
    assert author.get("/procedures/?show=retired").text.count("SOP-A") > 0


def test_finds_by_code_and_title_in_few_queries(
    world: World, django_assert_num_queries: Queries
) -> None:
    for number in range(4):
        in_force(document(code=f"SOP-{number}"), author=world.supervisor, approver=world.qa)
    reader = desk(world.inspector)
    reader.get("/procedures/")

    with django_assert_num_queries(LIST_QUERIES):
        listed = reader.get("/procedures/").text
    page = Procedure.objects.get(code="SOP-1").pk
    with django_assert_num_queries(PAGE_QUERIES):
        reader.get(f"/procedures/{page}/")

    assert listed.count("row-link") == 5
    assert reader.get("/procedures/?q=sop-2").text.count("row-link") == 1
    assert "New procedure" not in listed


def test_compares_two_versions_side_by_side(world: World) -> None:
    version = in_force(document(code="SOP-A"), author=world.supervisor, approver=world.qa)
    by = world.says(world.supervisor)
    draft = draft_version(procedure_id=version.procedure_id, by=by)
    old = document(code="SOP-A")
    new = ConfirmStep(key="new", title="Look <twice>")
    changed = old.steps[0].model_copy(update={"title": "Wear cryo gloves"})
    said = old.model_copy(update={"steps": (new, changed, old.steps[1])})
    edit_draft(version_id=draft.pk, document=said, read_digest=digest_of(draft.document), by=by)

    page = desk(world.inspector).get(f"/procedures/{version.procedure_id}/compare/?from=1&to=2")

    assert "Steps same: 1, changed: 1, added: 1." in page.text
    assert "Look &lt;twice&gt;" in page.text
    assert "<del>Put on cryo gloves</del>" in page.text
    assert "step 1 is now step 2" in page.text
    assert (
        desk(world.qa).get(f"/procedures/{version.procedure_id}/compare/?to=9").status_code == 404
    )


@pytest.mark.urs("URS-06", "URS-76")
def test_exports_what_it_imports_and_prints_what_is_not_for_use(world: World) -> None:
    version = in_force(document(code="SOP-A"), author=world.supervisor, approver=world.qa)
    page = f"/procedures/{version.procedure_id}/versions/1/copy/"
    reader, author = desk(world.inspector), desk(world.supervisor)

    exported = reader.post(page, {"reason": "For the inspection", "form": "json"})
    file = SimpleUploadedFile("a.json", exported.content)
    taken = author.post(
        "/procedures/import/", {"file": file, "reason": "Take it over"}, follow=True
    )
    again = author.post(
        "/procedures/import/", {"text": exported.content.decode(), "reason": "Again"}
    )
    printed = reader.post(page.replace("/1/", "/2/"), {"reason": "To read", "form": "pdf"})

    assert json.loads(exported.content) == as_kept(document(code="SOP-A"))
    assert ProcedureVersion.objects.get(number=2).document == version.document
    assert f"Imported 2 steps. SHA-256 of the document: {digest_of(version.document)}" in taken.text
    assert again.status_code == 409
    assert "in work already" in again.text
    assert printed.content.startswith(b"%PDF")
    assert [row.file_name for row in Export.objects.order_by("pk")] == [
        "SOP-A-v1.json",
        "SOP-A-v2.pdf",
    ]


def test_an_import_says_every_fault_and_takes_nothing(world: World) -> None:
    said = as_kept(document()) | {"title": "", "owner": "me"}

    answer = desk(world.supervisor).post(
        "/procedures/import/", {"text": json.dumps(said), "reason": "Try"}
    )

    assert answer.status_code == 409
    assert answer.text.count('data-refusal="NOT_A_PROCEDURE"') == 2
    assert not Procedure.objects.exclude(code=HOUSE).exists()


def test_attaches_a_file_and_hands_it_out_as_it_came(world: World) -> None:
    author = desk(world.supervisor)
    author.post("/procedures/new/", {"start": "SOP-ST-001", "reason": "Our first"})
    version = ProcedureVersion.objects.exclude(procedure__code=HOUSE).get()
    page = f"/procedures/{version.procedure_id}/versions/1/"

    script = SimpleUploadedFile("a.pdf", b"MZ\x00\x01")
    refused = author.post(f"{page}files/", {"file": script, "reason": "Drawing"})
    plan = SimpleUploadedFile("plan.html", b"<script>alert(1)</script>")
    author.post(f"{page}files/", {"file": plan, "reason": "Drawing"})

    assert refused.status_code == 409
    file = version.files.get()
    assert "script" not in desk(world.qa).get("/audit/").text.partition("<main")[2]
    out = desk(world.inspector).get(f"{page}files/{file.pk}/")
    assert out.content == b"<script>alert(1)</script>"
    assert out.headers["Content-Type"] == "text/plain"
    assert out.headers["Content-Disposition"] == 'attachment; filename="plan.html"'
    author.post(f"{page}files/{file.pk}/remove/", {"reason": "Old"})
    assert "No file is attached" in author.get(page).text


def entered(page: Any) -> dict[str, Any]:
    """Return what an editor page has in its form, with titles and actions as they stand."""
    return hidden_on(page) | {
        "title": "Place",
        "coverage": "acts",
        "valid_months": "24",
        **{f"gloves.{name}": value for name, value in GLOVES.items()},
        **{f"place.{name}": value for name, value in PLACE.items()},
    }


GLOVES = {"title": "Gloves", "per": "session", "on_failure": "stop"}
PLACE = {"title": "Put it in", "per": "session", "on_failure": "stop", "action": "place_vials"}


@pytest.fixture
def edited(world: World) -> tuple[Browser, str, ProcedureVersion]:
    """Return an author at the editor of a draft."""
    version = in_force(document(code="SOP-A"), author=world.supervisor, approver=world.qa)
    by = world.says(world.supervisor)
    draft = draft_version(procedure_id=version.procedure_id, by=by)
    return desk(world.supervisor), f"/procedures/{version.procedure_id}/versions/2/edit/", draft


def test_the_editor_saves_and_keeps_keys_when_titles_change(
    edited: tuple[Browser, str, ProcedureVersion],
) -> None:
    author, url, draft = edited
    page = author.get(url)

    saved = author.post(url, entered(page) | {"do": "save"})

    assert saved.headers["Location"] == f"{url}?saved=1"
    draft.refresh_from_db()
    steps = [(step["key"], step["title"]) for step in draft.document["steps"]]
    assert steps == [("gloves", "Gloves"), ("place", "Put it in")]
    assert "Saved." in author.get(saved.headers["Location"]).text


def test_buttons_of_the_editor_change_the_form_and_save_nothing(
    edited: tuple[Browser, str, ProcedureVersion],
) -> None:
    author, url, draft = edited
    form = entered(author.get(url))

    moved = author.post(url, form | {"do": "up:place"})
    added = author.post(url, form | {"do": "add", "new_kind": "choice", "new_title": "Is it cold?"})
    copied = author.post(url, form | {"do": "copy:gloves"})
    deleted = author.post(url, form | {"do": "delete:gloves"})

    assert hidden_on(moved)["step"] == ["place", "gloves"]
    assert hidden_on(added)["step"] == ["gloves", "place", "is-it-cold"]
    assert "is-it-cold.option_1_label" in added.text
    assert hidden_on(copied)["step"] == ["gloves", "gloves-copy", "place"]
    assert hidden_on(deleted)["step"] == "place"
    assert ProcedureVersion.history.filter(id=draft.pk).count() == 1


def test_the_editor_shows_live_what_keeps_it_from_approval(
    edited: tuple[Browser, str, ProcedureVersion],
) -> None:
    author, url, _ = edited
    form = entered(author.get(url)) | {"coverage": "records", "do": "preview"}

    part = author.post(url, form, headers={"HX-Request": "true"}).text
    broken = author.post(url, form | {"gloves.title": ""}, headers={"HX-Request": "true"}).text

    assert "<html" not in part
    assert "only record checks, but a step acts on product" in part
    assert "Step 1 is not complete: title." in broken


def test_what_is_not_complete_is_not_saved_and_stays_typed(
    edited: tuple[Browser, str, ProcedureVersion],
) -> None:
    author, url, draft = edited
    form = entered(author.get(url)) | {"do": "save", "gloves.title": "", "purpose": "Long words"}

    answer = author.post(url, form)

    assert answer.status_code == 422
    assert "Long words" in answer.text
    assert ProcedureVersion.history.filter(id=draft.pk).count() == 1


@pytest.mark.urs("URS-32")
def test_a_second_editor_keeps_the_text_and_chooses(
    edited: tuple[Browser, str, ProcedureVersion], world: World
) -> None:
    author, url, draft = edited
    form = entered(author.get(url)) | {"do": "save", "purpose": "Mine"}
    other = desk(world.technician)
    other.post(url, entered(other.get(url)) | {"do": "save", "purpose": "Theirs"})

    refused = author.post(url, form)
    over = author.post(url, form | hidden_on(refused) | {"do": "save-over"})

    assert refused.status_code == 409
    assert "Somebody saved this draft after you opened it" in refused.text
    assert "Mine" in refused.text
    assert over.status_code == 302
    draft.refresh_from_db()
    assert draft.document["purpose"] == "Mine"


def test_hostile_fields_do_the_editor_no_harm(
    edited: tuple[Browser, str, ProcedureVersion],
) -> None:
    author, url, _ = edited
    form = entered(author.get(url))
    form |= {"step": ["gloves", "../x", "gloves", "place", "ghost"], "ghost.kind": "explode"}

    answer = author.post(url, form | {"do": "copy:nobody"})

    assert answer.status_code == 200
    assert hidden_on(answer)["step"] == ["gloves", "place"]


def test_a_search_that_no_text_can_hold_finds_nothing_and_breaks_nothing(world: World) -> None:
    answer = desk(world.inspector).get("/procedures/?q=%00")

    assert answer.status_code == 200
