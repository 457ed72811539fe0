"""What goes otherwise in a run is a deviation in the same transaction, with its vials."""

from datetime import timedelta

import pytest
from django.utils import timezone

from custody.models import HeldVial
from sop.action import Action
from sop.actions.abandon_run import abandon_run
from sop.actions.set_vial_aside import set_vial_aside
from sop.actions.skip_step import skip_step
from sop.documents.steps import (
    ActStep,
    ChoiceStep,
    ConfirmStep,
    OnFailure,
    Option,
    Per,
    ScanStep,
)
from sop.models import (
    Deviation,
    ExecutionStatus,
    StepOutcome,
)
from sop.rules.judging import Answer
from tests.custody.actions.evidence import refused
from tests.factories.procedures import document
from tests.sop.actions.runs import Runs, due_key, put_away_document
from tests.world import NOON, World

PNG = b"\x89PNG\r\n\x1a\n and the seal"


@pytest.fixture
def runs(world: World) -> Runs:
    """Return a world whose put-away is followed step by step."""
    return Runs.of(world)


@pytest.mark.urs("URS-29", "URS-89", "URS-113")
def test_a_vial_of_another_patient_stops_and_opens_one_deviation(runs: Runs) -> None:
    [vial], [stranger] = runs.world.received(), runs.world.received()
    run = runs.started()
    runs.does(run, "gloves")
    runs.takes(run, vial)
    set_vial_aside(execution_id=run.pk, attribution=runs.world.says(runs.world.technician))

    first = runs.takes(run, stranger)
    second = runs.takes(run, stranger)

    assert first is not None
    assert second is not None
    assert (first.outcome, second.outcome) == (StepOutcome.STOPPED, StepOutcome.STOPPED)
    deviation = Deviation.objects.get()
    assert first.deviation == second.deviation == deviation.number
    assert stranger.code in deviation.what_happened
    for one in (vial, stranger):
        assert one.therapy is not None
        assert one.therapy.coi in deviation.what_happened
    listed = set(deviation.vials.values_list("vial", flat=True))
    assert listed == {vial.pk, stranger.pk}
    assert list(HeldVial.objects.open().values_list("vial", flat=True)) == [stranger.pk]
    assert due_key(run) == "vial"


@pytest.mark.urs("URS-113")
def test_a_skipped_step_and_an_abandoned_run_are_deviations(runs: Runs) -> None:
    world, [vial] = runs.world, runs.world.received()
    run, says = runs.started(), world.says(world.technician)
    with refused("NOT_SKIPPABLE"):
        skip_step(execution_id=run.pk, key="gloves", vial_id=None, attribution=says, at=NOON)
    runs.does(run, "gloves")
    runs.takes(run, vial)
    runs.places(vial)

    record = skip_step(execution_id=run.pk, key="note", vial_id=None, attribution=says, at=NOON)
    abandon_run(execution_id=run.pk, attribution=says, at=NOON)

    assert record.deviation == Deviation.objects.order_by("pk").first().number  # type: ignore[union-attr] # there is one
    assert Deviation.objects.count() == 2
    run.refresh_from_db()
    assert run.status == ExecutionStatus.ABANDONED
    with refused("RUN_ENDED"):
        abandon_run(execution_id=run.pk, attribution=says, at=NOON)


@pytest.mark.urs("URS-113")
def test_a_failed_step_may_hold_the_vials_in_the_same_transaction(world: World) -> None:
    said = put_away_document()
    scan = said.steps[1].model_copy(update={"on_failure": OnFailure.HOLD})
    runs = Runs.of(world, said.model_copy(update={"steps": (said.steps[0], scan, *said.steps[2:])}))
    [vial], [stranger] = world.received(), world.received()
    run = runs.started()
    runs.does(run, "gloves")
    runs.takes(run, vial)
    set_vial_aside(execution_id=run.pk, attribution=world.says(world.technician))

    record = runs.takes(run, stranger)

    assert record is not None
    held = HeldVial.objects.open().get(vial=stranger)
    assert record.deviation in held.hold.reason


@pytest.mark.urs("URS-113")
@pytest.mark.parametrize(("minutes", "count"), [(1, 1), (60, 0)])
def test_a_run_that_took_too_long_opens_a_deviation(world: World, minutes: int, count: int) -> None:
    said = document(
        ConfirmStep(key="gloves", title="Put on cryo gloves"),
        code="SOP-PUT",
        most_minutes=minutes,
    )
    runs = Runs.of(world, said)
    run = runs.started(at=timezone.now() - timedelta(minutes=30))

    runs.does(run, "gloves")

    run.refresh_from_db()
    assert run.status == ExecutionStatus.COMPLETED
    late = Deviation.objects.filter(title__contains="took 30 minutes, 1 are allowed")
    assert late.count() == Deviation.objects.count() == count


@pytest.mark.urs("URS-113")
def test_what_went_otherwise_before_vials_came_names_each_that_is_taken_up_after(
    world: World,
) -> None:
    said = document(
        ChoiceStep(
            key="cold",
            title="Did the unit stay cold?",
            options=(
                Option(value="yes", label="Yes"),
                Option(value="no", label="No", fails=True),
            ),
            on_failure=OnFailure.DEVIATION,
        ),
        ScanStep(key="vial", title="Scan the vial", per=Per.VIAL),
        ActStep(key="place", title="Put it away", per=Per.VIAL, action=Action.PLACE_VIALS),
        code="SOP-COLD",
    )
    runs = Runs.of(world, said)
    one, two = world.received(2)
    run = runs.started()
    runs.does(run, "cold", answer=Answer(option="no"))
    deviation = Deviation.objects.get()
    assert not deviation.vials.exists()

    runs.takes(run, one)
    runs.places(one, "A1")
    runs.takes(run, two)

    assert set(deviation.vials.values_list("vial", flat=True)) == {one.pk, two.pk}
