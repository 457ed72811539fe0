"""Products and the versions of their stability limits."""

from django.db import models

from audit.models import RegulatedModel
from inventory.models.program import Program


class StorageClass(models.TextChoices):
    """How cold, and in what medium, a unit keeps its contents."""

    VAPOUR = "vapour", "LN2 vapour, ≤ −150 °C"
    LIQUID = "liquid", "LN2 liquid, −196 °C"
    ULT = "ult", "Ultra-low freezer, −80 °C"


class Product(RegulatedModel):
    """
    A kind of therapy that a program makes.

    is_autologous: its doses are for the patient who donated, and for nobody else.
    is_licensed: it is on the market under a licence, so that what goes wrong with distributed
    product is reported to FDA. Source: 21 CFR 600.14; URS-114.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="products")
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    is_autologous = models.BooleanField()
    storage_class = models.CharField(max_length=10, choices=StorageClass)
    is_licensed = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return self.code


class StabilityLimits(RegulatedModel):
    """
    What a product endures, as a signed version; a new version never rewrites an old one.

    Exposures are times out of controlled temperature. All limits are inclusive.
    Source: 21 CFR 1271.260(e); REQUIREMENTS B5; URS-104.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="limits")
    version = models.PositiveIntegerField()
    effective_at = models.DateTimeField()
    warmest_allowed_celsius = models.DecimalField(max_digits=5, decimal_places=1)
    longest_single_exposure = models.DurationField()
    longest_total_exposure = models.DurationField()
    most_exposures = models.PositiveIntegerField()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["product", "version"], name="inventory_each_limits_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} limits v{self.version}"
