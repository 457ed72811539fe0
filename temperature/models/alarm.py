"""Alarms, and the times in which people silenced them."""

from datetime import datetime, timedelta
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from audit.models import RegulatedModel
from audit.triggers import regulated
from inventory.models import Container, Program
from temperature.models.excursion import Excursion, ExcursionRule, Gap
from temperature.models.limits import Level
from temperature.models.probe import Calibration, Probe, Quantity

LONGEST_PAUSE = timedelta(hours=4)
"""Nobody silences alarms for longer with one signature. Source: URS-109."""
LOUD = [Level.WARNING, Level.ACTION, Level.CRITICAL]
"""Levels that call somebody; an advisory alarm is shown and tells nobody. Source: B4."""


class AlarmCause(models.TextChoices):
    """What an alarm tells of."""

    EXCURSION = "excursion", "Beyond a limit"
    GAP = "gap", "No measurement"
    BLIND = "blind", "No probe of the unit measures"
    CALIBRATION = "calibration", "No calibration that counts"
    DRILL = "drill", "Drill"
    OUT = "out", "Out of storage too long"
    NITROGEN = "nitrogen", "Nitrogen runs low"
    SOURCE = "source", "A source answers nothing"
    UNDRILLED = "undrilled", "A drill is overdue"
    UNDONE = "undone", "The portal fails to judge"
    CLINIC = "clinic", "A clinic must be told"


OF_SITES = [AlarmCause.SOURCE, AlarmCause.UNDRILLED]
"""What concerns more than one unit."""
ABOUT = [AlarmCause.OUT, AlarmCause.NITROGEN, *OF_SITES, AlarmCause.UNDONE, AlarmCause.CLINIC]
"""Causes that are said in words, and raised once for what `about` names."""
APART = [AlarmCause.OUT, AlarmCause.CLINIC, *OF_SITES]
"""What is no matter of the unit itself: silencing the unit does not silence it."""


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """Which alarms."""

    def open(self) -> Self:
        """Return those whose cause goes on."""
        return self.filter(resolved_at__isnull=True)

    def unacknowledged(self) -> Self:
        """Return those that nobody took on since they were last told."""
        return self.filter(acknowledged_at__isnull=True)

    def loud(self) -> Self:
        """Return those that call somebody."""
        return self.filter(level__in=LOUD)

    def unpaused(self, at: datetime) -> Self:
        """
        Return those that nobody silences at `at`, neither themselves nor their unit.

        What is out of a unit, or concerns a whole source or site, is not silenced with it.
        """
        pauses = AlarmPause.objects.running(at).filter(unit=OuterRef("unit"))
        of_unit = Exists(pauses.filter(alarm__isnull=True))
        rows = self.exclude(Exists(pauses.filter(alarm=OuterRef("pk"))))
        return rows.exclude(~Q(cause__in=APART) & of_unit)


