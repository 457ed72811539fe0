"""The ways by which people are told of alarms, how each stands, and when it did not work."""

from django.db import models
from django.db.models import F, Q

from audit.models import ChangeHistory, RegulatedModel
from audit.triggers import history_at_commit, never_deleted, never_truncated, only_in_a_change


class ChannelKind(models.TextChoices):
    """How a message leaves."""

    EMAIL = "email", "E-mail"
    WEBHOOK = "webhook", "Webhook"
    SMS = "sms", "SMS gateway"


class Channel(models.Model):
    """
    One registered way to tell people; the one of the lowest rank that works is used.

    settings, secret: as of a source of readings; see `Feed`. try_every: its heartbeat, which is
    tried whether anybody must be told or not.
    Source: draft Annex 11 section 8; URS-110.
    """

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=ChannelKind)
    rank = models.PositiveSmallIntegerField()
    settings = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    secret_set_at = models.DateTimeField(null=True, blank=True)
    try_every = models.DurationField()
    retired_at = models.DateTimeField(null=True, blank=True)

    history = ChangeHistory(excluded_fields=["secret"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rank"],
                condition=Q(retired_at__isnull=True),
                name="temperature_one_channel_of_each_rank",
            ),
        ]
        triggers = [
            only_in_a_change(),
            history_at_commit(without=("secret",)),
            never_deleted(),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return self.name


class ChannelState(models.Model):
    """
    When a channel was last tried, and when it is tried again.

    Not regulated: it changes with every heartbeat. That one was missed is a `ChannelOutage`.
    """

    channel = models.OneToOneField(Channel, on_delete=models.PROTECT, related_name="state")
    next_at = models.DateTimeField(db_index=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"State of {self.channel_id}"


class ChannelOutage(RegulatedModel):
    """
    The time in which a channel did not work: from a missed heartbeat to the next that came.

    words: why the heartbeat was missed. Source: URS-110; REQUIREMENTS E 9.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="outages")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=500)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["channel"],
                condition=Q(ended_at__isnull=True),
                name="temperature_one_open_outage",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                name="temperature_outage_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"Outage of {self.channel_id} from {self.began_at:%Y-%m-%d %H:%M} UTC"
