"""Warming curves: how fast a kind of vial warms up while it is out, by its qualification."""

from django.db import models
from django.db.models import F, Q

from audit.models import RegulatedModel
from inventory.models import StorageClass, VialKind


class Way(models.TextChoices):
    """In what a vial is out: the kinds of carriers, and what is lifted with all it holds."""

    BENCH = "bench", "Open bench"
    DRY_ICE = "dry_ice", "Dry ice"
    LN2_CART = "ln2_cart", "LN2 cart"
    OTHER = "other", "Another carrier"
    LIFT = "lift", "Lifted with its rack or box"


class WarmingCurve(RegulatedModel):
    """
    One version of a warming curve; the newest of its name counts, for every time out.

    kind, least_ml, most_ml: which vials were qualified, both volumes inclusive. storage_class:
    from what storage. way: in what they were out. points: lists of seconds out and °C, the first
    at 0 s. warm_above_celsius: above what a time out counts as warm where no limits of the product
    say. valid_until: absent for no end; a time out that began later is not estimated. is_in_use:
    False to estimate by it no more. Source: REQUIREMENTS B5; URS-104, URS-112.
    """

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=VialKind)
    least_ml = models.DecimalField(max_digits=7, decimal_places=2)
    most_ml = models.DecimalField(max_digits=7, decimal_places=2)
    storage_class = models.CharField(max_length=10, choices=StorageClass)
    way = models.CharField(max_length=10, choices=Way)
    points = models.JSONField()
    warm_above_celsius = models.DecimalField(max_digits=5, decimal_places=1)
    qualification = models.CharField(max_length=200)
    qualified_on = models.DateField()
    valid_until = models.DateTimeField(null=True, blank=True)
    is_in_use = models.BooleanField(default=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version"], name="custody_each_curve_version_once"
            ),
            models.CheckConstraint(
                condition=Q(least_ml__gte=0, most_ml__gte=F("least_ml")),
                name="custody_curve_is_of_a_volume",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"
