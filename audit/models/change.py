"""A Change: one attributed, explained write; everything regulated happens inside one."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorExact, SearchVectorField
from django.db import models

from audit.triggers import append_only, never_truncated


class Door(models.TextChoices):
    """The three ways in."""

    SIGNED = "signed", "Signed"
    ATTRIBUTED = "attributed", "Attributed"
    MACHINE = "machine", "Machine"


class WordsOf(models.Func):
    """The words of a text column, as the index of words keeps them: no stems, no stop words."""

    # the configuration is no parameter: a kept plan would not know that the index serves it
    template = "to_tsvector('simple'::regconfig, %(expressions)s)"
    output_field = SearchVectorField()


def in_words(column: str, wanted: SearchQuery) -> SearchVectorExact:
    """Return the condition that the words of a column match."""
    return SearchVectorExact(WordsOf(column), wanted)


SEARCHED = ("reason", "role", "device", "procedure_step")


class Change(models.Model):
    """
    Who wrote, in which role, on which device, why, and when by the server's clock.

    The names are copied, so that the entry reads the same after a person is renamed.
    Source: 21 CFR 11.10(e); URS-34.
    """

    door = models.CharField(max_length=10, choices=Door)
    action = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor_user_id = models.CharField(max_length=60, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=200, blank=True)
    device = models.CharField(max_length=200)
    reason = models.TextField()
    procedure_step = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=60, blank=True)
    app_version = models.CharField(max_length=60)
    recorded_at = models.DateTimeField(editable=False, null=True)
    transaction_id = models.BigIntegerField(editable=False, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["actor", "-id"], name="audit_change_by_actor"),
            models.Index(fields=["action", "-id"], name="audit_change_by_action"),
            models.Index(fields=["recorded_at"], name="audit_change_by_time"),
            models.Index(fields=["transaction_id"], name="audit_change_by_transaction"),
            GinIndex(*(WordsOf(column) for column in SEARCHED), name="audit_change_by_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(door=Door.MACHINE) | models.Q(actor__isnull=False),
                name="audit_change_has_an_author",
                violation_error_message="A person must be named as the author.",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(device=""),
                name="audit_change_is_explained",
                violation_error_message="A reason and a device must be given.",
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
                    NEW.recorded_at := clock_timestamp();
                    PERFORM set_config('freezer.change_id', NEW.id::text, true);
                    RETURN NEW;
                """,
            ),
            append_only(),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_name or self.device}"
