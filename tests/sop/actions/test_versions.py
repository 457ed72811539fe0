"""A version goes from draft through review into force, and nobody decides on what they wrote."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from audit.errors import ActionRefused, NotAuthorised, NotFound
from audit.models import Meaning, RefusedAttempt
from audit.signing import signature_blocks
from sop.action import Action
from sop.actions.approve_version import approve_version
from sop.actions.attach_file import attach_file
from sop.actions.begin_procedure import begin_procedure
from sop.actions.draft_version import draft_version
from sop.actions.edit_draft import edit_draft
from sop.actions.remove_file import remove_file
from sop.actions.retire_procedure import retire_procedure
from sop.actions.return_version import return_version
from sop.actions.submit_version import submit_version
from sop.actions.withdraw_version import withdraw_version
from sop.documents.steps import ConfirmStep
from sop.models import ProcedureFile, ProcedureVersion
from sop.versions import digest_of
from tests.custody.racing import race, winners, without_locks
from tests.factories.procedures import document, govern
from tests.sop.actions.versions import LATER, PDF, approved, draft, edited, in_review, ours
from tests.world import NOON, World


@pytest.mark.urs("URS-08", "URS-25")
def test_a_version_is_written_submitted_and_approved_by_two_people(world: World) -> None:
    version = draft(world)
    attach_file(version_id=version.pk, name="a.pdf", content=PDF, by=world.says(world.supervisor))

    submit_version(version_id=version.pk, intent=world.signs(world.supervisor))
    assert not ours().in_force(NOON).exists()
    approve_version(
        version_id=version.pk,
        effective_at=LATER,
        intent=world.signs(world.qa, meaning=Meaning.APPROVED),
        at=NOON,
    )

    assert not ours().in_force(LATER - timedelta(seconds=1)).exists()
    assert ours().in_force(LATER).get().approved_by == world.qa
    blocks = signature_blocks(ProcedureVersion, version.pk)
    assert [block.meaning for block in blocks] == ["Performed", "Approved"]
    assert not any(block.changed_since for block in blocks)
    of_file = signature_blocks(ProcedureFile, version.files.get().pk)
    assert [block.user_id for block in of_file] == [world.supervisor.user_id, world.qa.user_id]


@pytest.mark.urs("URS-08")
def test_the_next_version_begins_as_a_copy_and_supersedes_on_its_date(world: World) -> None:
    first = approved(world)

    second = draft_version(procedure_id=first.procedure_id, by=world.says(world.technician))
    submit_version(version_id=second.pk, intent=world.signs(world.technician))
    approve_version(version_id=second.pk, effective_at=LATER, intent=world.signs(world.qa), at=NOON)

    assert (second.number, second.document) == (2, first.document)
    assert ours().in_force(NOON).get() == first
    assert ours().in_force(LATER).get() == second


@pytest.mark.urs("URS-08")
def test_a_returned_version_is_edited_by_another_who_then_signs_as_its_author(
    world: World,
) -> None:
    version = in_review(world)
    return_version(version_id=version.pk, intent=world.signs(world.qa2, reason="Say the limit"))

    changed = edited(version, world, "Better")
    submit_version(version_id=version.pk, intent=world.signs(world.qa))

    version.refresh_from_db()
    assert (version.title, version.author, changed.pk) == ("Better", world.qa, version.pk)
    stale, comment, own = signature_blocks(ProcedureVersion, version.pk)
    assert (stale.changed_since, own.changed_since) == (True, False)
    assert comment.reason == "Say the limit"


@pytest.mark.urs("URS-32")
def test_of_two_editors_the_second_is_told_and_changes_nothing(world: World) -> None:
    version = draft(world)
    edited(version, world, "First")

    with pytest.raises(ActionRefused) as caught:
        edited(version, world, "Second", read=digest_of(version.document))

    assert caught.value.codes == ["CHANGED_MEANWHILE"]
    assert ours().get().title == "First"
    assert RefusedAttempt.objects.get().action == "edit_draft"


@pytest.mark.urs("URS-32")
@pytest.mark.parametrize("locked", [True, False])
def test_two_editors_in_the_same_instant_need_the_lock(
    committed_world: World, locked: bool
) -> None:
    version = draft(committed_world)

    def edit(title: str) -> Callable[[], object]:
        return lambda: edited(version, committed_world, title, digest_of(version.document))

    first, second, place = edit("First"), edit("Second"), "sop.actions.edit_draft.columns_of"
    if locked:
        outcomes = race(first, second, meet_in=place)
        assert len(winners(outcomes)) == 1
        assert [one.codes for one in outcomes if one.error] == [["CHANGED_MEANWHILE"]]
    else:
        with without_locks():
            outcomes = race(first, second, meet_in=place)
        assert len(winners(outcomes)) == 2


def test_the_same_document_once_more_writes_no_version(world: World) -> None:
    version = draft(world)

    edit_draft(
        version_id=version.pk,
        document=document(),
        read_digest=digest_of(version.document),
        by=world.says(world.supervisor),
    )

    assert ProcedureVersion.history.filter(id=version.pk).count() == 1


Attempt = Callable[[World], object]


def _approve(world: World, version: ProcedureVersion, **how: object) -> object:
    said: dict[str, object] = {"effective_at": None, "intent": world.signs(world.qa), "at": NOON}
    return approve_version(version_id=version.pk, **(said | how))  # type: ignore[arg-type]  # as said


def _before_another(world: World) -> object:
    first = approved(world, LATER)
    second = draft_version(procedure_id=first.procedure_id, by=world.says(world.supervisor))
    submit_version(version_id=second.pk, intent=world.signs(world.supervisor))
    return _approve(world, second)


def _after_retiring(world: World) -> object:
    version = approved(world)
    retire_procedure(procedure_id=version.procedure_id, intent=world.signs(world.qa), at=NOON)
    return draft_version(procedure_id=version.procedure_id, by=world.says(world.supervisor))


def _twice_retired(world: World) -> object:
    version = approved(world)
    for _ in range(2):
        retire_procedure(procedure_id=version.procedure_id, intent=world.signs(world.qa), at=NOON)
    return None


def _approved_by_an_editor(world: World) -> object:
    version = draft(world)
    edited(version, world, "Better")
    submit_version(version_id=version.pk, intent=world.signs(world.supervisor))
    return _approve(world, version)


def _two_files_of_a_name(world: World) -> object:
    version = draft(world)
    for _ in range(2):
        attach_file(
            version_id=version.pk, name="a.pdf", content=PDF, by=world.says(world.supervisor)
        )
    return None


def _twice_withdrawn(world: World) -> object:
    version = draft(world)
    for _ in range(2):
        withdraw_version(version_id=version.pk, intent=world.signs(world.supervisor), at=NOON)
    return None


def _faulty(world: World) -> object:
    said = document(ConfirmStep(key="gloves", title="Gloves"))
    version = begin_procedure(document=said, by=world.says(world.supervisor))
    return submit_version(version_id=version.pk, intent=world.signs(world.supervisor))


def _attach(world: World, content: bytes) -> object:
    return attach_file(
        version_id=draft(world).pk, name="a.pdf", content=content, by=world.says(world.supervisor)
    )


ATTEMPTS: dict[str, tuple[str, Attempt]] = {
    "a code twice": ("CODE_TAKEN", lambda w: [draft(w), draft(w)]),
    "two drafts at once": (
        "VERSION_IN_WORK",
        lambda w: draft_version(procedure_id=draft(w).procedure_id, by=w.says(w.qa)),
    ),
    "another's document": (
        "OTHER_CODE",
        lambda w: draft_version(
            procedure_id=approved(w).procedure_id, by=w.says(w.qa), document=document(code="SOP-X")
        ),
    ),
    "editing in review": ("NOT_A_DRAFT", lambda w: edited(in_review(w), w, "Other")),
    "a file in review": (
        "NOT_A_DRAFT",
        lambda w: attach_file(
            version_id=in_review(w).pk, name="a.pdf", content=PDF, by=w.says(w.qa)
        ),
    ),
    "a file of nothing": ("FILE_EMPTY", lambda w: _attach(w, b"")),
    "a script in a file": ("FILE_KIND", lambda w: _attach(w, b"MZ\x00\x01")),
    "a huge file": ("FILE_TOO_LARGE", lambda w: _attach(w, b"%PDF-" + bytes(10 * 1024 * 1024))),
    "two files of a name": ("FILE_NAME_TAKEN", _two_files_of_a_name),
    "submitting what others wrote": (
        "NOT_A_WRITER",
        lambda w: submit_version(version_id=draft(w).pk, intent=w.signs(w.technician)),
    ),
    "submitting what nobody can follow": ("NO_ACT_STEP", _faulty),
    "approving a draft": ("NOT_IN_REVIEW", lambda w: _approve(w, draft(w))),
    "approving what one edited": ("WROTE_IT", _approved_by_an_editor),
    "approving for yesterday": (
        "EFFECTIVE_IN_THE_PAST",
        lambda w: _approve(w, in_review(w), effective_at=NOON - timedelta(days=1)),
    ),
    "approving before another": ("BEFORE_ANOTHER", _before_another),
    "returning a draft": (
        "NOT_IN_REVIEW",
        lambda w: return_version(version_id=draft(w).pk, intent=w.signs(w.qa)),
    ),
    "withdrawing another's draft": (
        "NOT_YOURS",
        lambda w: withdraw_version(version_id=draft(w).pk, intent=w.signs(w.technician), at=NOON),
    ),
    "withdrawing what counts": (
        "COUNTS_ALREADY",
        lambda w: withdraw_version(version_id=approved(w).pk, intent=w.signs(w.qa), at=NOON),
    ),
    "withdrawing twice": ("WITHDRAWN_BEFORE", _twice_withdrawn),
    "drafting for a retired one": ("PROCEDURE_RETIRED", _after_retiring),
    "retiring twice": ("PROCEDURE_RETIRED", _twice_retired),
    "a file that is not there": (
        "UNKNOWN_FILE",
        lambda w: remove_file(file_id=999_999, by=w.says(w.qa)),
    ),
    "a procedure that is not there": (
        "UNKNOWN_PROCEDURE",
        lambda w: draft_version(procedure_id=999_999, by=w.says(w.qa)),
    ),
    "a version that is not there": (
        "UNKNOWN_VERSION",
        lambda w: submit_version(version_id=999_999, intent=w.signs(w.qa)),
    ),
}


@pytest.mark.urs("URS-08", "URS-23", "URS-25")
@pytest.mark.parametrize(("code", "attempt"), ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_refuses(world: World, code: str, attempt: Attempt) -> None:
    with pytest.raises((ActionRefused, NotFound)) as caught:
        attempt(world)

    assert code in caught.value.codes
    assert code in RefusedAttempt.objects.latest("pk").codes


NOT_FOR: dict[str, Attempt] = {
    "an administrator's draft": lambda w: begin_procedure(document=document(), by=w.says(w.admin)),
    "an inspector's draft": lambda w: begin_procedure(document=document(), by=w.says(w.inspector)),
    "a supervisor's approval": lambda w: _approve(w, in_review(w), intent=w.signs(w.supervisor)),
    "a supervisor's return": lambda w: return_version(
        version_id=in_review(w).pk, intent=w.signs(w.supervisor)
    ),
    "a technician's retirement": lambda w: retire_procedure(
        procedure_id=approved(w).procedure_id, intent=w.signs(w.technician), at=NOON
    ),
    "an administrator's edit": lambda w: edit_draft(
        version_id=draft(w).pk, document=document(), read_digest="", by=w.says(w.admin)
    ),
    "an administrator's submission": lambda w: submit_version(
        version_id=draft(w).pk, intent=w.signs(w.admin)
    ),
}


@pytest.mark.urs("URS-14", "URS-15", "URS-27")
@pytest.mark.parametrize("attempt", NOT_FOR.values(), ids=NOT_FOR.keys())
def test_takes_the_role(world: World, attempt: Attempt) -> None:
    with pytest.raises(NotAuthorised) as caught:
        attempt(world)

    assert caught.value.codes == ["ROLE_MISSING"]


def test_withdraws_what_does_not_count_yet_and_says_what_retiring_leaves(world: World) -> None:
    pending = approved(world, LATER)
    rule = govern(Action.PLACE_VIALS, pending)

    withdraw_version(version_id=pending.pk, intent=world.signs(world.qa2), at=NOON)
    left = retire_procedure(
        procedure_id=pending.procedure_id, intent=world.signs(world.qa), at=NOON
    )

    assert left == [rule]
    assert not ours().in_force(LATER).exists()
