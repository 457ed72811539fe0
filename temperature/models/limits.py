"""Limits as signed versions: from what value on, and for how long, something is wrong."""

from typing import Self

from django.db import models
from django.db.models import Q

from audit.models import RegulatedModel
from audit.triggers import never_rewritten, regulated
from inventory.models import Container, ContainerType, StorageClass
from temperature.models.probe import Quantity


class Level(models.TextChoices):
    """How grave a value is."""

    ADVISORY = "advisory", "Advisory"
    WARNING = "warning", "Warning"
    ACTION = "action", "Action"
    CRITICAL = "critical", "Critical"


GRAVITY = {level: rank for rank, level in enumerate(Level)}
"""Each level by its rank; the graver the higher."""


GRAVE = [level for level in Level if GRAVITY[level] >= GRAVITY[Level.ACTION]]
"""Levels from which on product is concerned. Source: REQUIREMENTS B4."""


class Side(models.TextChoices):
    """On which side of a limit the trouble is."""

    ABOVE = "above", "Above"
    BELOW = "below", "Below"


class LimitProfile(RegulatedModel):
    """
    A set of limits, and what it is for: one unit, a type of unit, or a storage class.

    The narrowest profile counts. Source: 21 CFR 1271.260(e); draft Annex 11 section 8; URS-104.
    """

    name = models.CharField(max_length=60, unique=True)
    quantity = models.CharField(max_length=12, choices=Quantity, default=Quantity.TEMPERATURE)
    unit = models.ForeignKey(
        Container, on_delete=models.PROTECT, null=True, blank=True, related_name="limit_profiles"
    )
    container_type = models.ForeignKey(
        ContainerType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="limit_profiles",
    )
    storage_class = models.CharField(max_length=10, choices=StorageClass, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(unit__isnull=False, container_type__isnull=True, storage_class="")
                    | Q(unit__isnull=True, container_type__isnull=False, storage_class="")
                    | Q(unit__isnull=True, container_type__isnull=True) & ~Q(storage_class="")
                ),
                name="temperature_a_profile_is_for_one_thing",
            ),
            models.UniqueConstraint(
                fields=["quantity", "unit", "container_type", "storage_class"],
                nulls_distinct=False,
                name="temperature_one_profile_for_each_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LimitVersionQuerySet(models.QuerySet["LimitVersion"]):
    """Which versions."""

    def newest_first(self) -> Self:
        """Return them by when they begin, the last first."""
        return self.order_by("-effective_at", "-number")


class LimitVersion(RegulatedModel):
    """
    One signed version of a profile; a new version never rewrites an old one.

    setpoint: what the unit should hold; bands: `[{"level", "side", "limit", "delay_seconds"}]`,
    a value beyond `limit` for `delay_seconds` is an excursion of that level. dead_band: how far
    the value must come back before the excursion is over, so that it does not flutter.
    most_apart: by how many °C two probes of a unit may leave the difference they were mapped with.
    least_hours: of a level, for how many hours the nitrogen must last; absent where nothing warns.
    critical_hours: below how many that is critical; absent where it never is.
    filling: of a level, how the tank is filled, as `FillRules`; absent where nothing follows.
    justification: why these limits. Source: draft Annex 11 section 8; REQUIREMENTS B4; URS-107.
    """

    profile = models.ForeignKey(LimitProfile, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    effective_at = models.DateTimeField()
    setpoint = models.FloatField()
    dead_band = models.FloatField()
    most_apart = models.FloatField(default=10.0, db_default=10.0)
    least_hours = models.FloatField(null=True, blank=True)
    critical_hours = models.FloatField(null=True, blank=True)
    filling = models.JSONField(null=True, blank=True)
    bands = models.JSONField()
    justification = models.TextField()

    objects = LimitVersionQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "number"], name="temperature_each_limits_version_once"
            ),
            models.CheckConstraint(
                condition=Q(dead_band__gte=0), name="temperature_dead_band_is_a_width"
            ),
            models.CheckConstraint(
                condition=Q(most_apart__gt=0), name="temperature_most_apart_is_a_width"
            ),
        ]
        triggers = [
            *regulated(),
            never_rewritten("limits"),
        ]

    def __str__(self) -> str:
        return f"{self.profile} v{self.number}"
