"""Holds that are due to an excursion and were put off, so that its alarm waits for nothing."""

from django.db import models
from django.db.models import Q

from audit.models import RegulatedModel
from temperature.models import Excursion


class DueHold(RegulatedModel):
    """
    That the vials of one excursion are to be held, in a Change of its own.

    done_at: when they were; absent while it is due. Source: 21 CFR 211.150(b); URS-113, URS-115.
    """

    excursion = models.OneToOneField(Excursion, on_delete=models.PROTECT, related_name="due_hold")
    put_off_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        indexes = [
            models.Index(
                fields=["excursion"],
                condition=Q(done_at__isnull=True),
                name="custody_holds_that_are_due",
            )
        ]

    def __str__(self) -> str:
        return f"Hold of excursion {self.excursion_id}"
