"""What the screen of a run says of a step that was recorded."""

from audit.errors import Refusal
from sop.models import StepOutcome, StepRecord
from web.put_away.memory import Memory
from web.put_away.outcome import Outcome


def said_of_record(memory: Memory, record: StepRecord | None) -> Outcome:
    """Say what came of a step: accepted, failed with a deviation, or stopped."""
    if record is None:
        return Outcome(memory=memory, words="Taken up again.")
    if record.outcome in {StepOutcome.STOPPED, StepOutcome.FAILED}:
        return Outcome(
            memory=memory,
            title="It is on record, and the run goes on"
            if record.outcome == StepOutcome.FAILED
            else "",
            refusals=[Refusal("STEP_FAILED", record.reason)],
            expected=str(record.values.get("expected", "")),
            scanned=str(record.values.get("scanned", "")),
            next_step=f"{record.deviation} was opened; QA will look at it. {_next(record)}",
            status=409,
        )
    box = record.values.get("key") if record.values.get("kind") == "container" else None
    if isinstance(box, int):
        memory = memory.in_box(box)
    return Outcome(memory=memory, words="Recorded.", code=str(record.values.get("scanned", "")))


def _next(record: StepRecord) -> str:
    if record.outcome == StepOutcome.FAILED:
        return "Go on with the next step."
    if record.values.get("scanned"):
        return "Set it apart, and scan the right one."
    return "The step stays open: do as it says, and measure again only when that was done."
