"""Vials: any final container (vial, bag, syringe), with its two status axes."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate

from audit.authors import Author
from audit.models import RegulatedModel
from audit.triggers import regulated
from inventory.models.batch import Batch
from inventory.models.container import Position
from inventory.models.patient import Therapy
from inventory.models.program import Program, programs_seen_by


class VialKind(models.TextChoices):
    """What the final container is made as."""

    VIAL = "vial", "Vial"
    BAG = "bag", "Bag"
    SYRINGE = "syringe", "Syringe"


class Purpose(models.TextChoices):
    """What the content is for."""

    DOSE = "dose", "Dose"
    BACKUP = "backup", "Backup"
    QC = "qc", "QC sample"
    RETAIN = "retain", "Retain sample"


FOR_PATIENTS = (Purpose.DOSE, Purpose.BACKUP)


class Quality(models.TextChoices):
    """
    What quality has decided of the content.

    Source: 21 CFR 1271.265; REQUIREMENTS B8.
    """

    EXPECTED = "expected", "Expected"
    QUARANTINE = "quarantine", "Quarantine"
    COND_RELEASED = "cond_released", "Conditionally released"
    RELEASED = "released", "Released"
    REJECTED = "rejected", "Rejected"
    OOS_SUPPLY = "oos_supply", "Out-of-specification supply"
    EXPIRED = "expired", "Expired"
    RECALLED = "recalled", "Recalled"


class Custody(models.TextChoices):
    """Where the vial is on its way from manufacturing to its one disposition."""

    NOT_RECEIVED = "not_received", "Not received"
    RECEIVED = "received", "Received"
    IN_STORAGE = "in_storage", "In storage"
    CHECKED_OUT = "checked_out", "Checked out"
    PACKED = "packed", "Packed"
    IN_TRANSIT = "in_transit", "In transit"
    AT_CLINIC = "at_clinic", "At the clinic"
    ADMINISTERED = "administered", "Administered"
    RETURNED = "returned", "Returned"
    DISCARDED = "discarded", "Discarded"
    CONSUMED_QC = "consumed_qc", "Consumed in QC"
    CONSUMED_SPLIT = "consumed_split", "Consumed by a split"
    TRANSFERRED = "transferred", "Transferred"
    MISSING = "missing", "Missing"


GONE = (
    Custody.ADMINISTERED,
    Custody.DISCARDED,
    Custody.CONSUMED_QC,
    Custody.CONSUMED_SPLIT,
    Custody.TRANSFERRED,
)
IN_HAND = (Custody.RECEIVED, Custody.CHECKED_OUT, Custody.PACKED, Custody.RETURNED)


class VialQuerySet(models.QuerySet["Vial"]):
    """Which vials."""

    def visible_to(self, person: Author) -> Self:
        """Return the vials of the programs that `person` may see."""
        return self.filter(program__in=programs_seen_by(person))

    def under(self, path: str) -> Self:
        """Return the vials stored in the container with this path, or in anything inside it."""
        return self.filter(position__container__path__startswith=path)


class Vial(RegulatedModel):
    """
    One final container with product.

    code: its canonical scannable code; also the identifier's.
    therapy: the patient's treatment it belongs to; absent while an allogeneic vial is unallocated.
    custodian: the person in whose hands it is; nobody while it stands in a position.
    parent: the vial it was split from.
    """

    code = models.CharField(max_length=60, unique=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="vials")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="vials")
    therapy = models.ForeignKey(
        Therapy, on_delete=models.PROTECT, null=True, blank=True, related_name="vials"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(max_length=10, choices=VialKind)
    purpose = models.CharField(max_length=10, choices=Purpose)
    volume_ml = models.DecimalField(max_digits=7, decimal_places=2)
    nucleated_cells = models.BigIntegerField(null=True, blank=True)
    expires_at = models.DateTimeField()
    quality = models.CharField(max_length=20, choices=Quality, default=Quality.EXPECTED)
    custody = models.CharField(max_length=20, choices=Custody, default=Custody.NOT_RECEIVED)
    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, null=True, blank=True, related_name="vials"
    )
    custodian = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="vials",
    )

    objects = VialQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        indexes = [
            models.Index(fields=["program", "quality"], name="inventory_vial_by_quality"),
            models.Index(fields=["program", "custody"], name="inventory_vial_by_custody"),
            models.Index("program", Collate("code", "C"), name="inventory_vial_by_code"),
            models.Index(
                fields=["expires_at"],
                name="inventory_vial_by_expiry",
                condition=Q(quality__in=["released", "cond_released"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["position"], name="inventory_one_vial_per_position"),
            models.CheckConstraint(
                condition=(
                    Q(custody=Custody.IN_STORAGE, position__isnull=False, custodian__isnull=True)
                    | Q(custody__in=IN_HAND, position__isnull=True, custodian__isnull=False)
                    | ~Q(custody__in=(Custody.IN_STORAGE, *IN_HAND))
                    & Q(position__isnull=True, custodian__isnull=True)
                ),
                name="inventory_vial_in_one_place_or_hand",
            ),
            models.CheckConstraint(
                condition=Q(volume_ml__gt=0), name="inventory_vial_has_a_volume"
            ),
        ]
        triggers = [
            *regulated(),
            pgtrigger.Trigger(
                name="stands_where_vials_stand",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("position_id"),
                condition=pgtrigger.Q(new__position__isnull=False),
                func="""
                    IF (SELECT p.holds FROM public.inventory_position p
                        WHERE p.id = NEW.position_id) <> 'vial' THEN
                        RAISE EXCEPTION 'this position holds containers, not vials'
                            USING ERRCODE = '23514', CONSTRAINT = 'inventory_position_holds';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.code
