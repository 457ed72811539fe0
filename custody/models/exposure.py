"""Exposures: which vials stood in a unit while it was too warm."""

from django.db import models

from audit.triggers import evidence_by_the_thousand
from custody.models.stay import Stay
from inventory.models import Vial
from temperature.models import Excursion


class EvidenceClass(models.TextChoices):
    """How it is known how warm a vial became. Source: REQUIREMENTS B5."""

    MEASURED = "measured", "Measured"
    ESTIMATED = "estimated", "Estimated"
    UNKNOWN = "unknown", "Unknown"


class Exposure(models.Model):
    """
    One vial's part in one excursion; written with the excursion, never changed.

    began_at: when it came into the excursion; how long it lasted, excursion and stay say.
    Source: 21 CFR 1271.260(d); REQUIREMENTS B5; URS-105, URS-112.
    """

    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, related_name="exposures")
    excursion = models.ForeignKey(
        Excursion, on_delete=models.PROTECT, related_name="exposures", db_index=False
    )  # `custody_each_exposure_once` is its index
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="exposures")
    began_at = models.DateTimeField()
    evidence = models.CharField(
        max_length=10, choices=EvidenceClass, default=EvidenceClass.MEASURED
    )
    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["excursion", "stay"], name="custody_each_exposure_once"
            ),
        ]
        triggers = evidence_by_the_thousand()

    def __str__(self) -> str:
        return f"{self.vial_id} in excursion {self.excursion_id}"
