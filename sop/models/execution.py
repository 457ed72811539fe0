"""Executions of procedures and what was recorded at their steps."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from audit.authors import Author
from audit.models import RegulatedModel
from audit.triggers import evidence
from inventory.models import Batch, Container, Program, Site, Therapy, Vial
from sop.models.procedure import ProcedureVersion


class ExecutionStatus(models.TextChoices):
    """Where a run stands."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Completed"
    ABANDONED = "abandoned", "Abandoned"


OPEN = (ExecutionStatus.RUNNING, ExecutionStatus.PAUSED)


class ExecutionQuerySet(models.QuerySet["Execution"]):
    """Which runs."""

    def open(self) -> Self:
        """Return those that have not ended."""
        return self.filter(status__in=OPEN)

    def visible_to(self, person: Author) -> Self:
        """Return the runs at sites and in programs that `person` may see."""
        return self.filter(site__in=Site.objects.visible_to(person)).filter(
            Q(program__isnull=True) | Q(program__in=Program.objects.visible_to(person))
        )


class Execution(RegulatedModel):
    """
    One run of a procedure, pinned to the version it began with.

    held_by: the person at whose hands it is; one running run for each person.
    batch: whose vials are expected, where it was named. therapy, program: of the first vial, where
    the procedure keeps to one patient. vial_in_hand: the one whose steps are done now.
    container: the one that was scanned last; it stays chosen.
    Source: 21 CFR 11.10(f), (k); URS-23, URS-24.
    """

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="runs")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=10, choices=ExecutionStatus, default=ExecutionStatus.RUNNING
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs_held"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs_started"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    therapy = models.ForeignKey(
        Therapy, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    vial_in_hand = models.ForeignKey(
        Vial, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    container = models.ForeignKey(
        Container, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ExecutionQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["held_by"],
                condition=Q(status="running"),
                name="sop_one_running_run_for_each_person",
            ),
        ]
        indexes = [
            models.Index(fields=["-started_at"], name="sop_run_by_start"),
            models.Index(
                fields=["site", "-started_at"],
                condition=Q(status__in=["running", "paused"]),
                name="sop_open_run_by_site",
            ),
        ]

    def __str__(self) -> str:
        return f"RUN-{self.pk}"


class StepOutcome(models.TextChoices):
    """What came of a step."""

    DONE = "done", "Done"
    FAILED = "failed", "Failed, went on"
    STOPPED = "stopped", "Stopped"
    SKIPPED = "skipped", "Skipped"


class StepRecord(models.Model):
    """
    What was recorded at one step, once for the session or once for a vial; evidence, never changed.

    version: the one in force for the run then. vial: empty for a step of the session, and for the
    end of the steps for each vial, which stands under the key of the first of them.
    values: what was entered and what was expected, by name. deviation: its number, where one began.
    STOPPED does not count as done: the step stays due.
    Source: 21 CFR 211.188(b); URS-23, URS-26, URS-29.
    """

    execution = models.ForeignKey(Execution, on_delete=models.PROTECT, related_name="records")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    step_key = models.CharField(max_length=40)
    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, null=True, related_name="step_records")
    outcome = models.CharField(max_length=10, choices=StepOutcome)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    values = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    deviation = models.CharField(max_length=20, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["execution", "step_key", "vial"],
                condition=~Q(outcome="stopped"),
                nulls_distinct=False,
                name="sop_each_step_once",
            ),
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"{self.step_key} of run {self.execution_id}"


class StepFile(models.Model):
    """
    The photo or file of one step; evidence, never changed.

    sha256: of the content, in hex.
    """

    record = models.OneToOneField(StepRecord, on_delete=models.PROTECT, related_name="file")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = evidence()

    def __str__(self) -> str:
        return self.name
