"""Which times without evidence were entered in a deviation."""

from django.db import models

from audit.triggers import evidence
from sop.models import Deviation
from temperature.models import Gap


class GapReport(models.Model):
    """
    That one gap lasted too long and was entered in a deviation; each gap once.

    Source: 21 CFR 1271.260(e); URS-108, URS-113.
    """

    gap = models.OneToOneField(Gap, on_delete=models.PROTECT, related_name="report")
    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="gap_reports")
    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = evidence()

    def __str__(self) -> str:
        return f"Gap {self.gap_id} in {self.deviation_id}"
