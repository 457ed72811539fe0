"""Drills that begin at a probe: somebody warms it, and the whole chain must answer in time."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.models import RegulatedModel
from audit.triggers import regulated
from inventory.models import Container
from temperature.models.alarm import Alarm
from temperature.models.excursion import Excursion
from temperature.models.probe import Probe


class DrillResult(models.TextChoices):
    """How a drill ended."""

    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"


class ProbeDrillQuerySet(models.QuerySet["ProbeDrill"]):
    """Which drills."""

    def going_on(self) -> Self:
        """Return those that have not ended."""
        return self.filter(ended_at__isnull=True)

    def passed(self) -> Self:
        """Return those in which everything came in time."""
        return self.filter(result=DrillResult.PASSED)


class ProbeDrill(RegulatedModel):
    """
    One test of the whole chain, from a probe that is warmed to a person's acknowledgement.

    until: by when everything must have come. alarm, excursion: what the system raised, and by
    which excursion it raised it first. read_at: the first reading beyond the limit; raised_at,
    told_at, acknowledged_at: of the alarm, as far as they came in time. ended_at: when it was found
    to be passed or failed; from then on nothing changes, whatever becomes of the alarm.
    Source: URS-107, URS-110; REQUIREMENTS D1 (Cordlife).
    """

    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="drills")
    unit = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="probe_drills")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="probe_drills_started"
    )
    until = models.DateTimeField()
    alarm = models.ForeignKey(
        Alarm, on_delete=models.PROTECT, null=True, blank=True, related_name="probe_drills"
    )
    excursion = models.ForeignKey(
        Excursion, on_delete=models.PROTECT, null=True, blank=True, related_name="probe_drills"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="probe_drills_acknowledged",
    )
    result = models.CharField(max_length=6, choices=DrillResult, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ProbeDrillQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["probe"],
                condition=Q(ended_at__isnull=True),
                name="temperature_one_drill_of_a_probe",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, result="") | Q(ended_at__isnull=False) & ~Q(result=""),
                name="temperature_probe_drill_ends_with_a_result",
            ),
            models.CheckConstraint(
                condition=~Q(result="passed")
                | Q(alarm__isnull=False, excursion__isnull=False, acknowledged_by__isnull=False)
                & Q(read_at__gte=F("started_at"), raised_at__gte=F("started_at"))
                & Q(told_at__gte=F("raised_at"), acknowledged_at__gte=F("told_at"))
                & Q(acknowledged_at__lte=F("until")),
                name="temperature_probe_drill_passed_by_evidence",
            ),
        ]
        indexes = [
            models.Index(fields=["probe", "-started_at"], name="temperature_drills_of_probe"),
            models.Index(fields=["unit", "-started_at"], name="temperature_drills_in_unit"),
        ]
        triggers = [
            *regulated(),
            pgtrigger.Trigger(
                name="ended_once",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.ended_at IS NOT NULL
                        OR ROW(NEW.probe_id, NEW.unit_id, NEW.started_at, NEW.started_by_id,
                               NEW.until)
                        IS DISTINCT FROM ROW(OLD.probe_id, OLD.unit_id, OLD.started_at,
                               OLD.started_by_id, OLD.until)
                    THEN
                        RAISE EXCEPTION 'a drill is only followed, and ends once'
                            USING ERRCODE = 'FZ003';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Drill {self.pk} of probe {self.probe_id}"
