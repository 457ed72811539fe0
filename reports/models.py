"""The register of exports: which copy of which record left the system, when, and for whom."""

from typing import Self

from django.db import models
from django.db.models import Exists, Q

from audit.authors import Author
from audit.triggers import evidence
from inventory.models import Program


class RecordKind(models.TextChoices):
    """What was handed out."""

    THERAPY_DOSSIER = "therapy_dossier", "Therapy dossier"
    LABELS = "labels", "Labels"
    AUDIT_TRAIL = "audit_trail", "Audit trail"
    ACCESS_REVIEW = "access_review", "Review of access"
    PROCEDURE = "procedure", "Procedure"
    TRAINING = "training", "Training against procedures"
    RUN = "run", "Execution of a procedure"
    RUNS = "runs", "Executions of procedures"
    DEVIATION = "deviation", "Deviation or incident"
    TEMPERATURE = "temperature", "Temperature and alarms of a unit"
    EXCURSION = "excursion", "Evaluation of an excursion"
    CALIBRATIONS = "calibrations", "Calibration, mapping, drills and maintenance"


class ExportQuerySet(models.QuerySet["Export"]):
    """Which exports."""

    def visible_to(self, person: Author) -> Self:
        """
        Return the exports from programs that `person` may see.

        What spans programs is for whoever sees all of them, and for whoever made it.
        """
        seen = Program.objects.visible_to(person)
        spans = Q(program__isnull=True) & (
            Q(change__actor=person.pk) | ~Exists(Program.objects.exclude(pk__in=seen))
        )
        return self.filter(Q(program__in=seen) | spans)


class Export(models.Model):
    """
    One copy that was handed out; its Change says who, when, why and from which device.

    query: what was asked for, filters included. record_version, record_sha256: as printed on it.
    file_sha256: of the file that was handed out, so that a copy can be proven later.
    Source: 21 CFR 11.10(b); URS-48, URS-76.
    """

    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="exports")
    kind = models.CharField(max_length=30, choices=RecordKind)
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="exports"
    )
    subject = models.CharField(max_length=60, db_index=True)
    query = models.TextField()
    record_version = models.CharField(max_length=40)
    record_sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(record_sha256__regex=r"^[0-9a-f]{64}$")
                & Q(file_sha256__regex=r"^[0-9a-f]{64}$"),
                name="reports_export_has_its_sums",
            ),
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
