"""What a scan is compared with, and whose product two identifiers belong to."""

from collections.abc import Callable

import pytest

from audit.changes import machine_change
from inventory.models import Batch, Identifier, IdentifierKind, Vial
from sop.documents.steps import IdentitySource, IdentityStep, MustEqual, Per, ScanObject, ScanStep
from sop.models import Deviation, Execution, StepOutcome
from sop.rules.judging import Answer
from tests.custody.actions.evidence import refused
from tests.custody.retrievals import requested_retrieval
from tests.factories.procedures import document
from tests.sop.actions.runs import Runs, due_key
from tests.world import World

TAKE = ScanStep(key="vial", title="Scan the vial", per=Per.VIAL)
Code = Callable[[World, Vial], str]


def at_the_step(world: World, step: ScanStep | IdentityStep, vial: Vial) -> tuple[Runs, Execution]:
    """Start a run whose vial is in hand, with this step due."""
    runs = Runs.of(world, document(TAKE, step, code="SOP-PUT", coverage="records"))
    run = runs.started()
    runs.takes(run, vial)
    assert due_key(run) == step.key
    return runs, run


def number_of(batch: Batch) -> str:
    """Return the code of a batch, as its record carries it."""
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        Identifier(code=batch.number, kind=IdentifierKind.BATCH, batch=batch).save(
            force_insert=True
        )
    return batch.number


COMPARED: dict[str, tuple[ScanObject, MustEqual, Code, Code]] = {
    "the vial itself": (
        ScanObject.VIAL,
        MustEqual.VIAL_IN_HAND,
        lambda _world, vial: vial.code,
        lambda world, vial: world.stored(batch=vial.batch)[0].code,
    ),
    "the box it stands in": (
        ScanObject.CONTAINER,
        MustEqual.CONTAINER_OF_VIAL,
        lambda world, _vial: world.box.code,
        lambda world, _vial: world.other_box.code,
    ),
    "the tank it stands in": (
        ScanObject.CONTAINER,
        MustEqual.UNIT_OF_VIAL,
        lambda world, _vial: world.tank.code,
        lambda world, _vial: world.box.code,
    ),
    "its batch": (
        ScanObject.BATCH,
        MustEqual.BATCH_OF_RUN,
        lambda _world, vial: number_of(vial.batch),
        lambda world, _vial: number_of(world.batch()),
    ),
}


@pytest.mark.urs("URS-29")
@pytest.mark.parametrize(
    ("object_", "must_equal", "right", "wrong"), COMPARED.values(), ids=COMPARED.keys()
)
def test_a_scan_must_be_what_is_expected(
    world: World, object_: ScanObject, must_equal: MustEqual, right: Code, wrong: Code
) -> None:
    vial = world.stored()[0]
    step = ScanStep(key="look", title="Look", per=Per.VIAL, object=object_, must_equal=must_equal)
    other = wrong(world, vial)
    runs, run = at_the_step(world, step, vial)

    with refused("MISMATCH"):
        runs.does(run, "look", vial, Answer(code=other))
    assert due_key(run) == "look"
    record = runs.does(run, "look", vial, Answer(code=right(world, vial)))

    assert record is not None
    assert record.outcome == StepOutcome.DONE


@pytest.mark.urs("URS-29")
@pytest.mark.parametrize(
    ("code", "said"), [("", "NO_SCAN"), ("NOT-KNOWN-1", "WRONG_KIND"), ("OLD-1", "CODE_RETIRED")]
)
def test_refuses_what_stands_for_nothing_here(world: World, code: str, said: str) -> None:
    vial = world.stored()[0]
    runs, run = at_the_step(world, ScanStep(key="look", title="Look", per=Per.VIAL), vial)
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        now = vial.identifiers.get()
        Identifier(code="OLD-1", kind=IdentifierKind.VIAL, vial=vial, replaced_by=now).save(
            force_insert=True
        )

    with refused(said):
        runs.does(run, "look", vial, Answer(code=code))


def coi(vial: Vial) -> str:
    """Return the chain of identity of a vial."""
    assert vial.therapy is not None
    return vial.therapy.coi


SOURCES: dict[IdentitySource, Code] = {
    IdentitySource.BATCH_RECORD: lambda _world, vial: vial.batch.number.lower(),
    IdentitySource.THERAPY_RECORD: lambda _world, vial: coi(vial),
    IdentitySource.DONATION_NUMBER: lambda _world, vial: vial.batch.donation_number,
    IdentitySource.PATIENT_PSEUDONYM: lambda _world, vial: str(
        vial.therapy and vial.therapy.patient.pseudonym
    ),
    IdentitySource.ORDER: lambda world, vial: requested_retrieval(world, vial).pick_list.code,
}


@pytest.mark.urs("URS-89", "URS-113")
@pytest.mark.parametrize(("source", "code"), SOURCES.items(), ids=SOURCES.keys())
def test_two_identifiers_are_of_one_patients_product(
    world: World, source: IdentitySource, code: Code
) -> None:
    [vial], [other] = world.released(), world.released()
    step = IdentityStep(key="who", title="Whose is it?", per=Per.VIAL, second=source)
    runs, run = at_the_step(world, step, vial)
    theirs, ours = code(world, other), code(world, vial)
    with refused("NO_SCAN"):
        runs.does(run, "who", vial, Answer(code=vial.code))

    wrong = runs.does(run, "who", vial, Answer(code=vial.code, second=theirs))
    assert due_key(run) == "who"
    right = runs.does(run, "who", vial, Answer(code=vial.code, second=ours))

    assert wrong is not None
    assert right is not None
    assert (wrong.outcome, right.outcome) == (StepOutcome.STOPPED, StepOutcome.DONE)
    assert Deviation.objects.get().number == wrong.deviation


@pytest.mark.urs("URS-89")
def test_another_vials_label_is_a_mix_up_too(world: World) -> None:
    [vial], [other] = world.released(), world.released()
    step = IdentityStep(key="who", title="Whose is it?", per=Per.VIAL)
    runs, run = at_the_step(world, step, vial)

    record = runs.does(run, "who", vial, Answer(code=other.code, second=vial.batch.number))

    assert record is not None
    assert record.outcome == StepOutcome.STOPPED
    assert other.code in record.reason


@pytest.mark.urs("URS-89")
def test_takes_the_two_identifiers_in_either_order_and_the_orders_own_number(world: World) -> None:
    [vial] = world.released()
    order = requested_retrieval(world, vial)
    step = IdentityStep(key="who", title="Whose is it?", per=Per.VIAL, second=IdentitySource.ORDER)
    runs, run = at_the_step(world, step, vial)

    record = runs.does(run, "who", vial, Answer(code=order.order_number, second=vial.code))

    assert record is not None
    assert record.outcome == StepOutcome.DONE
    assert record.values == {"vial_label": vial.code, "order": order.order_number}
