"""Receipts: what was found when a batch arrived at the freezer door."""

from django.db import models

from audit.models import RegulatedModel
from inventory.models import Batch, Site


class Outcome(models.TextChoices):
    """
    The one outcome of an inspection.

    Source: 21 CFR 1271.265(a); URS-95.
    """

    ACCEPTED = "accepted", "Accepted into quarantine"
    QUARANTINED = "quarantined", "Accepted, for QA to look at"
    REJECTED = "rejected", "Rejected"


class Receipt(RegulatedModel):
    """
    The inspection of one delivery of one batch, against what was announced.

    arrival_celsius: as the shipper's logger showed it on opening.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="receipts")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="receipts")
    expected_count = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()
    seal_number = models.CharField(max_length=60)
    seal_intact = models.BooleanField()
    labels_legible = models.BooleanField()
    condition = models.TextField(blank=True)
    arrival_celsius = models.DecimalField(max_digits=5, decimal_places=1)
    outcome = models.CharField(max_length=12, choices=Outcome)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"receipt of {self.batch_id}"
