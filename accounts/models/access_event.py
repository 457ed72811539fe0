"""The access log: who came in, went out, failed and was locked out, with device and time."""

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from accounts.models.person import Person
from audit.triggers import append_only, never_truncated


class AccessKind(models.TextChoices):
    """What happened at the door."""

    SIGNED_IN = "signed_in", "Signed in"
    SIGNED_OUT = "signed_out", "Signed out"
    FAILED = "failed", "Wrong user ID or password"
    LOCKED_OUT = "locked_out", "Locked out"
    REFUSED = "refused", "Tried while locked out"
    UNLOCKED = "unlocked", "Unlocked by an administrator"
    TIMED_OUT = "timed_out", "Session locked after inactivity"
    CAME_BACK = "came_back", "Session unlocked"
    ENDED = "ended", "Session ended by somebody"


class AccessEvent(models.Model):
    """
    One entry of the access log.

    typed: the user id as it was typed; account: its one spelling, whether anybody has it or not.
    purpose: what failed: signing in, signing or unlocking a session.
    note: what an administrator looked into.
    Source: 21 CFR 11.300(d); URS-20.
    """

    kind = models.CharField(max_length=20, choices=AccessKind)
    typed = models.CharField(max_length=150, blank=True)
    account = models.CharField(max_length=150, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    person_name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=20, blank=True)
    device = models.CharField(max_length=200)
    address = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    happened_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="accounts_access_by_account"),
            models.Index(fields=["kind", "-id"], name="accounts_access_by_kind"),
            models.Index(fields=["happened_at"], name="accounts_access_by_time"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stamped_by_the_server",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="NEW.happened_at := clock_timestamp(); RETURN NEW;",
            ),
            append_only(),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.account}"
