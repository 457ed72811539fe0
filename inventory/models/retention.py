"""How long records are kept: signed versions of the periods, and what stops every destruction."""

from django.conf import settings
from django.db import models

from audit.models import RegulatedModel
from inventory.models.program import Program


class RetentionSchedule(RegulatedModel):
    """
    One version of the periods of the site; the newest counts.

    months: for each rule of `inventory.rules.retention.CATALOGUE` that applies, by its code, how
    many months a record is kept behind the rule's start. A rule that is left out does not apply.
    Source: 21 CFR 211.180, 600.12(b), 1271.270(d); REQUIREMENTS B12; URS-78.
    """

    version = models.PositiveIntegerField(unique=True)
    months = models.JSONField()

    def __str__(self) -> str:
        return f"Retention, version {self.version}"


class LegalHold(RegulatedModel):
    """
    One decision that the record of a therapy or of a batch outlives every period.

    subject: the chain of identity, or the number of the batch.
    Source: 21 CFR 11.10(c); URS-78.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="legal_holds")
    subject = models.CharField(max_length=100)
    reason = models.TextField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    placed_at = models.DateTimeField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(released_at__isnull=True),
                name="inventory_one_legal_hold_per_record",
            ),
        ]

    def __str__(self) -> str:
        return f"Legal hold on {self.subject}"
