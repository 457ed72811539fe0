"""Every scannable code in one table, so that a scan resolves in one lookup."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.models import RegulatedModel
from audit.triggers import regulated
from inventory.models.batch import Batch
from inventory.models.container import Container, Position
from inventory.models.patient import Therapy
from inventory.models.vial import Vial


class IdentifierKind(models.TextChoices):
    """What a code stands for."""

    VIAL = "vial", "Vial"
    CONTAINER = "container", "Container"
    POSITION = "position", "Position"
    THERAPY = "therapy", "Therapy"
    BATCH = "batch", "Batch"
    PERSON = "person", "Person's badge"
    PICK_LIST = "pick_list", "Pick list"
    INSTRUMENT = "instrument", "Instrument"


class Identifier(RegulatedModel):
    """
    One code, commissioned once for ever: retired codes stay taken.

    code: canonical form, as `inventory.codes` reads a scan.
    replaced_by: the code that a relabelled thing carries now.
    Source: 21 CFR 1271.290(c); URS-85, URS-87, URS-94.
    """

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=IdentifierKind)
    vial = models.ForeignKey(
        Vial, on_delete=models.PROTECT, null=True, blank=True, related_name="identifiers"
    )
    container = models.ForeignKey(
        Container, on_delete=models.PROTECT, null=True, blank=True, related_name="identifiers"
    )
    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, null=True, blank=True, related_name="identifiers"
    )
    therapy = models.ForeignKey(
        Therapy, on_delete=models.PROTECT, null=True, blank=True, related_name="identifiers"
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="identifiers"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="identifiers",
    )
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind="vial", vial__isnull=False)
                    | Q(kind="container", container__isnull=False)
                    | Q(kind="position", position__isnull=False)
                    | Q(kind="therapy", therapy__isnull=False)
                    | Q(kind="batch", batch__isnull=False)
                    | Q(kind="person", person__isnull=False)
                    | Q(kind="pick_list")
                    | Q(kind="instrument")
                ),
                name="inventory_identifier_has_its_thing",
            ),
        ]
        triggers = [
            *regulated(),
            pgtrigger.ReadOnly(
                name="code_is_permanent",
                fields=[
                    "code",
                    "kind",
                    "vial",
                    "container",
                    "position",
                    "therapy",
                    "batch",
                    "person",
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.code
