"""One step of a run among ten thousand open ones, commit included, beside bare SQL."""

from collections.abc import Iterator
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from audit.changes import machine_change
from audit.writes import create_all, into_history
from bench.ground import Ground
from bench.procedures import MANY, STEPS
from bench.timing import Line
from bench.writing import CHANGE, WARM_UP, measured_line
from freezer_inventory.scale.frame import CODE
from inventory.models import Site
from sop.actions.record_step import record_step
from sop.actions.start_run import start_run
from sop.models import Execution, ExecutionStatus, Procedure, ProcedureVersion, StepRecord
from sop.rules.judging import Answer

BUDGET_MS = 30
OPEN_RUNS = 10_000
RECORD = """
    INSERT INTO sop_steprecord (execution_id, version_id, step_key, outcome, person_id, values,
        reason, deviation)
    VALUES (%(run)s, %(version)s, %(key)s, 'done', %(who)s, '{}', '', '')"""
FORWARD = f"""
    WITH t AS (
        UPDATE sop_execution SET status = status WHERE id = %(run)s RETURNING *
    ) {into_history(Execution)} FROM t"""


def measure_steps(ground: Ground, rounds: int) -> Iterator[Line]:
    """Yield the line of recording one step; at most as many rounds as the procedure has steps."""
    procedure = Procedure.objects.get(code=STEPS)
    version = ProcedureVersion.objects.get(procedure=procedure)
    site = Site.objects.get(code=CODE)
    _open_runs(ground, version, site)
    _let_go(ground)
    count = min(rounds + WARM_UP, MANY - 1)
    run = start_run(
        procedure_id=procedure.pk, site_id=site.pk, attribution=ground.says(), at=timezone.now()
    )
    begun = StepRecord.objects.filter(step_key__startswith="step-").values("execution")
    waiting = Execution.objects.filter(version=version, status=ExecutionStatus.PAUSED)
    other = waiting.exclude(pk__in=begun).earliest("pk")  # an earlier measurement used others
    keys = [f"step-{number}" for number in range(count)]
    yield measured_line(
        f"record one step of {OPEN_RUNS:,} open runs",
        [partial(_record, ground, run, key) for key in keys],
        [partial(_bare, ground, other, key) for key in keys],
        budget_ms=BUDGET_MS,
    )
    _let_go(ground)


def _let_go(ground: Ground) -> None:
    """End what runs at the technician's hands, also where a measurement was broken off."""
    with machine_change("bench", action="bench", reason="To measure"):
        for run in Execution.objects.filter(
            held_by=ground.technician, status=ExecutionStatus.RUNNING
        ):
            run.status = ExecutionStatus.ABANDONED
            run.save(update_fields=["status"])


def _open_runs(ground: Ground, version: ProcedureVersion, site: Site) -> None:
    """Open so many runs that each are a few steps on, unless they are open already."""
    missing = OPEN_RUNS - Execution.objects.open().count()
    if missing <= 0:
        return
    with machine_change("bench", action="bench", reason="To measure"):
        runs = create_all(
            [
                Execution(
                    version=version,
                    site=site,
                    held_by=ground.technician,
                    started_by=ground.technician,
                    started_at=timezone.now(),
                    status=ExecutionStatus.PAUSED,
                )
                for _ in range(missing)
            ]
        )
        StepRecord.objects.bulk_create(
            [
                StepRecord(
                    execution=run,
                    version=version,
                    step_key=f"before-{number}",
                    outcome="done",
                    person=ground.technician,
                )
                for run in runs
                for number in range(5)
            ],
            batch_size=2_000,
        )


def _record(ground: Ground, run: Execution, key: str) -> None:
    record_step(
        execution_id=run.pk,
        key=key,
        vial_id=None,
        answer=Answer(),
        attribution=ground.says(),
        at=timezone.now(),
    )


def _bare(ground: Ground, run: Execution, key: str) -> None:
    values: dict[str, int | str] = {
        "run": run.pk,
        "version": run.version_id,
        "key": key,
        "who": ground.technician.pk,
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(CHANGE)
        cursor.execute("SELECT 1 FROM sop_execution WHERE id = %(run)s FOR NO KEY UPDATE", values)
        cursor.execute(RECORD, values)
        cursor.execute(FORWARD.replace(", %s FROM t", ", '~' FROM t"), values)
