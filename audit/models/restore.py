"""What a restore lost: what quality reconciled, and what a process last saw beside the anchor."""

from django.db import models

from audit.models.regulated import RegulatedModel


class RestoreReconciliation(RegulatedModel):
    """
    What quality found after a restore, before anything was written again.

    first_lost, last_lost: numbers of seals; none of them is used again. last_anchored, last_digest:
    the newest seal that the anchor has, by which a sealer knows this loss. kept_seal: the newest
    that both have; absent when they share none.
    kept_at, first_lost_at, last_lost_at: when those were sealed.
    changes, attempts, rows: how many the lost seals closed; absent when the anchor does not say.
    newest_change: the highest number of a Change that a lost seal closed.
    restored_to: when the newest Change that was restored had been recorded.
    Source: 21 CFR 11.10(a), (e); 211.68(b); URS-83.
    """

    first_lost = models.PositiveBigIntegerField()
    last_lost = models.PositiveBigIntegerField()
    last_anchored = models.PositiveBigIntegerField()
    last_digest = models.CharField(max_length=64)
    kept_seal = models.PositiveBigIntegerField(null=True)
    kept_at = models.DateTimeField(null=True)
    first_lost_at = models.DateTimeField()
    last_lost_at = models.DateTimeField()
    changes = models.PositiveBigIntegerField(null=True)
    attempts = models.PositiveBigIntegerField(null=True)
    rows = models.PositiveBigIntegerField(null=True)
    newest_change = models.PositiveBigIntegerField(null=True)
    restored_to = models.DateTimeField(null=True)
    findings = models.TextField()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["last_anchored", "last_digest"], name="audit_a_loss_is_reconciled_once"
            ),
            models.CheckConstraint(
                condition=models.Q(first_lost__lte=models.F("last_lost")),
                name="audit_a_loss_has_an_order",
                violation_error_message="The first lost seal comes before the last.",
            ),
        ]

    def __str__(self) -> str:
        return f"Reconciliation of seals {self.first_lost} to {self.last_lost}"


class AnchorStanding(models.Model):
    """
    How the database stood beside its anchor when a process that can read both last compared them.

    Not regulated: it is one row, written every minute, and says nothing of product. It is for
    processes that cannot read the anchor; the sealer never trusts it.
    incarnation: of the database that was compared; a restored or restarted one has another.
    loss: what the anchor has and the database does not; absent when there is nothing.
    """

    incarnation = models.CharField(max_length=200)
    compared_at = models.DateTimeField()
    last_anchored = models.PositiveBigIntegerField(null=True)
    last_digest = models.CharField(max_length=64, blank=True)
    loss = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"Compared at {self.compared_at:%Y-%m-%d %H:%M:%S} UTC"
