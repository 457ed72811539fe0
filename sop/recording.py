"""Appending the record of an answered step, with the deviation of one that failed."""

from datetime import datetime

from audit.changes import OpenChange
from inventory.models import Vial
from sop.advancing import write_records
from sop.documents.steps import OnFailure, ScanStep
from sop.failing import open_for_a_step, refuse_at_a_stop
from sop.models import DeviationSource, StepOutcome, StepRecord
from sop.rules.judging import Judged
from sop.rules.walking import Due
from sop.runs import LockedRun
from sop.taking_up import learn, name_in_open_deviations, take_up


def record_answer(
    change: OpenChange,
    run: LockedRun,
    due: Due,
    record: StepRecord,
    judged: Judged,
    vial: Vial | None,
    *,
    at: datetime,
) -> StepRecord:
    """
    Append the record of an answer that was judged, and do what its failure does.

    vial: whose step it is, or the one that was scanned.
    Raises ActionRefused: it fails, and the step only stops.
    """
    record.values = judged.values
    if judged.failure is not None:
        refuse_at_a_stop(due.step, judged.failure)
        stays_due = judged.is_mismatch or due.step.on_failure == OnFailure.STOP
        record.outcome = StepOutcome.STOPPED if stays_due else StepOutcome.FAILED
        record.reason = judged.failure.words
        source = DeviationSource.MISMATCH if judged.is_mismatch else DeviationSource.FAILED_STEP
        record.deviation = open_for_a_step(
            change, run, due.step, judged.failure,
            source=source, vials=_concerned(run, vial), at=at,
        )  # fmt: skip
    elif due.takes_up and vial is not None:
        take_up(vial, run)
        name_in_open_deviations(vial, run)
    elif isinstance(due.step, ScanStep) and due.vial_id is None:
        learn(run.row, judged.values)
    write_records(change, run, [record])
    return record


def _concerned(run: LockedRun, vial: Vial | None) -> list[Vial]:
    """List the vial of the step, and the one that was in hand."""
    scanned = None if vial is None else vial.pk
    keys = [key for key in (run.row.vial_in_hand_id, scanned) if key is not None]
    return list(Vial.objects.select_related("batch", "therapy").filter(pk__in=keys).order_by("pk"))
