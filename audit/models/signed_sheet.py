"""The sheets that were signed: each page on which somebody signs is good for one signing."""

from django.db import models

from audit.triggers import evidence


class SignedSheet(models.Model):
    """
    One sheet that was shown to somebody and signed in this Change, with what it showed.

    versions: by the record's model, for each key the newest version it had when it was shown.
    Source: 21 CFR 11.10(f), 11.70; URS-52.
    """

    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="sheets")
    nonce = models.CharField(max_length=64)
    shown_at = models.DateTimeField()
    versions = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nonce"], name="audit_a_sheet_signs_once"),
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"Sheet shown at {self.shown_at}"
