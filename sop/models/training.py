"""Who is trained for which version: read and understood, and assessed in practice."""

from django.conf import settings
from django.db import models

from audit.models import RegulatedModel
from sop.models.procedure import ProcedureVersion


class ReadUnderstood(RegulatedModel):
    """One person's signature that they read and understood one version."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="versions_read"
    )
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="readers")
    read_at = models.DateTimeField()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="sop_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} read version {self.version_id}"


class Assessment(RegulatedModel):
    """
    One practical assessment of a person on a version, signed by the assessor.

    counts_until: from then on it is out of date. ended_at: when it was taken back, with a reason.
    Source: 21 CFR 211.25(a); URS-07.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessments"
    )
    version = models.ForeignKey(
        ProcedureVersion, on_delete=models.PROTECT, related_name="assessments"
    )
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessments_given"
    )
    is_passed = models.BooleanField()
    observed = models.TextField()
    assessed_at = models.DateTimeField()
    counts_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person=models.F("assessor")),
                name="sop_nobody_assesses_themselves",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "version"], name="sop_assessment_by_person"),
        ]

    def __str__(self) -> str:
        return f"assessment of {self.person_id} on version {self.version_id}"
