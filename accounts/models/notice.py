"""Security notices: attempts at unauthorised use, who is told of them, and whether it arrived."""

from django.db import models

from accounts.models.person import Person
from audit.models import RefusedAttempt, RegulatedModel
from audit.triggers import evidence


class NoticeKind(models.TextChoices):
    """
    What somebody tried, or what the system tells by itself.

    Source: 21 CFR 11.300(d); URS-18, URS-22, URS-69.
    """

    PASSWORDS = "passwords", "Wrong passwords"
    LOCKED = "locked", "Attempts on a locked account"
    NOT_AUTHORISED = "not_authorised", "Attempts without the right"
    SHARED = "shared", "A shared account that tried to write or sign"
    OTHER_SIGNER = "other_signer", "Signatures in another person's session"
    TOKEN = "token", "Messages with a token that does not count"
    REVIEW_OVERDUE = "review_overdue", "The review of access is overdue"
    EMERGENCY = "emergency", "Emergency access was given"


TOLD_BY_ITSELF = frozenset({NoticeKind.REVIEW_OVERDUE, NoticeKind.EMERGENCY})
"""What is no attempt of anybody, so nothing of it is counted."""


class Severity(models.TextChoices):
    """How grave it is; management is told of what is high."""

    NORMAL = "normal", "Normal"
    HIGH = "high", "High"


class Audience(models.TextChoices):
    """Who is told."""

    SECURITY = "security", "Security"
    MANAGEMENT = "management", "Management"
    QUALITY = "quality", "Quality"


class Channel(models.TextChoices):
    """The ways by which somebody is told."""

    EMAIL = "email", "E-mail"
    WEBHOOK = "webhook", "Webhook"


class DeliveryStatus(models.TextChoices):
    """How far a notice came on its way; what failed is tried again."""

    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


class SecurityNotice(RegulatedModel):
    """
    Attempts of one kind that belong together, counted.

    about: the user id or the device that they have in common; never what was typed for no account.
    grouped_until: attempts up to then are counted here; later ones make a notice of their own.
    acknowledged_by: who looked into it; absent as long as nobody did.
    Source: 21 CFR 11.300(d); URS-69.
    """

    kind = models.CharField(max_length=20, choices=NoticeKind)
    severity = models.CharField(max_length=10, choices=Severity)
    about = models.CharField(max_length=200)
    attempts = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    grouped_until = models.DateTimeField()
    acknowledged_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        indexes = [
            models.Index(
                fields=["-id"],
                condition=models.Q(acknowledged_at__isnull=True),
                name="accounts_open_notices",
            ),
            models.Index(fields=["grouped_until"], name="accounts_notices_that_group"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True)
                | models.Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="accounts_acknowledged_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Notice {self.pk}: {self.get_kind_display()}"


class NoticedAttempt(models.Model):
    """One refused attempt, and the notice that counts it; each is counted once."""

    attempt = models.OneToOneField(RefusedAttempt, on_delete=models.PROTECT, related_name="noticed")
    notice = models.ForeignKey(SecurityNotice, on_delete=models.PROTECT, related_name="counted")
    change = models.ForeignKey(
        "audit.Change", on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        triggers = evidence()

    def __str__(self) -> str:
        return f"Attempt {self.attempt_id} in notice {self.notice_id}"


class NoticeDelivery(RegulatedModel):
    """
    One notice on its way to one address.

    to: an e-mail address, or the host of a webhook. tries: how often it was sent.
    last_error: why it did not arrive the last time. next_try_at: not before then.
    Source: 21 CFR 11.300(d); URS-69, URS-110.
    """

    notice = models.ForeignKey(SecurityNotice, on_delete=models.PROTECT, related_name="deliveries")
    audience = models.CharField(max_length=20, choices=Audience)
    channel = models.CharField(max_length=20, choices=Channel)
    to = models.CharField(max_length=254)
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.QUEUED)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=~models.Q(status=DeliveryStatus.SENT),
                name="accounts_deliveries_to_do",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "audience", "channel", "to"],
                name="accounts_each_delivery_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Notice {self.notice_id} to {self.to}"


class NoticeReader(models.Model):
    """
    Up to which refused attempt all were looked at; one row.

    A plain table: it is where to go on reading, and says nothing of what happened.
    """

    read_up_to = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"Read up to {self.read_up_to}"
