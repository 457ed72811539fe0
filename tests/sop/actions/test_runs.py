"""Runs: pinned, in order, by one person at a time, with every step on record."""

from collections.abc import Callable
from functools import partial

import pytest

from audit.errors import NotAuthorised
from audit.models import Change, Meaning, RefusedAttempt, Signature
from custody.models import CustodyEvent
from sop.actions.end_vials import end_vials
from sop.actions.migrate_run import migrate_run
from sop.actions.pause_run import pause_run
from sop.actions.record_step import StepFileIn, record_step
from sop.actions.resume_run import resume_run
from sop.actions.set_vial_aside import set_vial_aside
from sop.actions.sign_step import sign_step
from sop.documents.steps import (
    ConfirmStep,
    FileStep,
)
from sop.models import (
    Execution,
    ExecutionStatus,
    StepFile,
    StepRecord,
)
from sop.rules.judging import Answer
from tests.custody.actions.evidence import refused
from tests.factories.people import PersonFactory
from tests.factories.procedures import document, in_force, train
from tests.sop.actions.runs import Runs, due_key, put_away_document
from tests.world import NOON, World

PNG = b"\x89PNG\r\n\x1a\n and the seal"


@pytest.fixture
def runs(world: World) -> Runs:
    """Return a world whose put-away is followed step by step."""
    return Runs.of(world)


@pytest.mark.urs("URS-23", "URS-26", "URS-31")
def test_goes_from_the_first_step_to_its_end(runs: Runs) -> None:
    world, vials = runs.world, runs.world.received(2)
    run = runs.started()
    runs.does(run, "gloves")
    for vial, label in zip(vials, ("A1", "A2"), strict=True):
        runs.takes(run, vial)
        runs.places(vial, label)

    runs.does(run, "note", answer=Answer(text="Dry, no frost"))
    record = sign_step(
        execution_id=run.pk,
        key="second",
        vial_id=None,
        intent=world.signs(world.technician, world.witness, meaning=Meaning.PERFORMED),
    )

    run.refresh_from_db()
    assert (run.status, run.version) == (ExecutionStatus.COMPLETED, runs.version)
    assert run.ended_at is not None
    assert (record.person_id, record.second_person_id) == (world.technician.pk, world.witness.pk)
    assert Signature.objects.filter(change__action="sign_step").count() == 2
    done = StepRecord.objects.filter(execution=run).order_by("pk")
    keys = ["gloves", "vial", "place", "vial", "place", "vial", "note", "second"]
    assert list(done.values_list("step_key", flat=True)) == keys


@pytest.mark.urs("URS-23", "URS-34")
def test_the_ledger_and_the_trail_name_procedure_version_and_step(runs: Runs) -> None:
    [vial] = runs.world.received()
    run = runs.started()
    runs.does(run, "gloves")
    runs.takes(run, vial)

    [event] = runs.places(vial)

    kept = CustodyEvent.objects.get(pk=event.pk)
    assert kept.details["procedure"] == {"code": "SOP-PUT", "version": 1, "run": run.pk, "step": 3}
    words = Change.objects.get(pk=kept.change_id).procedure_step
    assert words == f"SOP-PUT v1, step 3: Put it away (RUN-{run.pk})"
    record = StepRecord.objects.get(execution=run, step_key="place")
    assert (record.change_id, record.vial_id) == (kept.change_id, vial.pk)


@pytest.mark.urs("URS-23")
def test_the_server_refuses_the_act_out_of_order_and_keeps_the_attempt(runs: Runs) -> None:
    [vial, other] = runs.world.received(2)
    with refused("NOT_IN_A_RUN"):
        runs.places(vial)
    run = runs.started()
    with refused("OUT_OF_ORDER"):
        runs.places(vial)
    runs.does(run, "gloves")
    runs.takes(run, vial)
    with refused("OTHER_VIAL"):
        runs.places(other)

    runs.places(vial)

    with refused("OUT_OF_ORDER"):
        runs.places(other, "A2")
    kept = RefusedAttempt.objects.filter(action="place_vials").values_list("codes", flat=True)
    assert sorted(code for codes in kept for code in codes) == [
        "NOT_IN_A_RUN",
        "OTHER_VIAL",
        "OUT_OF_ORDER",
        "OUT_OF_ORDER",
    ]
    assert StepRecord.objects.filter(execution=run, step_key="place").count() == 1


@pytest.mark.urs("URS-23")
@pytest.mark.parametrize(
    ("key", "code"),
    [("note", "OUT_OF_ORDER"), ("nothing", "NO_SUCH_STEP"), ("place", "OUT_OF_ORDER")],
)
def test_refuses_a_step_posted_out_of_order(runs: Runs, key: str, code: str) -> None:
    run = runs.started()

    with refused(code):
        runs.does(run, key, answer=Answer(text="by hand"))

    assert not StepRecord.objects.exists()


@pytest.mark.urs("URS-23")
def test_a_step_sent_twice_counts_once(runs: Runs) -> None:
    run = runs.started()
    runs.does(run, "gloves")

    with refused("DONE_ALREADY"):
        runs.does(run, "gloves")

    assert StepRecord.objects.filter(execution=run).count() == 1


