"""Retrievals: what a clinic asked for, who claimed which vials, and what was scanned."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from audit.authors import Author
from audit.models import RegulatedModel
from inventory.models import Identifier, Product, Program, Purpose, Therapy, Vial


class RetrievalStatus(models.TextChoices):
    """How far a retrieval has come."""

    REQUESTED = "requested", "Requested"
    CLAIMED = "claimed", "Claimed"
    PICKED = "picked", "Picked"
    HANDED_OVER = "handed_over", "Handed over"
    CANCELLED = "cancelled", "Cancelled"


class RetrievalQuerySet(models.QuerySet["Retrieval"]):
    """Which retrievals."""

    def visible_to(self, person: Author) -> Self:
        """Return the retrievals of the programs that `person` may see."""
        return self.filter(program__in=Program.objects.visible_to(person))

    def open(self) -> Self:
        """Return those that still need somebody."""
        return self.exclude(status__in=[RetrievalStatus.HANDED_OVER, RetrievalStatus.CANCELLED])


class Retrieval(RegulatedModel):
    """
    One order of the scheduling system: these doses, for this patient, by then, to there.

    witness: the second person, who proved who they are for this pick.
    shipper: the number of the shipper it is packed into, once it is; no other order goes in.
    clinic_contact, clinic_phone, clinic_email: who is told at the clinic, should it prove to have
    been too warm.
    """

    order_number = models.CharField(max_length=60, unique=True)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="retrievals")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="retrievals")
    therapy = models.ForeignKey(Therapy, on_delete=models.PROTECT, related_name="retrievals")
    purpose = models.CharField(max_length=10, choices=Purpose)
    quantity = models.PositiveIntegerField()
    needed_by = models.DateTimeField()
    destination = models.CharField(max_length=200)
    pick_list = models.OneToOneField(Identifier, on_delete=models.PROTECT, related_name="retrieval")
    status = models.CharField(
        max_length=12, choices=RetrievalStatus, default=RetrievalStatus.REQUESTED
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    shipper = models.CharField(max_length=100, blank=True, default="", db_default="")
    clinic_contact = models.CharField(max_length=200, blank=True, default="", db_default="")
    clinic_phone = models.CharField(max_length=60, blank=True, default="", db_default="")
    clinic_email = models.EmailField(blank=True, default="", db_default="")
    source_system = models.CharField(max_length=60)
    source_message = models.CharField(max_length=100)

    objects = RetrievalQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="custody_retrieval_of_at_least_one"
            ),
            models.UniqueConstraint(
                Upper("shipper"),
                condition=Q(status=RetrievalStatus.PICKED) & ~Q(shipper=""),
                name="custody_one_order_per_shipper",
            ),
        ]

    def __str__(self) -> str:
        return self.order_number


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Which claims."""

    def open(self) -> Self:
        """Return the claims that still stand."""
        return self.filter(released_at__isnull=True)

    def scanned(self) -> Self:
        """Return those of picks that go on, of which a vial was scanned; one row for each scan."""
        picking = self.open().filter(retrieval__status=RetrievalStatus.CLAIMED)
        return picking.filter(scans__isnull=False)


class Claim(RegulatedModel):
    """
    One vial promised to one retrieval; while it stands, nobody else gets the vial.

    Source: 21 CFR 11.10(f); URS-32.
    """

    retrieval = models.ForeignKey(Retrieval, on_delete=models.PROTECT, related_name="claims")
    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, related_name="claims")
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims"
    )
    claimed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["vial"],
                condition=Q(released_at__isnull=True),
                name="custody_one_claim_per_vial",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vial_id} for {self.retrieval_id}"


class Seat(models.TextChoices):
    """Which of the two people at a pick."""

    PICKER = "picker", "Picker"
    WITNESS = "witness", "Witness"


class PickScan(RegulatedModel):
    """One person's scan of one claimed vial at the pick."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="scans")
    seat = models.CharField(max_length=8, choices=Seat)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    scanned_code = models.CharField(max_length=60)
    scanned_at = models.DateTimeField()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["claim", "seat"], name="custody_one_scan_per_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.scanned_code} by {self.seat}"
