"""Telling people of alarms: the rules, each step of an escalation, and each message on its way."""

from django.db import models
from django.db.models import Q

from audit.models import RegulatedModel
from audit.triggers import never_rewritten, regulated
from inventory.models import Site
from temperature.models.alarm import Alarm
from temperature.models.channel import Channel


class TellingRules(RegulatedModel):
    """
    One version of how alarms are escalated; the newest counts.

    critical_minutes, action_minutes, warning_minutes: how long one step waits for an
    acknowledgement before the next person is told. repeat_minutes: after which everybody is told
    again. gather_seconds: for how long a message waits for others to the same person, once one of
    them went; it waits for none that was less grave. drill_days: after which a drill is due again.
    probe_drill_minutes: from the start of a drill of a probe until somebody must have acknowledged
    its alarm.
    Source: draft Annex 11 section 8; REQUIREMENTS B4; URS-107, URS-110.
    """

    version = models.PositiveIntegerField(unique=True)
    critical_minutes = models.PositiveSmallIntegerField(default=5)
    action_minutes = models.PositiveSmallIntegerField(default=10)
    warning_minutes = models.PositiveSmallIntegerField(default=30)
    repeat_minutes = models.PositiveSmallIntegerField(default=60)
    gather_seconds = models.PositiveSmallIntegerField(default=60, db_default=60)
    drill_days = models.PositiveSmallIntegerField(default=7)
    probe_drill_minutes = models.PositiveSmallIntegerField(default=30, db_default=30)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    critical_minutes__range=(1, 30),
                    action_minutes__range=(1, 60),
                    warning_minutes__range=(1, 240),
                    repeat_minutes__range=(5, 240),
                    gather_seconds__range=(0, 300),
                    drill_days__range=(1, 31),
                    probe_drill_minutes__range=(5, 240),
                ),
                name="temperature_rules_of_telling_in_bounds",
            ),
        ]
        triggers = [
            *regulated(),
            never_rewritten("rules"),
        ]

    def __str__(self) -> str:
        return f"Rules of telling, version {self.version}"


class Telling(RegulatedModel):
    """
    One step of one escalation of an alarm: who was to be told when.

    told_from: as the alarm had it, so that an alarm which is told anew begins with step 0 again.
    order: of the rota, absent where everybody was told. words: what went otherwise than it should,
    such as that nobody was on call.
    Source: URS-107, URS-110.
    """

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="tellings")
    told_from = models.DateTimeField()
    step = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    words = models.CharField(max_length=500, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["alarm", "told_from", "step"], name="temperature_each_step_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Step {self.step} of alarm {self.alarm_id}"


class NotificationStatus(models.TextChoices):
    """
    How far a message came; what failed is tried again until somebody acknowledges.

    SENT: a server or gateway took it on. ARRIVED: the receiver itself took it.
    """

    QUEUED = "queued", "Waits to be sent"
    SENT = "sent", "Taken by the channel"
    ARRIVED = "arrived", "Arrived"
    FAILED = "failed", "Failed"


class Notification(RegulatedModel):
    """
    One message of one step to one person by one channel.

    to: the address, empty where the channel has one receiver. tries: how often it was sent; with
    the same id each time. last_error: why it did not go the last time. next_try_at: not before.
    stands_in_for: the message whose channel failed. gathered_in: the message that named its alarm
    too, so that one came in place of many.
    Source: URS-110.
    """

    telling = models.ForeignKey(Telling, on_delete=models.PROTECT, related_name="notifications")
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="alarm_notifications"
    )
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="notifications")
    to = models.CharField(max_length=254, blank=True)
    status = models.CharField(
        max_length=8, choices=NotificationStatus, default=NotificationStatus.QUEUED
    )
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    stands_in_for = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="stand_in"
    )
    gathered_in = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="gathered"
    )

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["telling", "person", "channel"], name="temperature_each_message_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(status__in=["queued", "failed"]),
                name="temperature_messages_to_send",
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk} to {self.person_id}"


class Drill(RegulatedModel):
    """
    One test of the whole chain, from an alarm to a person's acknowledgement.

    alarm: raised for it, told like any other. How it ended is read from the alarm: who acknowledged
    it when, by which channel it came. Source: URS-110; REQUIREMENTS D1 (Cordlife), E 9.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="drills")
    alarm = models.OneToOneField(Alarm, on_delete=models.PROTECT, related_name="drill")
    started_at = models.DateTimeField()

    class Meta(RegulatedModel.Meta):
        indexes = [models.Index(fields=["site", "-started_at"], name="temperature_drills_of_site")]

    def __str__(self) -> str:
        return f"Drill {self.pk}"


class WorkKind(models.TextChoices):
    """What must be done all the time, so that alarms are raised and told."""

    JUDGING = "judging", "Judging readings and silence"
    TELLING = "telling", "Telling people"
    WATCHING = "watching", "Watching over both"
    POLLING = "polling", "Asking the sources"
    STARTING = "starting", "Starting the portal"


class WorkMark(models.Model):
    """
    When workers last did a kind of work; in the database, so that a watchdog needs no queue.

    Not regulated: it changes every few seconds. That it stopped is a system event.
    """

    kind = models.CharField(max_length=10, choices=WorkKind, primary_key=True)
    done_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} at {self.done_at:%H:%M:%S}"
