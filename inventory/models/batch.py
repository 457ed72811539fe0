"""Batches, as the batch record reports them."""

from django.db import models

from audit.models import RegulatedModel
from inventory.models.patient import Therapy
from inventory.models.product import Product


class Batch(RegulatedModel):
    """
    A lot that manufacturing completed.

    therapy: absent for an allogeneic lot, whose vials meet a patient only when allocated.
    donation_number: the 13-character ISBT 128 DIN of the collection.
    expires_at: the first instant at which the product is expired.
    """

    number = models.CharField(max_length=40, unique=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="batches")
    therapy = models.ForeignKey(
        Therapy, on_delete=models.PROTECT, null=True, blank=True, related_name="batches"
    )
    donation_number = models.CharField(max_length=13, db_index=True)
    completed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    source_system = models.CharField(max_length=60)
    source_message = models.CharField(max_length=100)

    class Meta(RegulatedModel.Meta):
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("completed_at")),
                name="inventory_batch_expires_after_completion",
            ),
        ]

    def __str__(self) -> str:
        return self.number
