"""Attempts that were refused: kept, because what was tried is part of the evidence."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from audit.triggers import append_only, never_truncated


class RefusedAttempt(models.Model):
    """
    One attempt the system refused: who, what, why not, what was expected and what was scanned.

    transaction_id: of the transaction that kept it; tells the sealer what may be new.
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
    transaction_id = models.BigIntegerField(editable=False, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["actor", "-id"], name="audit_refused_by_actor"),
            models.Index(fields=["transaction_id"], name="audit_refused_by_transaction"),
            models.Index(fields=["refused_at"], name="audit_refused_by_time"),
            GinIndex(
                fields=["subject"], opclasses=["jsonb_path_ops"], name="audit_refused_by_subject"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stamped_by_the_server",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    NEW.transaction_id := pg_current_xact_id()::text::bigint;
                    NEW.refused_at := clock_timestamp();
                    RETURN NEW;
                """,
            ),
            append_only(),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.action} refused: {self.words}"
