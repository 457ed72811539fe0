"""Values in a run: read from an instrument of the register, and implausible ones by two people."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from audit.errors import ActionRefused, DomainError
from audit.models import RefusedAttempt
from audit.signing import signature_blocks
from inventory.actions.take_out_of_use import take_out_of_use
from inventory.models import Instrument, InstrumentKind
from sop.actions.confirm_implausible import confirm_implausible
from sop.documents.document import ProcedureDocument
from sop.documents.steps import Implausible, MeasurementStep, OnFailure, Per, ScanStep, TextStep
from sop.models import Deviation, Execution, StepOutcome, StepRecord
from sop.rules.judging import FOR_THIS_VALUE, Answer
from tests.factories.instruments import DUE, instrument
from tests.factories.inventory import SiteFactory
from tests.factories.people import PersonFactory
from tests.factories.procedures import document
from tests.sop.actions.runs import Runs, due_key
from tests.world import NOON, World


def measured_document() -> ProcedureDocument:
    """Return a procedure that reads the oxygen once, and the temperature for each vial."""
    return document(
        MeasurementStep.model_validate(
            {
                "key": "oxygen",
                "title": "Read the oxygen display",
                "unit": "% O2",
                "plausible_low": 0,
                "plausible_high": 25,
                "limit_low": "19.5",
                "limit_high": "23.5",
                "on_failure": OnFailure.DEVIATION,
                "implausible": Implausible.SECOND_PERSON,
            }
        ),
        ScanStep(key="vial", title="Scan the vial", per=Per.VIAL),
        MeasurementStep.model_validate(
            {
                "key": "cold",
                "title": "Read the temperature",
                "per": Per.VIAL,
                "unit": "°C",
                "plausible_low": -200,
                "plausible_high": 40,
                "instrument": InstrumentKind.THERMOMETER,
                "implausible": Implausible.SECOND_PERSON,
            }
        ),
        TextStep(key="note", title="Say what was seen"),
        code="SOP-COLD",
    )


@pytest.fixture
def runs(world: World) -> Runs:
    """Return a world whose floor measures step by step."""
    return Runs.of(world, measured_document())


@pytest.fixture
def run(runs: Runs) -> Execution:
    """Return a run with a vial in hand, whose temperature is due."""
    begun = runs.started()
    runs.does(begun, "oxygen", answer=Answer(number="20.9"))
    runs.takes(begun, runs.world.received()[0])
    begun.refresh_from_db()
    return begun


def reads(runs: Runs, run: Execution, device: str, number: str = "-160") -> StepRecord | None:
    """Enter the temperature of the vial in hand."""
    answer = Answer(number=number, device=device)
    return runs.does(run, "cold", run.vial_in_hand, answer)


@pytest.mark.urs("URS-28", "URS-30")
def test_keeps_which_instrument_and_how_its_calibration_stood(runs: Runs, run: Execution) -> None:
    probe = instrument(runs.world)

    record = reads(runs, run, probe.label.code)

    assert record is not None
    kept = record.values
    assert (kept["device"], kept["instrument"]) == (probe.label.code, probe.pk)
    assert (kept["due_on"], kept["certificate"]) == (DUE.isoformat(), "CAL-TH-1")
    assert kept["device_scanned"] == FOR_THIS_VALUE


@pytest.mark.urs("URS-28", "URS-30")
def test_refuses_an_instrument_that_nobody_may_measure_with(runs: Runs, run: Execution) -> None:
    world = runs.world
    elsewhere = SiteFactory.create()
    keeper = PersonFactory.create(roles=[Role.QA], sites=[elsewhere])
    out = instrument(world, serial="OUT")
    take_out_of_use(instrument_id=out.pk, intent=world.signs(world.qa), at=NOON)
    late = NOON.date() - timedelta(days=1)
    cases: list[tuple[Instrument | str, str]] = [
        ("", "NO_DEVICE"),
        ("PEN-7", "UNKNOWN_INSTRUMENT"),
        (world.box.code, "UNKNOWN_INSTRUMENT"),
        (instrument(world, serial="SC", kind=InstrumentKind.SCALE), "WRONG_INSTRUMENT"),
        (instrument(world, serial="FAR", site=elsewhere, by=keeper), "INSTRUMENT_ELSEWHERE"),
        (out, "INSTRUMENT_OUT_OF_USE"),
        (instrument(world, serial="NEW", due_on=None), "NOT_CALIBRATED"),
        (instrument(world, serial="LATE", due_on=late), "CALIBRATION_OVERDUE"),
    ]
    before = RefusedAttempt.objects.count()

    for tried, code in cases:
        device = tried if isinstance(tried, str) else tried.label.code
        with pytest.raises(ActionRefused) as raised:
            reads(runs, run, device)
        assert raised.value.codes == [code]

    assert due_key(run) == "cold"
    assert RefusedAttempt.objects.count() == before + len(cases)


def confirms(
    runs: Runs, run: Execution, key: str, answer: Answer, *, alone: bool = False
) -> object:
    """Let the technician and the witness sign a value."""
    world = runs.world
    intent = world.signs(world.technician, second=None if alone else world.witness)
    vial = run.vial_in_hand_id if key == "cold" else None
    return confirm_implausible(
        execution_id=run.pk, key=key, vial_id=vial, answer=answer, intent=intent, at=NOON
    )


@pytest.mark.urs("URS-05", "URS-31")
def test_takes_an_implausible_value_with_a_reason_and_a_second_person(
    runs: Runs, run: Execution
) -> None:
    answer = Answer(number="52", device=instrument(runs.world).label.code)
    with pytest.raises(ActionRefused) as alone:
        reads(runs, run, answer.device, "52")
    assert alone.value.codes == ["IMPLAUSIBLE_ALONE"]
    with pytest.raises(DomainError) as missing:
        confirms(runs, run, "cold", answer, alone=True)
    assert missing.value.codes == ["SECOND_PERSON_MISSING"]

    confirms(runs, run, "cold", answer)

    record = StepRecord.objects.get(step_key="cold", vial__isnull=False)
    assert (record.outcome, record.second_person) == (StepOutcome.DONE, runs.world.witness)
    assert record.values["implausible"] == "-200 to 40 °C"
    assert record.values["why"]
    blocks = signature_blocks(StepRecord, record.pk)
    assert [block.changed_since for block in blocks] == [False, False]


@pytest.mark.urs("URS-05")
def test_an_implausible_value_outside_the_limits_fails_as_any_other(runs: Runs) -> None:
    run = runs.started()

    with pytest.raises(ActionRefused) as needless:
        confirms(runs, run, "oxygen", Answer(number="20.9"))
    confirms(runs, run, "oxygen", Answer(number="31"))

    assert needless.value.codes == ["PLAUSIBLE"]
    record = StepRecord.objects.get(step_key="oxygen")
    assert (record.outcome, record.deviation) == (
        StepOutcome.FAILED,
        Deviation.objects.get().number,
    )
    assert record.values["implausible"] == "0 to 25 % O2"


@pytest.mark.urs("URS-05", "URS-113")
def test_a_value_outside_its_limits_stays_on_record_when_one_inside_follows(world: World) -> None:
    said = measured_document()
    oxygen = said.steps[0].model_copy(update={"on_failure": OnFailure.STOP})
    runs = Runs.of(world, said.model_copy(update={"steps": (oxygen, *said.steps[1:])}))
    run, vial = runs.started(), world.received()[0]

    runs.does(run, "oxygen", answer=Answer(number="18.1"))
    assert due_key(run) == "oxygen"
    runs.does(run, "oxygen", answer=Answer(number="20.9"))
    runs.takes(run, vial)

    first, second = StepRecord.objects.filter(step_key="oxygen").order_by("pk")
    assert (first.outcome, first.values["number"]) == (StepOutcome.STOPPED, "18.1")
    assert (second.outcome, second.values["number"]) == (StepOutcome.DONE, "20.9")
    deviation = Deviation.objects.get(number=first.deviation)
    assert "18.1 % O2 is outside the limits" in deviation.what_happened
    assert deviation.vials.get().vial == vial
