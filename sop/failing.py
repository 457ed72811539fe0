"""What a failed step does in the same transaction: a deviation, and a hold where it says so."""

from collections.abc import Sequence
from datetime import datetime

from audit.changes import OpenChange
from audit.errors import ActionRefused, Refusal
from inventory.models import Vial
from sop.deviations import NewDeviation, add_to_open_deviation, open_deviation
from sop.documents.steps import OnFailure, Step
from sop.holding import hold_for_a_step
from sop.models import DeviationSource
from sop.runs import LockedRun

ALWAYS_A_DEVIATION = frozenset({"WRONG_PATIENT", "OTHER_BATCH"})
"""A mix-up opens one whatever the step says. Source: URS-113."""


def what_follows(step: Step, failure: Refusal) -> OnFailure:
    """Return what the failure of a step does."""
    if failure.code in ALWAYS_A_DEVIATION and step.on_failure == OnFailure.STOP:
        return OnFailure.DEVIATION
    return step.on_failure


def refuse_at_a_stop(step: Step, failure: Refusal) -> None:
    """
    Refuse where the failure stops the step and opens nothing.

    Raises ActionRefused.
    """
    if what_follows(step, failure) == OnFailure.STOP:
        raise ActionRefused([failure])


def open_for_a_step(
    change: OpenChange,
    run: LockedRun,
    step: Step,
    failure: Refusal,
    *,
    source: DeviationSource,
    vials: Sequence[Vial],
    at: datetime,
) -> str:
    """
    Open the deviation of a step, or add to the one that is open about the same; return its number.

    vials: that are listed; they are held where the step says so.
    Source: 21 CFR 211.100(b), 211.192; URS-113.
    """
    about = f"run {run.row.pk} step {step.key} {failure.code}"
    words = f"Step {run.document.number_of(step.key)}, “{step.title}”: {failure.words}"
    known = add_to_open_deviation(about, words)
    if known is not None:
        return known.number
    deviation = open_deviation(
        change,
        NewDeviation(
            source=source,
            title=f"{run.document.code}: {failure.words}",
            what_happened=words,
            vials=vials,
            caused_by_id=run.row.held_by_id,
            site_id=run.row.site_id,
            program_id=run.row.program_id,
            about=about,
        ),
        at=at,
    )
    if step.on_failure == OnFailure.HOLD:
        hold_for_a_step(change, [vial.pk for vial in vials], f"{deviation.number}: {words}", at)
    return deviation.number
