"""One post to a run, what came of it, and the same as a put-away takes it."""

from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import Person
from audit.authors import Attribution
from sop.action import Action
from sop.documents.steps import ActStep
from sop.queries.runs import RunPage
from web.forms.runs import StepForm
from web.put_away.memory import Memory
from web.put_away.outcome import Outcome
from web.put_away.placing import Putting
from web.runs.at_hand import NO_INSTRUMENT, ScannedInstrument


@dataclass(frozen=True, kw_only=True)
class Answering:
    """
    One post to a run at one instant.

    memory: of the box that is chosen and of a typed code. first: the first of two identifiers.
    instrument: that was scanned before the value is entered.
    """

    page: RunPage
    form: StepForm
    actor: Person
    attribution: Attribution
    at: datetime
    memory: Memory
    first: str = ""
    instrument: ScannedInstrument = NO_INSTRUMENT


@dataclass(frozen=True, kw_only=True)
class Answered:
    """
    What came of it.

    first: the first identifier of a check that waits for the second. instrument: that a value
    will be read from. go_to: the address to go on at, where that is another screen.
    """

    outcome: Outcome
    first: str = ""
    go_to: str = ""
    instrument: ScannedInstrument | None = None


def putting_of(asked: Answering) -> Putting:
    """Put the vial of the run into the hands of the put-away, which places it."""
    run, vial = asked.page.run, asked.page.vial
    memory = replace(
        asked.memory,
        box_id=asked.memory.box_id or run.container_id,
        vial_id=None if vial is None else vial.pk,
        scanned="" if vial is None else vial.code,
        therapy_id=run.therapy_id,
        batch_id=run.batch_id,
    )
    due = asked.page.due
    step = None if due is None else due.step
    return Putting(
        memory=memory,
        actor=asked.actor,
        attribution=asked.attribution,
        at=asked.at,
        moves=isinstance(step, ActStep) and step.action == Action.MOVE_VIALS,
    )
