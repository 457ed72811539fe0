"""A put-away procedure as it is followed in a run, and the ways to go through it."""

from dataclasses import dataclass
from datetime import datetime

from custody.actions.place_vials import place_vials
from custody.models import CustodyEvent
from custody.placements import Placement
from inventory.models import Vial
from sop.action import Action
from sop.actions.record_step import record_step
from sop.actions.start_run import start_run
from sop.documents.document import ProcedureDocument
from sop.documents.steps import (
    ActStep,
    ConfirmStep,
    OnFailure,
    Per,
    ScanStep,
    SecondPersonStep,
    TextStep,
)
from sop.models import Execution, ProcedureVersion, StepRecord
from sop.rules.judging import Answer
from sop.runs import walk_of
from tests.factories.procedures import document, govern, in_force, train
from tests.world import NOON, World


def put_away_document(**said: object) -> ProcedureDocument:
    """Return a put-away: gloves once, scan and place for each vial, the lid and a witness."""
    return document(
        ConfirmStep(key="gloves", title="Put on cryo gloves"),
        ScanStep(key="vial", title="Scan the vial", per=Per.VIAL),
        ActStep(key="place", title="Put it away", per=Per.VIAL, action=Action.PLACE_VIALS),
        TextStep(
            key="note", title="Say what was seen", skippable=True, on_failure=OnFailure.DEVIATION
        ),
        SecondPersonStep(key="second", title="A second person looks"),
        code="SOP-PUT",
        **said,
    )


@dataclass
class Runs:
    """A world whose put-away is followed step by step."""

    world: World
    version: ProcedureVersion

    @classmethod
    def of(cls, world: World, said: ProcedureDocument | None = None) -> "Runs":
        """Put the put-away in force, let it govern placing, and train the floor."""
        version = in_force(said or put_away_document(), author=world.supervisor, approver=world.qa)
        govern(Action.PLACE_VIALS, version)
        train(world.technician, version)
        train(world.witness, version)
        return cls(world, version)

    def started(self, at: datetime = NOON) -> Execution:
        """Return a run at the technician's hands."""
        return start_run(
            procedure_id=self.version.procedure_id,
            site_id=self.world.site.pk,
            attribution=self.world.says(self.world.technician),
            at=at,
        )

    def does(
        self, run: Execution, key: str, vial: Vial | None = None, answer: Answer | None = None
    ) -> StepRecord | None:
        """Record a step as the technician."""
        return record_step(
            execution_id=run.pk,
            key=key,
            vial_id=None if vial is None else vial.pk,
            answer=answer or Answer(),
            attribution=self.world.says(self.world.technician),
            at=NOON,
        )

    def takes(self, run: Execution, vial: Vial) -> StepRecord | None:
        """Scan a vial to take it up."""
        return self.does(run, "vial", answer=Answer(code=vial.code))

    def places(self, vial: Vial, label: str = "A1") -> list[CustodyEvent]:
        """Put a vial away, as the action is always called."""
        return place_vials(
            placements=[Placement(vial_id=vial.pk, position_id=self.world.place(label).pk)],
            attribution=self.world.says(self.world.technician),
            at=NOON,
        )


def due_key(run: Execution) -> str | None:
    """Return the key of the step that is due."""
    due = walk_of(Execution.objects.get(pk=run.pk)).due()
    return None if due is None else due.step.key
