"""What recomputing the trail found, each time; a break stays open until quality closes it."""

from django.db import models

from audit.models.regulated import RegulatedModel


class Verdict(models.TextChoices):
    """
    What a check of the trail came to.

    KNOWN: the same findings as in a check that quality closed, and nothing else.
    """

    INTACT = "intact", "Intact"
    BROKEN = "broken", "Broken"
    KNOWN = "known", "Broken as known"
    CLOSED = "closed", "Broken, closed by quality"


class TrailCheck(RegulatedModel):
    """
    One check of the trail.

    first_seal, last_seal: what was recomputed; absent when there was no seal.
    found: how many findings there are. findings: the first of them, as the command prints them.
    fingerprint: SHA-256 in hex over all findings, so that the same break is known again.
    Source: 21 CFR 11.10(a), (e); URS-02, URS-38.
    """

    checked_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    first_seal = models.PositiveBigIntegerField(null=True)
    last_seal = models.PositiveBigIntegerField(null=True)
    changes = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    found = models.PositiveBigIntegerField()
    findings = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta(RegulatedModel.Meta):
        indexes = [
            models.Index(
                fields=["-id"],
                condition=models.Q(verdict=Verdict.BROKEN),
                name="audit_open_trail_breaks",
            ),
        ]

    def __str__(self) -> str:
        return f"Check of the trail at {self.checked_at:%Y-%m-%d %H:%M} UTC"
