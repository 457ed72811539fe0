"""Electronic signatures, each bound to the exact version of one record."""

from django.conf import settings
from django.db import models

from audit.triggers import evidence


class Meaning(models.TextChoices):
    """
    What a signature says.

    Source: 21 CFR 11.50(a)(3); URS-51.
    """

    PERFORMED = "performed", "Performed"
    WITNESSED = "witnessed", "Witnessed"
    REVIEWED = "reviewed", "Reviewed"
    APPROVED = "approved", "Approved"
    RELEASED = "released", "Released"
    REJECTED = "rejected", "Rejected"
    CERTIFIED = "certified", "Certified"
    RESPONSIBILITY = "responsibility", "Took responsibility"


class Signature(models.Model):
    """
    One person's signature under one version of one record.

    record_digest: SHA-256, in hex, of the row restricted to `record_columns`, as canonical JSON.
    Source: 21 CFR 11.50, 11.70; URS-49, URS-52.
    """

    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures"
    )
    signer_user_id = models.CharField(max_length=60)
    printed_name = models.CharField(max_length=200)
    role = models.CharField(max_length=200)
    meaning = models.CharField(max_length=20, choices=Meaning)
    reason = models.TextField()
    signed_at = models.DateTimeField()
    record_table = models.CharField(max_length=63)
    record_id = models.BigIntegerField()
    record_columns = models.JSONField()
    record_digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["record_table", "record_id"], name="audit_signature_by_record"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "signer", "record_table", "record_id"],
                name="audit_one_signature_per_signer_and_record",
            ),
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"{self.meaning} by {self.printed_name}"