@pytest.mark.urs("URS-23")
def test_a_vial_set_aside_is_taken_up_again_without_a_second_record(runs: Runs) -> None:
    [vial] = runs.world.received()
    run, says = runs.started(), runs.world.says(runs.world.technician)
    runs.does(run, "gloves")
    runs.takes(run, vial)
    set_vial_aside(execution_id=run.pk, attribution=says)
    with refused("VIAL_UNFINISHED"):
        end_vials(execution_id=run.pk, attribution=says)

    assert runs.takes(run, vial) is None
    assert due_key(run) == "place"
    assert StepRecord.objects.filter(execution=run, step_key="vial").count() == 1


@pytest.mark.urs("URS-07")
def test_nobody_starts_or_goes_on_untrained(runs: Runs) -> None:
    world = runs.world
    run = runs.started()
    with refused("NOT_TRAINED", by=NotAuthorised):
        resume_run(execution_id=run.pk, attribution=world.says(world.supervisor))
    stranger = PersonFactory.create(trained=False)

    with refused("ROLE_MISSING", by=NotAuthorised):
        resume_run(execution_id=run.pk, attribution=world.says(stranger))

    run.refresh_from_db()
    assert run.held_by_id == world.technician.pk


@pytest.mark.urs("URS-24", "URS-25")
def test_stays_with_its_version_and_new_runs_take_the_new_one(runs: Runs) -> None:
    world = runs.world
    run = runs.started()
    newer = in_force(
        put_away_document(changes="Two glasses"),
        author=world.supervisor,
        approver=world.qa,
        number=2,
    )

    runs.does(run, "gloves")
    pause_run(execution_id=run.pk, attribution=world.says(world.technician))
    with refused("NOT_TRAINED", by=NotAuthorised):
        runs.started()
    train(world.technician, newer)
    fresh = runs.started()

    assert Execution.objects.get(pk=run.pk).version == runs.version
    assert fresh.version == newer


@pytest.mark.urs("URS-24")
def test_only_qa_moves_a_run_to_another_version_where_its_steps_stand(runs: Runs) -> None:
    world = runs.world
    run = runs.started()
    runs.does(run, "gloves")
    approved = partial(in_force, author=world.supervisor, approver=world.qa)
    newer = approved(put_away_document(changes="Words"), number=2)
    lid = ConfirmStep(key="lid", title="Open the lid")
    without = approved(document(lid, code="SOP-PUT"), number=3)
    other = approved(document(code="SOP-OTHER"))

    for version, code in ((without, "STEP_GONE"), (other, "OTHER_PROCEDURE")):
        with refused(code):
            migrate_run(execution_id=run.pk, version_id=version.pk, intent=world.signs(world.qa))
    with refused("ROLE_MISSING", by=NotAuthorised):
        migrate_run(execution_id=run.pk, version_id=newer.pk, intent=world.signs(world.technician))
    migrate_run(execution_id=run.pk, version_id=newer.pk, intent=world.signs(world.qa))

    run.refresh_from_db()
    assert run.version == newer
    assert due_key(run) == "vial"


@pytest.mark.urs("URS-23")
def test_is_paused_taken_over_and_resumed_where_it_was_left(runs: Runs) -> None:
    world, [vial] = runs.world, runs.world.received()
    run = runs.started()
    runs.does(run, "gloves")
    runs.takes(run, vial)

    pause_run(execution_id=run.pk, attribution=world.says(world.technician))
    with refused("RUN_PAUSED"):
        runs.does(run, "place", vial)
    resume_run(execution_id=run.pk, attribution=world.says(world.witness))

    with refused("RUN_OF_ANOTHER", by=NotAuthorised):
        runs.does(run, "place", vial)
    assert due_key(run) == "place"
    assert run.history.count() >= 4


@pytest.mark.urs("URS-31")
@pytest.mark.parametrize(
    ("people", "code"),
    [
        (lambda world: world.signs(world.technician), "SECOND_PERSON_MISSING"),
        (lambda world: world.signs(world.technician, world.technician), "SAME_PERSON"),
    ],
)
def test_the_second_person_is_somebody_else(
    world: World, people: Callable[[World], object], code: str
) -> None:
    said = put_away_document()
    runs = Runs.of(world, said.model_copy(update={"steps": (said.steps[0], said.steps[-1])}))
    run = runs.started()
    runs.does(run, "gloves")

    with refused(code):
        sign_step(execution_id=run.pk, key="second", vial_id=None, intent=people(world))  # type: ignore[arg-type] # an intent

    assert due_key(run) == "second"


@pytest.mark.urs("URS-23")
def test_keeps_a_photo_with_its_step(world: World) -> None:
    runs = Runs.of(
        world, document(FileStep(key="photo", title="Photo of the seal"), code="SOP-PUT")
    )
    run, says = runs.started(), world.says(world.technician)
    asked = {"execution_id": run.pk, "key": "photo", "vial_id": None, "answer": Answer()}
    with refused("NO_FILE"):
        record_step(**asked, attribution=says, at=NOON)  # type: ignore[arg-type] # by name
    for content, code in ((b"", "FILE_EMPTY"), (b"\x00\x01 no picture", "FILE_KIND")):
        with refused(code):
            record_step(
                **asked,  # type: ignore[arg-type] # by name
                attribution=says,
                at=NOON,
                file=StepFileIn(name="seal.png", content=content),
            )
    photo = StepFileIn(name="..\\seal.png", content=PNG)

    record_step(**asked, attribution=says, at=NOON, file=photo)  # type: ignore[arg-type] # by name

    kept = StepFile.objects.get(record__execution=run)
    assert (bytes(kept.content), kept.name, kept.content_type) == (PNG, "seal.png", "image/png")
    assert kept.record.values["sha256"] == kept.sha256
