"""Saying that a run has no further vial."""

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from sop.advancing import close_and_save
from sop.rules.walking import Walk
from sop.runner import insist_on_runner
from sop.runs import lock_run


def end_vials(*, execution_id: int, attribution: Attribution) -> None:
    """
    End the steps for each vial: every one that was taken up has them all, and no other comes.

    Raises NotFound; NotAuthorised; ActionRefused (NO_VIALS_DUE, VIAL_UNFINISHED, NO_VIAL, RUN_*).
    Source: URS-23.
    """
    with attributed_change(attribution, action="end_vials") as change:
        change.subject.update(run=execution_id)
        run = lock_run(execution_id)
        insist_on_runner(run.row, attribution.actor)
        refuse_if(_refusals(run.walk))
        close_and_save(run)


def _refusals(walk: Walk) -> list[Refusal]:
    block = walk.open_block()
    if not block:
        return [Refusal("NO_VIALS_DUE", "The run is not at the steps for each vial.")]
    vials = walk.vials_of(block)
    if not vials:
        return [Refusal("NO_VIAL", "No vial was taken up yet. Scan one, or abandon the run.")]
    if walk.vial_in_hand is not None or any(walk.next_for(block, one) for one in vials):
        return [
            Refusal(
                "VIAL_UNFINISHED",
                "A vial does not have all its steps. Scan it again and finish it first.",
            )
        ]
    return []
