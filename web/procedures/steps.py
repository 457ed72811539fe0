"""Steps as pages show them: what a person reads, with who, how often and what a failure does."""

from dataclasses import dataclass

from sop.documents.document import ProcedureDocument
from sop.documents.steps import KINDS, Per, Step
from sop.documents.wording import conditions_of, facts_of

ICONS = {
    "confirm": "checkbox",
    "scan": "scan",
    "identity": "user-check",
    "measurement": "temperature",
    "choice": "git-branch",
    "text": "writing",
    "file": "camera",
    "wait": "hourglass",
    "second_person": "users",
    "signature": "signature",
    "act": "bolt",
}


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """One step in words."""

    number: int
    key: str
    kind: str
    kind_name: str
    icon: str
    title: str
    instruction: str
    per_vial: bool
    facts: tuple[str, ...]
    conditions: tuple[str, ...]


def step_lines(document: ProcedureDocument) -> tuple[StepLine, ...]:
    """Show every step of a document, in order."""
    return tuple(
        step_line(step, number, document) for number, step in enumerate(document.steps, start=1)
    )


def step_line(step: Step, number: int, document: ProcedureDocument) -> StepLine:
    """Show one step."""
    return StepLine(
        number=number,
        key=step.key,
        kind=step.kind,
        kind_name=KINDS[step.kind],
        icon=ICONS[step.kind],
        title=step.title,
        instruction=step.instruction,
        per_vial=step.per == Per.VIAL,
        facts=facts_of(step, document),
        conditions=conditions_of(step),
    )
