"""Carriers: what vials that are out are carried in, and for how long it was qualified."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from audit.models import RegulatedModel
from inventory.models import StorageClass


class CarrierKind(models.TextChoices):
    """What carries vials between a freezer and where they are used."""

    BENCH = "bench", "Open bench"
    DRY_ICE = "dry_ice", "Dry ice"
    LN2_CART = "ln2_cart", "LN2 cart"
    OTHER = "other", "Another carrier"


class Carrier(RegulatedModel):
    """
    One version of a carrier; the newest of its name counts.

    cold_for: for how long it keeps its contents in controlled conditions, by its qualification.
    storage_class: whose storage those are; empty for any. qualified_until: absent for no end.
    is_in_use: whether it may be chosen. Source: REQUIREMENTS B5; URS-104, URS-112.
    """

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=CarrierKind)
    storage_class = models.CharField(max_length=10, choices=StorageClass, blank=True)
    cold_for = models.DurationField()
    qualification = models.CharField(max_length=200)
    qualified_until = models.DateTimeField(null=True, blank=True)
    is_in_use = models.BooleanField(default=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version"], name="custody_each_carrier_version_once"
            ),
            models.CheckConstraint(
                condition=Q(cold_for__gte=timedelta(0)), name="custody_carrier_keeps_cold"
            ),
        ]

    def __str__(self) -> str:
        return self.name
