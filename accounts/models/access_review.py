"""Reviews of access: what everybody could do at one moment, and what was decided on each."""

from django.db import models

from accounts.models.person import Person
from accounts.models.service_token import ServiceToken
from audit.models import RegulatedModel


class ReviewStatus(models.TextChoices):
    """How far a review is."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class LineDecision(models.TextChoices):
    """
    What is decided on one line.

    REVOKE: the account is to be closed, or the token revoked. CHANGE: something of it is to go or
    to come, as the note says.
    """

    KEEP = "keep", "Keep"
    REVOKE = "revoke", "Revoke"
    CHANGE = "change", "Change"


class AccessReview(RegulatedModel):
    """
    One review of everybody's access, begun and closed by signature; one is open at a time.

    Source: Annex 11 (2011) section 11; draft Annex 11 section 11; URS-18.
    """

    status = models.CharField(max_length=10, choices=ReviewStatus, default=ReviewStatus.OPEN)
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status=ReviewStatus.OPEN),
                name="accounts_one_review_open",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status=ReviewStatus.OPEN, closed_by__isnull=True, closed_at__isnull=True
                )
                | models.Q(
                    status=ReviewStatus.CLOSED, closed_by__isnull=False, closed_at__isnull=False
                ),
                name="accounts_closed_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Access review {self.pk}"


class AccessReviewLine(RegulatedModel):
    """
    One account or one service token as it was when its review began, and what is decided on it.

    roles, scopes, missing: in words; missing is what keeps the person from signing.
    last_used_at: the last sign-in, or what the account wrote last. was: its roles and scopes in
    the review before; is_changed: they were others, or there were none.
    settled_at: when what was decided was carried out; empty where nothing is to be done.
    Source: Annex 11 (2011) section 11; URS-18.
    """

    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    token = models.ForeignKey(
        ServiceToken, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    roles = models.CharField(max_length=300, blank=True)
    scopes = models.JSONField(default=list)
    last_used_at = models.DateTimeField(null=True, blank=True)
    is_shared = models.BooleanField(default=False)
    has_second_factor = models.BooleanField(default=False)
    missing = models.JSONField(default=list)
    was = models.TextField(blank=True)
    is_changed = models.BooleanField(default=True)
    decision = models.CharField(max_length=10, choices=LineDecision, blank=True)
    note = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        indexes = [
            models.Index(
                fields=["person"],
                condition=models.Q(
                    decision__in=[LineDecision.REVOKE, LineDecision.CHANGE],
                    settled_at__isnull=True,
                ),
                name="accounts_lines_to_settle",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person", "token"],
                nulls_distinct=False,
                name="accounts_each_access_reviewed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("person")),
                name="accounts_nobody_reviews_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | (
                    ~models.Q(decision="")
                    & models.Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
                name="accounts_line_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(decision__in=["", LineDecision.KEEP]) | ~models.Q(note=""),
                name="accounts_what_is_to_change_is_said",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True)
                | models.Q(decision__in=[LineDecision.REVOKE, LineDecision.CHANGE]),
                name="accounts_only_what_is_to_change_is_settled",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person if self.token is None else self.token)
