"""Every reason why a document is not approved, each by a document that has it alone."""

import pytest

from sop.action import Action
from sop.documents.checking import refusals_to_approve
from sop.documents.document import ProcedureDocument
from sop.documents.steps import (
    ActStep,
    ChoiceStep,
    ConfirmStep,
    IdentitySource,
    IdentityStep,
    MeasurementStep,
    MustEqual,
    Option,
    Per,
    ScanStep,
    SecondPersonStep,
    WaitStep,
)
from tests.factories.procedures import document

GLOVES = ConfirmStep(key="gloves", title="Put on gloves")
SCAN = ScanStep(key="scan", title="Scan the vial", per=Per.VIAL)
ACT = ActStep(key="act", title="Place it", action=Action.PLACE_VIALS)


def asked(
    leads_to: str | None = None, *, per: Per = Per.SESSION, twice: bool = False
) -> ChoiceStep:
    """Return a choice whose first answer may lead somewhere."""
    return ChoiceStep(
        key="ask",
        title="Is the label legible?",
        per=per,
        options=(
            Option(value="yes", label="Yes", leads_to=leads_to),
            Option(value="yes" if twice else "no", label="No"),
        ),
    )


def measured(**said: object) -> MeasurementStep:
    """Return a measurement between -200 and 50 degrees."""
    given = {"unit": "°C", "plausible_low": -200, "plausible_high": 50, **said}
    return MeasurementStep.model_validate({"key": "cold", "title": "Read it", **given})


FAULTS: dict[str, tuple[str, ProcedureDocument]] = {
    "no step": ("NO_STEPS", ProcedureDocument(code="SOP-T-001", title="Empty")),
    "no act": ("NO_ACT_STEP", document(GLOVES)),
    "an act where checks are recorded": ("ACTS_ON_PRODUCT", document(ACT, coverage="records")),
    "a wait first": (
        "NOTHING_BEFORE",
        document(WaitStep(key="wait", title="Wait", at_least_seconds=5), ACT),
    ),
    "a second person first": (
        "NOTHING_BEFORE",
        document(SecondPersonStep(key="second", title="Witness"), ACT),
    ),
    "a key twice": ("KEY_TWICE", document(GLOVES, GLOVES, ACT)),
    "vials that nobody scans": (
        "VIAL_NOT_SCANNED_FIRST",
        document(GLOVES, ACT.model_copy(update={"per": Per.VIAL})),
    ),
    "a scan that needs a vial first": (
        "VIAL_NOT_SCANNED_FIRST",
        document(
            GLOVES,
            SCAN.model_copy(update={"must_equal": MustEqual.VIAL_IN_HAND}),
            ACT.model_copy(update={"per": Per.VIAL}),
        ),
    ),
    "a loop": ("LOOP", document(GLOVES, asked("gloves"), ACT)),
    "a step that leads to itself": ("LOOP", document(asked("ask"), ACT)),
    "a way to nowhere": ("LEADS_NOWHERE", document(asked("nowhere"), ACT)),
    "a way past the vials": ("LEADS_OUT", document(SCAN, asked("act", per=Per.VIAL), ACT)),
    "an answer twice": ("OPTION_TWICE", document(asked(twice=True), ACT)),
    "an empty range": ("IMPOSSIBLE_RANGE", document(measured(plausible_high=-200), ACT)),
    "limits the wrong way round": (
        "IMPOSSIBLE_LIMIT",
        document(measured(limit_low=-100, limit_high=-150), ACT),
    ),
    "a limit out of range": ("IMPOSSIBLE_LIMIT", document(measured(limit_high=60), ACT)),
    "a low limit out of range": ("IMPOSSIBLE_LIMIT", document(measured(limit_low=-300), ACT)),
    "an instrument of no kind": (
        "INSTRUMENT_KIND_MISSING",
        document(measured(names_device=True), ACT),
    ),
    "a fixed code that is not given": (
        "CODE_MISSING",
        document(ScanStep(key="scan", title="Scan", must_equal=MustEqual.CODE), ACT),
    ),
    "a code that nobody compares": (
        "CODE_MISSING",
        document(ScanStep(key="scan", title="Scan", code="DEV-1"), ACT),
    ),
    "a vial in hand of nobody": (
        "NO_VIAL_IN_HAND",
        document(ScanStep(key="scan", title="Scan", must_equal=MustEqual.UNIT_OF_VIAL), ACT),
    ),
    "one source for both identifiers": (
        "SAME_SOURCE",
        document(IdentityStep(key="id", title="Identify", second=IdentitySource.VIAL_LABEL), ACT),
    ),
    "a wait that cannot be kept": (
        "IMPOSSIBLE_WAIT",
        document(
            GLOVES, WaitStep(key="w", title="Wait", at_least_seconds=9, at_most_seconds=5), ACT
        ),
    ),
    "an act that may be skipped": (
        "ACT_SKIPPABLE",
        document(ACT.model_copy(update={"skippable": True})),
    ),
}


@pytest.mark.urs("URS-23", "URS-25")
@pytest.mark.parametrize(("code", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_refuses(code: str, said: ProcedureDocument) -> None:
    assert {refusal.code for refusal in refusals_to_approve(said)} == {code}


def test_says_every_fault_at_once() -> None:
    said = document(asked("nowhere"), measured(limit_high=60), coverage="acts")

    codes = [refusal.code for refusal in refusals_to_approve(said)]

    assert codes == ["NO_ACT_STEP", "LEADS_NOWHERE", "IMPOSSIBLE_LIMIT"]


def test_has_nothing_against_twenty_vials_that_flow() -> None:
    placing = ACT.model_copy(update={"per": Per.VIAL})

    assert refusals_to_approve(document(GLOVES, asked("scan"), SCAN, placing)) == []
