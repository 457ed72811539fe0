"""Measuring instruments that steps of procedures use, and their calibrations."""

from django.db import models
from django.db.models import F, Q

from audit.models import RegulatedModel
from inventory.models.identifier import Identifier
from inventory.models.site import Site


class InstrumentKind(models.TextChoices):
    """What an instrument is; a step of a procedure asks for a kind, not for one instrument."""

    THERMOMETER = "thermometer", "Thermometer"
    SCALE = "scale", "Scale"
    OXYGEN_METER = "oxygen_meter", "Oxygen meter"
    LEVEL_GAUGE = "level_gauge", "Level gauge"
    PRESSURE_GAUGE = "pressure_gauge", "Pressure gauge"
    TIMER = "timer", "Timer"


class Instrument(RegulatedModel):
    """
    One instrument that people carry or read; probes that a feed reads are kept elsewhere.

    label: the code on it. unit: what it shows, such as °C. name: what the floor calls it.
    out_of_use_at, out_of_use_reason: together, while nobody may measure with it.
    Source: 21 CFR 11.10(h), 211.68(a), 211.160(b)(4); URS-28, URS-30.
    """

    label = models.OneToOneField(Identifier, on_delete=models.PROTECT, related_name="instrument")
    serial = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=InstrumentKind)
    unit = models.CharField(max_length=20)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="instruments")
    out_of_use_at = models.DateTimeField(null=True, blank=True)
    out_of_use_reason = models.CharField(max_length=500, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(out_of_use_at__isnull=True, out_of_use_reason="")
                | (Q(out_of_use_at__isnull=False) & ~Q(out_of_use_reason="")),
                name="inventory_instrument_out_of_use_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.serial})"


class Calibration(RegulatedModel):
    """
    One calibration of an instrument; the newest by its day counts.

    due_on: the last day on which the instrument may be used. calibrated_by: the laboratory or
    person whose certificate it is; who entered it, the signature says.
    Source: 21 CFR 211.68(a), 211.160(b)(4); URS-30.
    """

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="calibrations"
    )
    calibrated_on = models.DateField()
    due_on = models.DateField()
    certificate = models.CharField(max_length=100)
    calibrated_by = models.CharField(max_length=200)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gt=F("calibrated_on")),
                name="inventory_calibration_is_due_later",
            ),
            models.UniqueConstraint(
                fields=["instrument", "certificate"],
                name="inventory_each_certificate_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Calibration {self.certificate}"