class Alarm(RegulatedModel):
    """
    That something is wrong with a probe, a unit, what was taken out of one, or a source: once.

    unit: of a source or a site, one of those that it concerns.

    probe: absent where it is the unit, of which no probe measures any more, or where it is
    something else: about says what, so that it is raised once, words say it to people, program
    whose it is: only who sees the program is shown the words. excursion, gap,
    calibration: the newest and gravest that it tells of; a drill has none of them, a probe that
    was never calibrated no calibration, and a unit the gap of the last probe that fell silent;
    that the portal fails to judge something has none either.
    level: the gravest reached; an advisory alarm calls nobody. raised_at: when it was raised;
    is_late: long after what it tells of began, because the readings came late.
    acknowledged_at, acknowledged_by, comment: who took it on, and what they wrote; gone again when
    it grows worse or a pause ends, and kept in its history. resolved_at: when its cause was over,
    or withdrawn; that is not an acknowledgement. told_from: the instant from which escalation
    counts; escalated_to: its step, 0 the first.
    Source: draft Annex 11 section 8; REQUIREMENTS A11; URS-30, URS-107, URS-108.
    """

    unit = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="alarms")
    probe = models.ForeignKey(
        Probe, on_delete=models.PROTECT, null=True, blank=True, related_name="alarms"
    )
    cause = models.CharField(max_length=12, choices=AlarmCause)
    level = models.CharField(max_length=8, choices=Level)
    excursion = models.ForeignKey(
        Excursion, on_delete=models.PROTECT, null=True, blank=True, related_name="alarms"
    )
    gap = models.ForeignKey(
        Gap, on_delete=models.PROTECT, null=True, blank=True, related_name="alarms"
    )
    calibration = models.ForeignKey(
        Calibration, on_delete=models.PROTECT, null=True, blank=True, related_name="alarms"
    )
    about = models.CharField(max_length=100, blank=True, default="", db_default="")
    words = models.CharField(max_length=500, blank=True, default="", db_default="")
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="alarms"
    )
    raised_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    told_from = models.DateTimeField()
    escalated_to = models.PositiveSmallIntegerField(default=0)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="alarms_acknowledged",
    )
    comment = models.TextField(blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["probe", "cause"],
                condition=Q(resolved_at__isnull=True),
                name="temperature_one_open_alarm",
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(resolved_at__isnull=True, cause="blind"),
                name="temperature_one_open_alarm_of_a_unit",
            ),
            models.UniqueConstraint(
                fields=["cause", "about"],
                condition=Q(resolved_at__isnull=True) & ~Q(about=""),
                name="temperature_one_open_alarm_about_it",
            ),
            models.CheckConstraint(
                condition=(
                    Q(cause="excursion", excursion__isnull=False, gap=None, calibration=None)
                    | Q(cause__in=["gap", "blind"], excursion=None, gap__isnull=False)
                    & Q(calibration=None)
                    | Q(cause="calibration", excursion=None, gap=None)
                    | Q(cause__in=["drill", *ABOUT], excursion=None, gap=None, calibration=None)
                ),
                name="temperature_alarm_names_its_cause",
            ),
            models.CheckConstraint(
                condition=Q(cause="blind", probe=None, about="")
                | Q(cause__in=ABOUT, probe=None) & ~Q(about="")
                | ~Q(cause__in=["blind", *ABOUT]) & ~Q(probe=None) & Q(about=""),
                name="temperature_alarm_of_a_probe_or_unit",
            ),
            models.CheckConstraint(
                condition=(
                    Q(acknowledged_at=None, acknowledged_by=None, comment="")
                    | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False)
                    & ~Q(comment="")
                ),
                name="temperature_acknowledged_with_a_comment",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(resolved_at__gte=F("raised_at")),
                name="temperature_alarm_resolved_after_raised",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-raised_at"], name="temperature_alarm_by_unit"),
            models.Index(fields=["-raised_at"], name="temperature_alarm_newest"),
            models.Index(
                fields=["unit"],
                condition=Q(acknowledged_at=None) | Q(resolved_at=None),
                name="temperature_alarm_waiting",
            ),
        ]

    @property
    def place(self) -> str:
        """The unit it is about, or the site where it is about more; read with both."""
        return self.unit.site.name if self.cause in OF_SITES else self.unit.name

    @property
    def what(self) -> str:
        """What it tells of, in words; read with its probe and its excursion."""
        told, cause = self.excursion, AlarmCause(self.cause)
        if told is not None and told.rule != ExcursionRule.LIMIT:
            return told.get_rule_display()
        if self.probe is None or not self.probe.is_contact:
            return self.get_cause_display()
        quantity = Quantity(self.probe.quantity)
        words = {AlarmCause.EXCURSION: quantity.when_on, AlarmCause.GAP: quantity.when_silent}
        return words.get(cause, self.get_cause_display())

    def __str__(self) -> str:
        return f"Alarm {self.pk} of {self.probe or self.unit}"


class AlarmPauseQuerySet(models.QuerySet["AlarmPause"]):
    """Which pauses."""

    def unended(self) -> Self:
        """Return those that nobody has ended on record, though their time may be up."""
        return self.filter(ended_at__isnull=True)

    def running(self, at: datetime) -> Self:
        """Return those that silence alarms at `at`; one whose time is up silences nothing."""
        return self.unended().filter(until__gt=at)


class AlarmPause(RegulatedModel):
    """
    A time in which the alarms of a unit, or one of them, call nobody; they are raised and shown.

    alarm: absent where the whole unit is silenced. reason: why, as the signature says it. until:
    when it ends by itself, at most four hours after it began. ended_by: absent where it ended by
    itself. Source: URS-46, URS-109; REQUIREMENTS scenario 8.
    """

    unit = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="alarm_pauses")
    alarm = models.ForeignKey(
        Alarm, on_delete=models.PROTECT, null=True, blank=True, related_name="pauses"
    )
    reason = models.TextField()
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="alarm_pauses"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="alarm_pauses_ended",
    )

    objects = AlarmPauseQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "alarm"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="temperature_one_pause_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("began_at"), until__lte=F("began_at") + LONGEST_PAUSE),
                name="temperature_pause_lasts_four_hours_at_most",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")),
                name="temperature_pause_ends_after_it_began",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="temperature_pause_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["unit", "-began_at"], name="temperature_pause_by_unit"),
        ]
        triggers = [
            *regulated(),
            pgtrigger.Trigger(
                name="only_ended",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.ended_at IS NOT NULL
                        OR ROW(NEW.unit_id, NEW.alarm_id, NEW.reason, NEW.began_at, NEW.until,
                               NEW.paused_by_id)
                        IS DISTINCT FROM ROW(OLD.unit_id, OLD.alarm_id, OLD.reason, OLD.began_at,
                               OLD.until, OLD.paused_by_id)
                    THEN
                        RAISE EXCEPTION 'a pause is only ended, and once' USING ERRCODE = 'FZ003';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Alarms of {self.unit} silenced until {self.until:%Y-%m-%d %H:%M} UTC"
