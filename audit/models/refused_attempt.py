"""Attempts that were refused: kept, because what was tried is part of the evidence."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from audit.triggers import append_only, never_truncated, stamped_by_the_clock


class RefusedAttempt(models.Model):
    """
    One attempt the system refused: who, what, why not, what was expected and what was scanned.

    Source: 21 CFR 11.10(f), 11.300(d); URS-23, URS-29.
    """

    action = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor_user_id = models.CharField(max_length=60, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=200, blank=True)
    device = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=60)
    codes = models.JSONField()
    words = models.TextField()
    subject = models.JSONField(default=dict)
    refused_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["actor", "-id"], name="audit_refused_by_actor")]
        triggers = [stamped_by_the_clock("refused_at"), append_only(), never_truncated()]

    def __str__(self) -> str:
        return f"{self.action} refused: {self.words}"
