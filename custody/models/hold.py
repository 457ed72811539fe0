"""Holds: what stops a vial from leaving, whatever its status."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from audit.models import RegulatedModel
from audit.triggers import regulated_by_the_thousand
from custody.models.handling_rules import HandlingRules
from inventory.models import Program, Vial
from temperature.models import Excursion, Gap


class HoldScope(models.TextChoices):
    """What was named when the hold was placed; the vials under it are listed one by one."""

    VIALS = "vials", "Vials"
    BATCH = "batch", "Batch"
    THERAPY = "therapy", "Therapy"
    DONATION = "donation", "Donation"
    UNIT = "unit", "Freezer or tank"


class Hold(RegulatedModel):
    """
    One decision to hold, with everything it reached.

    subject: the batch number, COI id, donation number or container code it names.
    placed_by: absent where the portal placed it. It then follows the limits of an `excursion`, or
    the `gap` since which no probe of a unit measures, and the version of the rules of handling in
    force; `rules` is absent while quality set none.
    Source: 21 CFR 211.150(b); REQUIREMENTS B4; URS-113, URS-115.
    """

    scope = models.CharField(max_length=10, choices=HoldScope)
    subject = models.CharField(max_length=100)
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    reason = models.TextField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="holds_placed",
    )
    excursion = models.ForeignKey(
        Excursion, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    gap = models.ForeignKey(
        Gap, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    rules = models.ForeignKey(
        HandlingRules, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    placed_at = models.DateTimeField()
    is_recall = models.BooleanField(default=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="holds_released",
    )
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.TextField(blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(placed_by__isnull=False, excursion=None, gap=None, rules=None)
                | Q(placed_by=None, excursion__isnull=False, gap=None)
                | Q(placed_by=None, excursion=None, gap__isnull=False),
                name="custody_a_hold_is_by_a_person_or_by_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"hold on {self.subject}"


class HeldVialQuerySet(models.QuerySet["HeldVial"]):
    """Which held vials."""

    def open(self) -> Self:
        """Return those whose hold still stands."""
        return self.filter(released_at__isnull=True)


class HeldVial(RegulatedModel):
    """One vial under one hold; children of a split get their own."""

    WRITTEN_BY_THE_THOUSAND = True

    hold = models.ForeignKey(
        Hold, on_delete=models.PROTECT, related_name="held_vials", db_index=False
    )  # `custody_held_once_per_hold` is its index
    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, related_name="holds")
    released_at = models.DateTimeField(null=True, blank=True)

    objects = HeldVialQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["hold", "vial"], name="custody_held_once_per_hold"),
        ]
        indexes = [
            models.Index(
                fields=["vial"], condition=Q(released_at__isnull=True), name="custody_open_hold"
            ),
        ]
        triggers = regulated_by_the_thousand()

    def __str__(self) -> str:
        return f"{self.vial_id} under {self.hold_id}"


def is_held() -> Exists:
    """Return the condition that a vial of the outer query is under an open hold."""
    return Exists(HeldVial.objects.open().filter(vial=OuterRef("pk")))
