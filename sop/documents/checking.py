"""Whether a document can be approved; every reason why not, in words."""

from collections import Counter
from collections.abc import Iterator

from audit.errors import Refusal
from sop.documents.document import Coverage, ProcedureDocument
from sop.documents.steps import (
    ActStep,
    ChoiceStep,
    IdentityStep,
    MeasurementStep,
    MustEqual,
    Option,
    Per,
    ScanObject,
    ScanStep,
    SecondPersonStep,
    Step,
    WaitStep,
)

_NEEDS_VIAL = {MustEqual.VIAL_IN_HAND, MustEqual.CONTAINER_OF_VIAL, MustEqual.UNIT_OF_VIAL}


def refusals_to_approve(document: ProcedureDocument) -> list[Refusal]:
    """
    Say every reason why nobody could follow this document to its end.

    Source: 21 CFR 211.100(a); URS-23, URS-25.
    """
    return [
        *_of_the_whole(document),
        *_of_keys(document),
        *_of_blocks(document.steps),
        *(refusal for step in document.steps for refusal in _of_step(step, document)),
    ]


def _of_the_whole(document: ProcedureDocument) -> Iterator[Refusal]:
    if not document.steps:
        yield Refusal("NO_STEPS", "It has no step. Add the first one.")
    elif document.coverage == Coverage.ACTS and not document.actions():
        yield Refusal(
            "NO_ACT_STEP",
            "No step acts on product. Add one, or say that the procedure only records checks.",
        )
    if document.coverage == Coverage.RECORDS and document.actions():
        yield Refusal(
            "ACTS_ON_PRODUCT",
            "It is said to only record checks, but a step acts on product. Change one of the two.",
        )
    first = document.steps[0] if document.steps else None
    if isinstance(first, SecondPersonStep | WaitStep):
        yield Refusal(
            "NOTHING_BEFORE",
            f"“{first.title}” is the first step, but looks back on the step before it. Move it.",
        )


def _of_keys(document: ProcedureDocument) -> Iterator[Refusal]:
    for key, count in Counter(step.key for step in document.steps).items():
        if count > 1:
            yield Refusal("KEY_TWICE", f"{count} steps have the key {key}. Give each its own.")


def blocks_of(steps: tuple[Step, ...]) -> list[tuple[Step, ...]]:
    """Cut steps into stretches that are done once per session or once per vial, in order."""
    blocks: list[list[Step]] = []
    for step in steps:
        if blocks and blocks[-1][0].per == step.per:
            blocks[-1].append(step)
        else:
            blocks.append([step])
    return [tuple(block) for block in blocks]


def takes_a_vial_up(step: Step) -> bool:
    """Say whether a vial comes into the run with this step."""
    return (
        isinstance(step, ScanStep)
        and step.object == ScanObject.VIAL
        and step.must_equal != MustEqual.VIAL_IN_HAND
    )


def _of_blocks(steps: tuple[Step, ...]) -> Iterator[Refusal]:
    for block in blocks_of(steps):
        if block[0].per == Per.VIAL and not takes_a_vial_up(block[0]):
            yield Refusal(
                "VIAL_NOT_SCANNED_FIRST",
                f"“{block[0].title}” is done for each vial, but no scan takes the vial up. "
                "Begin with a scan of the vial.",
            )


def _of_step(step: Step, document: ProcedureDocument) -> Iterator[Refusal]:
    if isinstance(step, ChoiceStep):
        yield from _of_choice(step, document)
    elif isinstance(step, MeasurementStep):
        yield from _of_limits(step)
        yield from _of_instrument(step)
    elif isinstance(step, ScanStep):
        yield from _of_scan(step)
    elif isinstance(step, IdentityStep) and step.first == step.second:
        yield Refusal(
            "SAME_SOURCE",
            f"“{step.title}” reads both identifiers from one source. Choose two different ones.",
        )
    elif isinstance(step, WaitStep) and (step.at_most_seconds or step.at_least_seconds) < (
        step.at_least_seconds
    ):
        yield Refusal(
            "IMPOSSIBLE_WAIT", f"“{step.title}” must wait longer than it may. Change one of them."
        )
    elif isinstance(step, ActStep) and step.skippable:
        yield Refusal(
            "ACT_SKIPPABLE", f"“{step.title}” acts on product and can be skipped. Require it."
        )


def _of_choice(step: ChoiceStep, document: ProcedureDocument) -> Iterator[Refusal]:
    for option in step.options:
        if option.leads_to is not None:
            yield from _of_leading(step, option, option.leads_to, document)
    for value, count in Counter(option.value for option in step.options).items():
        if count > 1:
            yield Refusal("OPTION_TWICE", f"“{step.title}” has the answer {value} twice.")


def _of_leading(
    step: ChoiceStep, option: Option, to: str, document: ProcedureDocument
) -> Iterator[Refusal]:
    keys = [one.key for one in document.steps]
    answer = f"“{option.label}” of “{step.title}”"
    if to not in keys:
        yield Refusal("LEADS_NOWHERE", f"{answer} leads to {to}, which is no step.")
    elif keys.index(to) <= keys.index(step.key):
        yield Refusal(
            "LOOP",
            f"{answer} leads back, so that the procedure might never end. Lead to a later step.",
        )
    elif step.per == Per.VIAL and not _same_block(document, step.key, to):
        yield Refusal(
            "LEADS_OUT", f"{answer} leads past the steps for each vial. Lead to one of them."
        )


def _same_block(document: ProcedureDocument, one: str, other: str) -> bool:
    return any({one, other} <= {step.key for step in block} for block in blocks_of(document.steps))


def _of_limits(step: MeasurementStep) -> Iterator[Refusal]:
    low = step.plausible_low if step.limit_low is None else step.limit_low
    high = step.plausible_high if step.limit_high is None else step.limit_high
    if step.plausible_low >= step.plausible_high:
        yield Refusal(
            "IMPOSSIBLE_RANGE", f"The plausible range of “{step.title}” holds nothing. Change it."
        )
    elif low > high or low < step.plausible_low or high > step.plausible_high:
        yield Refusal(
            "IMPOSSIBLE_LIMIT",
            f"The limits of “{step.title}” cannot be met within {step.plausible_low} to "
            f"{step.plausible_high} {step.unit}. Change them.",
        )


def _of_instrument(step: MeasurementStep) -> Iterator[Refusal]:
    if step.names_device and step.instrument is None:
        yield Refusal(
            "INSTRUMENT_KIND_MISSING",
            f"“{step.title}” has the instrument scanned, but does not say which kind. Choose one.",
        )


def _of_scan(step: ScanStep) -> Iterator[Refusal]:
    if (step.must_equal == MustEqual.CODE) != bool(step.code):
        yield Refusal(
            "CODE_MISSING", f"“{step.title}” must equal a fixed code: give the code, or none."
        )
    if step.must_equal in _NEEDS_VIAL and step.per == Per.SESSION:
        yield Refusal(
            "NO_VIAL_IN_HAND",
            f"“{step.title}” compares with the vial in hand, but is done once. Do it per vial.",
        )
