"""Recording steps of a locked run and moving it on to what is due next."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from audit.authors import Author
from audit.changes import OpenChange
from audit.errors import ActionRefused, NotAuthorised, Refusal, refuse_if
from audit.writes import update_all
from inventory.models import Custody, Vial
from sop.action import Action
from sop.deviations import open_deviation
from sop.documents.steps import ActStep, Per, Step
from sop.models import DeviationSource, ExecutionStatus, StepOutcome, StepRecord
from sop.rules.walking import Due, Passed, Walk, acts_due
from sop.runs import LockedRun, deviation_of, passed_now
from sop.taking_up import fault_of

WAITING = (Custody.RECEIVED, Custody.CHECKED_OUT, Custody.RETURNED)
CLOCK = "%Y-%m-%d %H:%M:%S UTC"
STORES = frozenset({Action.PLACE_VIALS, Action.PUT_BACK_VIALS})


def record_act(
    change: OpenChange,
    run: LockedRun,
    action: Action,
    *,
    actor: Author,
    vials: Sequence[Vial],
) -> int:
    """
    Record that the due step of the run is this action; return its number.

    vials: that the action touches; where the step is done for each vial, every one of them gets
    its record, and none may be among them that the run has not brought to this step.
    Raises ActionRefused (OUT_OF_ORDER, OTHER_VIAL, WRONG_PATIENT, OTHER_BATCH): another step is
    due, or for another vial.
    Source: 21 CFR 11.10(f); URS-23.
    """
    ready = acts_due(run.walk, action)
    if not ready:
        raise ActionRefused([_out_of_order(run.walk, action)])
    if ready[0].step.per == Per.SESSION:
        _insist_on_its_vials(run, vials)
    meant, second = _meant(ready, vials), change.second_person
    records = []
    for due, touched in meant:
        insist_on_step_role(due.step, actor)
        record = new_record(run, due.step.key, due.vial_id, by=actor.pk)
        record.second_person_id = None if second is None else second.pk
        record.values = {"action": str(action), "vials": [vial.code for vial in touched]}
        records.append(record)
    write_records(change, run, records, stored=vials if action in STORES else ())
    return run.document.number_of(meant[0][0].step.key)


def _insist_on_its_vials(run: LockedRun, vials: Sequence[Vial]) -> None:
    """
    Refuse vials of another patient, and those that a run which takes vials up did not take up.

    Raises ActionRefused (OTHER_VIAL, WRONG_PATIENT, OTHER_BATCH). Source: URS-29, URS-89.
    """
    faults = (fault_of(vial, run.row, run.document) for vial in vials)
    refuse_if([fault for fault in faults if fault is not None])
    taken_up = set(run.walk.vials())
    if taken_up and any(vial.pk not in taken_up for vial in vials):
        raise ActionRefused([OTHER_VIAL])


def _meant(ready: Sequence[Due], vials: Sequence[Vial]) -> list[tuple[Due, Sequence[Vial]]]:
    """
    Return what is recorded, with the vials of each: all of them once, or each for itself.

    Raises ActionRefused (OTHER_VIAL).
    """
    if ready[0].step.per == Per.SESSION:
        return [(ready[0], vials)]
    by_vial = {due.vial_id: due for due in ready}
    if not vials or any(vial.pk not in by_vial for vial in vials):
        raise ActionRefused([OTHER_VIAL])
    return [(by_vial[vial.pk], [vial]) for vial in vials]


def new_record(
    run: LockedRun,
    key: str,
    vial_id: int | None,
    *,
    by: int,
    outcome: StepOutcome = StepOutcome.DONE,
) -> StepRecord:
    """
    Make the record of a step, to be completed and written.

    by: the key of the person who does it.
    """
    return StepRecord(
        execution=run.row,
        version_id=run.row.version_id,
        step_key=key,
        vial_id=vial_id,
        outcome=outcome,
        person_id=by,
    )


def write_records(
    change: OpenChange,
    run: LockedRun,
    records: Sequence[StepRecord],
    *,
    stored: Sequence[Vial] = (),
) -> None:
    """
    Append what was recorded, and move the run on: to the next vial, out of the block, to its end.

    records: of this run. stored: vials that this action puts away, though their rows say so later.
    """
    StepRecord.objects.bulk_create(records)
    row, now = run.row, timezone.now()
    in_hand = row.vial_in_hand_id
    walk = run.walk.with_passed(*passed_now(records, now), vial_in_hand=in_hand)
    block = walk.open_block()
    if in_hand is not None and block and walk.next_for(block, in_hand) is None:
        row.vial_in_hand = None
        walk = walk.with_passed(vial_in_hand=None)
        if _was_the_last(run, block, stored):
            walk = close_block(run, walk, block)
    _save(change, run, walk)


def close_and_save(change: OpenChange, run: LockedRun) -> None:
    """End the steps for each vial, which the caller found complete, and move the run on."""
    _save(change, run, close_block(run, run.walk, run.walk.open_block()))


def _save(change: OpenChange, run: LockedRun, walk: Walk) -> None:
    row = run.row
    fields = ["vial_in_hand", "container", "batch", "program", "therapy"]
    if walk.due() is None:
        row.status, row.ended_at = ExecutionStatus.COMPLETED, timezone.now()
        row.vial_in_hand = None
        fields += ["status", "ended_at"]
        _tell_of_overtime(change, run)
    update_all([row], fields)


def _tell_of_overtime(change: OpenChange, run: LockedRun) -> None:
    """Open a deviation when the run took longer than its procedure allows."""
    row, most = run.row, run.document.most_minutes
    if most is None or row.ended_at is None:
        return
    took = row.ended_at - row.started_at
    if took <= timedelta(minutes=most):
        return
    minutes = int(took.total_seconds() // 60)
    found = deviation_of(
        run,
        source=DeviationSource.FAILED_STEP,
        title=f"{row} took {minutes} minutes, {most} are allowed",
        what_happened=f"Begun {row.started_at:{CLOCK}}, ended {row.ended_at:{CLOCK}}.",
        vials=list(Vial.objects.filter(step_records__execution=row).distinct()),
    )
    open_deviation(change, found, at=row.ended_at)


def close_block(run: LockedRun, walk: Walk, block: Sequence[Step]) -> Walk:
    """Record that every vial had these steps, under the key of the first; return the walk."""
    record = new_record(run, block[0].key, None, by=run.row.held_by_id)
    record.values = {"vials": len(walk.vials_of(block))}
    StepRecord.objects.bulk_create([record])
    return walk.with_passed(
        Passed(key=block[0].key, vial_id=None, person_id=run.row.held_by_id, at=timezone.now()),
        vial_in_hand=None,
    )


def insist_on_step_role(step: Step, actor: Author) -> None:
    """
    Refuse a person whom the step does not name.

    Raises NotAuthorised (STEP_ROLE). Source: 21 CFR 11.10(g).
    """
    if step.by and set(step.by).isdisjoint(actor.role_names()):
        names = " or ".join(str(role.label).lower() for role in step.by)
        raise NotAuthorised(
            [Refusal("STEP_ROLE", f"“{step.title}” takes the role {names}. Hand the run over.")]
        )


def _was_the_last(run: LockedRun, block: Sequence[Step], stored: Sequence[Vial]) -> bool:
    """Say whether vials were put away and none of the batch is left in anybody's hands."""
    acts = {step.action for step in block if isinstance(step, ActStep)}
    if not acts & STORES or run.row.batch_id is None:
        return False
    waiting = Vial.objects.filter(batch=run.row.batch_id, custody__in=WAITING)
    return not waiting.exclude(pk__in=[vial.pk for vial in stored]).exists()


def _out_of_order(walk: Walk, action: Action) -> Refusal:
    due: Due | None = walk.due()
    if due is None:
        return Refusal("RUN_ENDED", "Every step of this run is done. Start another one.")
    return Refusal(
        "OUT_OF_ORDER",
        f"“{action.label}” is not due in your run. Do step "
        f"{walk.document.number_of(due.step.key)} first: {due.step.title}.",
    )


OTHER_VIAL = Refusal(
    "OTHER_VIAL",
    "The run has not come to this with that vial. Scan it in the run first, and do its steps.",
)
