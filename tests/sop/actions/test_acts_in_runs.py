"""An act for several vials of a run: each gets its record, and none that is not due."""

import pytest

from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.models import CustodyEvent
from inventory.models import Vial
from sop.action import Action
from sop.actions.end_vials import end_vials
from sop.documents.document import ProcedureDocument
from sop.documents.steps import ActStep, ConfirmStep, Per, ScanStep
from sop.models import Execution, StepRecord
from sop.rules.judging import Answer
from tests.custody.actions.evidence import refused
from tests.factories.procedures import document, govern, in_force, train
from tests.sop.actions.runs import Runs, due_key
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-23", "URS-26")

TAKE_OUT = document(
    ScanStep(key="vial", title="Scan the vial", per=Per.VIAL),
    ConfirmStep(key="look", title="Look at the label", per=Per.VIAL),
    ActStep(key="out", title="Take it out", per=Per.VIAL, action=Action.CHECK_OUT_VIALS),
    ConfirmStep(key="lid", title="Close the lid"),
    code="SOP-OUT",
    one_patient=False,
)


@pytest.fixture
def runs(world: World) -> Runs:
    """Return a world in which vials are taken out step by step."""
    return taking_out(world)


def taking_out(world: World, said: ProcedureDocument = TAKE_OUT) -> Runs:
    """Let a procedure govern taking out, vial by vial."""
    version = in_force(said, author=world.supervisor, approver=world.qa)
    govern(Action.CHECK_OUT_VIALS, version)
    train(world.technician, version)
    return Runs(world, version)


def takes_out(world: World, *vials: Vial) -> list[CustodyEvent]:
    """Check vials out, as the action is always called."""
    return check_out_vials(
        vial_ids=[vial.pk for vial in vials],
        purpose=InternalPurpose.QC,
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )


def brought_to_the_act(runs: Runs, run: Execution, *vials: Vial) -> None:
    """Scan vials one after the other, and look at each."""
    for vial in vials:
        runs.takes(run, vial)
        runs.does(run, "look", vial)


def test_several_vials_wait_and_are_done_together(runs: Runs) -> None:
    vials = runs.world.stored(3)
    run = runs.started()
    brought_to_the_act(runs, run, *vials)

    takes_out(runs.world, *vials)

    records = StepRecord.objects.filter(execution=run, step_key="out")
    assert {row.vial_id: row.values["vials"] for row in records} == {
        vial.pk: [vial.code] for vial in vials
    }
    assert {row.second_person_id for row in records} == {runs.world.witness.pk}
    assert due_key(run) == "vial"
    run.refresh_from_db()
    assert run.vial_in_hand is None


def test_some_of_them_may_be_done_first(runs: Runs) -> None:
    one, two = runs.world.stored(2)
    run = runs.started()
    brought_to_the_act(runs, run, one, two)

    takes_out(runs.world, one)

    run.refresh_from_db()
    assert run.vial_in_hand == two
    assert due_key(run) == "out"
    takes_out(runs.world, two)
    assert due_key(run) == "vial"


def test_a_vial_that_the_run_never_saw_is_refused(runs: Runs) -> None:
    one, other = runs.world.stored(2)
    run = runs.started()
    brought_to_the_act(runs, run, one)

    with refused("OTHER_VIAL"):
        takes_out(runs.world, one, other)

    assert due_key(run) == "out"
    assert not StepRecord.objects.filter(step_key="out").exists()


def test_nothing_is_done_while_another_step_of_a_vial_is_due(runs: Runs) -> None:
    one, two = runs.world.stored(2)
    run = runs.started()
    brought_to_the_act(runs, run, one)
    runs.takes(run, two)

    with refused("OUT_OF_ORDER"):
        takes_out(runs.world, one)
    runs.does(run, "look", two)

    assert len(takes_out(runs.world, one, two)) == 2


def test_no_vial_is_done_twice(runs: Runs) -> None:
    one, two = runs.world.stored(2)
    run = runs.started()
    brought_to_the_act(runs, run, one, two)
    takes_out(runs.world, one)

    with refused("OTHER_VIAL"):
        takes_out(runs.world, one, two)
    assert StepRecord.objects.filter(step_key="out").count() == 1


def test_the_change_names_which_of_two_such_steps_was_due(world: World) -> None:
    said = document(
        ActStep(key="first", title="Take the first out", action=Action.CHECK_OUT_VIALS),
        ActStep(key="second", title="Take the second out", action=Action.CHECK_OUT_VIALS),
        code="SOP-TWICE",
    )
    runs = taking_out(world, said)
    one, two = world.stored(2)
    runs.started()

    events = [takes_out(world, vial)[0].pk for vial in (one, two)]
    named = [CustodyEvent.objects.get(pk=key).change.procedure_step for key in events]

    assert [words.split(": ")[1].split(" (")[0] for words in named] == [
        "Take the first out",
        "Take the second out",
    ]


TOGETHER = document(
    ScanStep(key="vial", title="Scan the vial", per=Per.VIAL),
    ConfirmStep(key="look", title="Look at the label", per=Per.VIAL),
    ActStep(key="out", title="Take all of them out", action=Action.CHECK_OUT_VIALS),
    code="SOP-TOGETHER",
    one_patient=False,
)
OF_ONE_PATIENT = document(
    ScanStep(key="whose", title="Scan one of the vials"),
    ActStep(key="out", title="Take them out", action=Action.CHECK_OUT_VIALS),
    code="SOP-ONE",
)


def test_an_act_of_the_session_takes_no_vial_that_the_run_did_not_take_up(world: World) -> None:
    runs = taking_out(world, TOGETHER)
    one, two, other = world.stored(3)
    run = runs.started()
    brought_to_the_act(runs, run, one, two)
    end_vials(execution_id=run.pk, attribution=world.says(world.technician))

    with refused("OTHER_VIAL"):
        takes_out(world, one, other)

    assert len(takes_out(world, one, two)) == 2


def test_an_act_of_the_session_takes_no_vial_of_another_patient(world: World) -> None:
    runs = taking_out(world, OF_ONE_PATIENT)
    (mine,) = world.stored(1)
    (theirs,) = world.stored(1, batch=world.batch())
    run = runs.started()
    runs.does(run, "whose", answer=Answer(code=mine.code))

    with refused("WRONG_PATIENT"):
        takes_out(world, theirs)

    assert len(takes_out(world, mine)) == 1
