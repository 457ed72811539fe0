"""Patients by pseudonym, their identity kept apart, and the therapy made for one of them."""

import pgtrigger
from django.db import models

from audit.models import RegulatedModel
from audit.triggers import regulated
from inventory.models.product import Product
from inventory.models.program import Program


class Patient(RegulatedModel):
    """A patient as the operational screens know them: by pseudonym within a program."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="patients")
    pseudonym = models.CharField(max_length=40, db_index=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["program", "pseudonym"], name="inventory_pseudonym_once_per_program"
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym


class PatientIdentity(RegulatedModel):
    """
    Who the patient is; no operational screen reads this table.

    Source: GDPR Art. 25; HIPAA; URS-117.
    """

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="identity")
    full_name = models.CharField(max_length=200)
    born_on = models.DateField()
    medical_record_number = models.CharField(max_length=60)

    class Meta(RegulatedModel.Meta):
        permissions = [("read_identity", "Can read who a patient is")]

    def __str__(self) -> str:
        return f"identity of {self.patient}"


class Therapy(RegulatedModel):
    """
    One patient's treatment: its COI id joins collection, batch, containers and samples.

    coi: 15 characters, ISBT 128 data structure 040; never edited.
    Source: ICCBBA ST-028; URS-88.
    """

    coi = models.CharField(max_length=15, unique=True)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="therapies")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="therapies")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="therapies")

    class Meta(RegulatedModel.Meta):
        verbose_name_plural = "therapies"
        triggers = [
            *regulated(),
            pgtrigger.ReadOnly(name="coi_is_permanent", fields=["coi", "patient"]),
        ]

    def __str__(self) -> str:
        return self.coi
