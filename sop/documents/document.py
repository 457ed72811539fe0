"""A procedure as one document: what is edited, approved, exported, imported and printed."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from sop.action import Action
from sop.documents.steps import ActStep, Said, Step, Words

MOST_STEPS = 100


class Coverage(StrEnum):
    """Whether a procedure acts on product, or only records what was checked."""

    ACTS = "acts"
    RECORDS = "records"


class TrainingDemand(Said):
    """
    What somebody needs beyond having read and understood the version.

    assessment: a practical assessment, which counts for `valid_months`.
    again_for_this_version: an assessment on an earlier version does not count for this one.
    Source: 21 CFR 211.25; URS-07.
    """

    assessment: bool = False
    valid_months: Annotated[int, Field(ge=1, le=60)] = 24
    again_for_this_version: bool = False


class ProcedureDocument(Said):
    """
    One version of a procedure, without its signatures.

    code: the number of the procedure at the site, such as `SOP-ST-002`. one_patient: a run keeps
    to the patient of its first vial. most_minutes: a run that takes longer opens a deviation.
    changes: what is different from the version before, in words.
    """

    format: Literal["freezer-inventory/procedure"] = "freezer-inventory/procedure"
    format_version: Literal[1] = 1
    code: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,29}$")]
    title: Words
    purpose: Annotated[str, Field(max_length=4000)] = ""
    scope: Annotated[str, Field(max_length=4000)] = ""
    safety: Annotated[str, Field(max_length=4000)] = ""
    references: Annotated[str, Field(max_length=4000)] = ""
    changes: Annotated[str, Field(max_length=4000)] = ""
    coverage: Coverage = Coverage.ACTS
    one_patient: bool = True
    most_minutes: Annotated[int, Field(ge=1, le=10_080)] | None = None
    training: TrainingDemand = TrainingDemand()
    steps: Annotated[tuple[Step, ...], Field(max_length=MOST_STEPS)] = ()

    def actions(self) -> frozenset[Action]:
        """Return the actions on product that its steps do."""
        return frozenset(step.action for step in self.steps if isinstance(step, ActStep))

    def step(self, key: str) -> Step | None:
        """Return the step with this key, or nothing."""
        return next((step for step in self.steps if step.key == key), None)

    def number_of(self, key: str) -> int:
        """
        Return where the step stands, counted from 1.

        Raises ValueError: there is none with this key.
        """
        return [step.key for step in self.steps].index(key) + 1
