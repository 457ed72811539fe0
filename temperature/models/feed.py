"""Where readings come from, and how each source was last reached."""

from django.db import models
from django.db.models import F, Q

from audit.models import ChangeHistory
from audit.triggers import (
    history_at_commit,
    never_deleted,
    never_truncated,
    only_in_a_change,
)
from inventory.models import Site


class FeedKind(models.TextChoices):
    """How a source is read, or how it sends."""

    HTTP_JSON = "http_json", "HTTP with JSON"
    MODBUS_TCP = "modbus_tcp", "Modbus TCP"
    MQTT = "mqtt", "MQTT"
    DROP_FOLDER = "drop_folder", "Folder of logger files"
    PUSH = "push", "Sends to this portal"
    LOGGER_FILE = "logger_file", "Logger files by hand"


class Feed(models.Model):
    """
    One registered source of readings; input from anything else is refused.

    settings: what its adapter needs, read by the adapter's own model; secret: its credentials,
    encrypted, never shown again and in no history; secret_set_at: when they were last given.
    every: how often it is asked. account: who may push for it.
    Source: 21 CFR 11.10(h); URS-28.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="feeds")
    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=FeedKind)
    settings = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    secret_set_at = models.DateTimeField(null=True, blank=True)
    every = models.DurationField()
    account = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="feeds"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    history = ChangeHistory(excluded_fields=["secret"])

    class Meta:
        triggers = [
            only_in_a_change(),
            history_at_commit(without=("secret",)),
            never_deleted(),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return self.name


class FeedState(models.Model):
    """
    How a feed was last reached, and when it is asked again.

    Not regulated: it changes every minute and says nothing of product; what came is an `Intake`,
    and silence is an alarm. claimed_until: a worker is at it; nobody else asks meanwhile.
    Source: URS-108.
    """

    feed = models.OneToOneField(Feed, on_delete=models.PROTECT, related_name="state")
    next_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="temperature_feed_is_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True) | Q(tried_at__gte=F("failing_since")),
                name="temperature_failing_since_a_try",
            ),
        ]

    def __str__(self) -> str:
        return f"State of {self.feed_id}"


class WaitingFile(models.Model):
    """
    A logger file that somebody looks at before it is stored.

    Not regulated: it is no record yet, and goes when it is stored or left lying for a day. What
    is stored keeps the file's bytes in its `Intake`.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="waiting_files")
    name = models.CharField(max_length=200)
    body = models.BinaryField()
    brought_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="waiting_files"
    )
    brought_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
