"""Two posts of one step, and two people after one run, in the same instant."""

import pytest
from django.db import IntegrityError

from inventory.models import Vial
from sop.actions.abandon_run import abandon_run
from sop.models import Deviation, Execution, ExecutionStatus, StepRecord
from sop.rules.judging import Answer
from tests.custody.racing import race, winners, without_locks
from tests.sop.actions.runs import Runs
from tests.sop.actions.test_acts_in_runs import brought_to_the_act, takes_out, taking_out
from tests.world import NOON, World

MEET = "sop.actions.record_step.answer_step"


@pytest.mark.urs("URS-23")
def test_a_step_posted_twice_at_once_counts_once(committed_world: World) -> None:
    runs = Runs.of(committed_world)
    run = runs.started()

    outcomes = race(
        lambda: runs.does(run, "gloves", answer=Answer()),
        lambda: runs.does(run, "gloves", answer=Answer()),
        meet_in=MEET,
    )

    assert len(winners(outcomes)) == 1
    [loser] = [one for one in outcomes if one.error is not None]
    assert loser.codes == ["DONE_ALREADY"]
    assert StepRecord.objects.filter(execution=run).count() == 1


@pytest.mark.urs("URS-23")
def test_without_the_lock_only_the_constraint_holds(committed_world: World) -> None:
    runs = Runs.of(committed_world)
    run = runs.started()

    with without_locks():
        outcomes = race(
            lambda: runs.does(run, "gloves", answer=Answer()),
            lambda: runs.does(run, "gloves", answer=Answer()),
            meet_in=MEET,
        )

    [loser] = [one for one in outcomes if one.error is not None]
    assert isinstance(loser.error, IntegrityError)
    assert "sop_each_step_once" in str(loser.error)
    assert StepRecord.objects.filter(execution=run).count() == 1


@pytest.mark.urs("URS-23", "URS-113")
def test_a_run_is_abandoned_once(committed_world: World) -> None:
    runs = Runs.of(committed_world)
    run = runs.started()
    runs.does(run, "gloves")
    world = committed_world

    outcomes = race(
        lambda: abandon_run(execution_id=run.pk, attribution=world.says(world.technician), at=NOON),
        lambda: abandon_run(execution_id=run.pk, attribution=world.says(world.witness), at=NOON),
        meet_in="sop.actions.abandon_run.insist_on_scope",
    )

    assert len(winners(outcomes)) == 1
    assert Execution.objects.get(pk=run.pk).status == ExecutionStatus.ABANDONED
    assert Deviation.objects.count() == 1


@pytest.mark.urs("URS-23")
def test_a_sheet_of_several_vials_signed_twice_at_once_counts_once(
    committed_world: World,
) -> None:
    runs = taking_out(committed_world)
    vials = committed_world.stored(2)
    run = runs.started()
    brought_to_the_act(runs, run, *vials)

    outcomes = race(
        lambda: takes_out(committed_world, *vials),
        lambda: takes_out(committed_world, *vials),
        meet_in="custody.actions.check_out_vials.admit_over",
    )

    assert len(winners(outcomes)) == 1
    assert StepRecord.objects.filter(step_key="out").count() == 2
    assert Vial.objects.filter(custody="checked_out").count() == 2
