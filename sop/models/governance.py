"""Which procedure governs which action, and where."""

from typing import Self

from django.db import models
from django.db.models import Q

from audit.models import RegulatedModel
from inventory.models import Product, Program, Site
from sop.action import Action
from sop.models.procedure import Procedure


class Follows(models.TextChoices):
    """How an action follows its procedure."""

    RUN = "run", "Step by step, in a run"
    SCREEN = "screen", "On its own screen"


class GovernanceQuerySet(models.QuerySet["Governance"]):
    """Which rules."""

    def standing(self) -> Self:
        """Return those that count now."""
        return self.filter(ended_at__isnull=True)


class Governance(RegulatedModel):
    """
    One rule: this action, in this scope, follows this procedure.

    The narrowest scope counts that has rules; several procedures of one scope are alternatives,
    such as a check-out for a patient and one for discarding.
    site, program, product: nothing means all. ended_at: when another rule took its place.
    Source: 21 CFR 211.100(b); URS-23, URS-25.
    """

    action = models.CharField(max_length=40, choices=Action)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="governs")
    follows = models.CharField(max_length=10, choices=Follows)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = GovernanceQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["action", "site", "program", "product", "procedure"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="sop_each_rule_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} follows procedure {self.procedure_id}"
