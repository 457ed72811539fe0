"""Reviews of the audit trail, deferrals of one, and the entries that were looked at."""

from typing import Self

from django.db import models
from django.db.models import Exists, Q

from audit.authors import Author
from audit.models import RegulatedModel
from audit.triggers import evidence
from inventory.models import Program


class ReviewScope(models.TextChoices):
    """What the reviewer set out to look at."""

    BATCH = "batch", "Batch"
    THERAPY = "therapy", "Therapy"
    PERIOD = "period", "Period"
    SEARCH = "search", "Search"


class ReviewOutcome(models.TextChoices):
    """Whether somebody looked, or signed why it is looked at later."""

    REVIEWED = "reviewed", "Reviewed"
    DEFERRED = "deferred", "Deferred"


class TrailReviewQuerySet(models.QuerySet["TrailReview"]):
    """Which reviews."""

    def visible_to(self, person: Author) -> Self:
        """
        Return the reviews in programs that `person` may see.

        What spans programs is for whoever sees all of them.
        """
        seen = Program.objects.visible_to(person)
        sees_all = ~Exists(Program.objects.exclude(pk__in=seen))
        return self.filter(Q(program__in=seen) | (Q(program__isnull=True) & sees_all))


class TrailReview(RegulatedModel):
    """
    One review of the audit trail, or the signed reason why it is done later.

    said: the filter in words; query: as the address says it. read_until, attempts_until: the
    newest change and the newest refused attempt when the entries were read. changes, attempts:
    how many were in scope; first_change, last_change: the numbers between which they lie.
    digest: SHA-256, in hex, of their numbers, one a line. findings: of the whole; those of single
    entries stand with them. sample: the rule, the seed and the size by which further entries
    were drawn. due_on: only of a deferral.
    Source: 21 CFR 11.10(e); Annex 11 (2011) section 9; URS-42, URS-43, URS-44.
    """

    scope = models.CharField(max_length=10, choices=ReviewScope)
    outcome = models.CharField(max_length=10, choices=ReviewOutcome)
    subject = models.CharField(max_length=100, blank=True)
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    said = models.TextField(blank=True)
    query = models.TextField(blank=True)
    read_until = models.PositiveBigIntegerField()
    attempts_until = models.PositiveBigIntegerField()
    changes = models.PositiveIntegerField()
    attempts = models.PositiveIntegerField()
    first_change = models.PositiveBigIntegerField(null=True, blank=True)
    last_change = models.PositiveBigIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    findings = models.TextField()
    sample = models.JSONField(default=dict)
    due_on = models.DateField(null=True, blank=True)
    reviewed_at = models.DateTimeField()

    objects = TrailReviewQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        indexes = [models.Index(fields=["subject"], name="custody_review_by_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=ReviewOutcome.REVIEWED) | Q(due_on__isnull=False),
                name="custody_deferral_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$") & ~Q(findings=""),
                name="custody_review_says_what_it_saw",
            ),
        ]

    def __str__(self) -> str:
        return f"review no. {self.pk}"


class ReviewedEntry(models.Model):
    """
    One entry that a reviewer looked at by itself: a change, or a refused attempt.

    why: the reason why it is critical; empty for one that was drawn or picked.
    finding: what the reviewer says of it; empty for none.
    """

    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(TrailReview, on_delete=models.PROTECT, related_name="entries")
    reviewed = models.ForeignKey(
        "audit.Change", on_delete=models.PROTECT, null=True, related_name="reviews"
    )
    attempt = models.ForeignKey(
        "audit.RefusedAttempt", on_delete=models.PROTECT, null=True, related_name="reviews"
    )
    why = models.CharField(max_length=200, blank=True)
    finding = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed__isnull=False, attempt__isnull=True)
                | Q(reviewed__isnull=True, attempt__isnull=False),
                name="custody_reviewed_entry_is_one",
            ),
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"entry {self.reviewed_id or self.attempt_id} in review {self.review_id}"
