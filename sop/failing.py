"""What a failed step does in the same transaction: a deviation, and a hold where it says so."""

from collections.abc import Sequence
from datetime import datetime

from audit.changes import OpenChange
from audit.errors import ActionRefused, Refusal
from inventory.models import Vial
from sop.advancing import WAITING
from sop.deviations import add_to_open_deviation, open_deviation
from sop.documents.steps import OnFailure, Step
from sop.holding import holding
from sop.models import DeviationSource
from sop.runs import LockedRun, deviation_of

ALWAYS_A_DEVIATION = frozenset({"WRONG_PATIENT", "OTHER_BATCH"})
"""A mix-up opens one whatever the step says, and holds where the site does so. URS-113."""
ALWAYS_ON_RECORD = ALWAYS_A_DEVIATION | {"OUT_OF_LIMITS"}
"""A result outside its limits is one, too: measuring again until one fits must be seen."""
MOST_NAMED = 5


def what_follows(step: Step, failure: Refusal) -> OnFailure:
    """Return what the failure of a step does."""
    if failure.code in ALWAYS_ON_RECORD and step.on_failure == OnFailure.STOP:
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

    vials: that are listed; they are held where the step, or the site for mix-ups, says so. A mix-up
    lists what belongs into the run as well, and names both chains of identity.
    Source: 21 CFR 211.100(b), 211.192; URS-113.
    """
    about = f"run {run.row.pk} step {step.key} {failure.code}"
    is_mix_up = failure.code in ALWAYS_A_DEVIATION
    words = f"Step {run.document.number_of(step.key)}, “{step.title}”: {failure.words}"
    words += _both_chains(run, vials) if is_mix_up else ""
    known = add_to_open_deviation(about, words)
    if known is not None:
        return known.number
    listed = [*vials, *(_expected(run) if is_mix_up else [])]
    found = deviation_of(
        run, source=source, title=failure.words, what_happened=words, vials=listed, about=about
    )
    deviation = open_deviation(change, found, at=at)
    way = holding()
    if vials and (step.on_failure == OnFailure.HOLD or (is_mix_up and way.on_mix_up())):
        way.hold(change, [vial.pk for vial in vials], f"{deviation.number}: {words}", at)
    return deviation.number


def _both_chains(run: LockedRun, vials: Sequence[Vial]) -> str:
    """Name the chain of identity of the run, and of each vial that was scanned."""
    ours = "no patient yet" if run.row.therapy is None else run.row.therapy.coi
    theirs = ", ".join(
        f"{vial.code}: {'no patient yet' if vial.therapy is None else vial.therapy.coi}"
        for vial in vials
    )
    return f" The run is for chain of identity {ours}; scanned: {theirs or 'no vial'}."


def _expected(run: LockedRun) -> list[Vial]:
    """List vials of the run's patient that wait in somebody's hands, so that both are looked at."""
    if run.row.therapy_id is None:
        return []
    mine = Vial.objects.filter(therapy=run.row.therapy_id, custody__in=WAITING)
    return list(mine.order_by("pk")[:MOST_NAMED])
