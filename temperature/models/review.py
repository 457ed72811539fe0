"""Signed reviews of readings and of the log of alarms, and the rules by which they are due."""

from django.db import models
from django.db.models import F, Q

from audit.models import RegulatedModel
from audit.triggers import evidence, never_rewritten, regulated
from inventory.models import Container, Site


class ReviewKind(models.TextChoices):
    """What a review looks at."""

    READINGS = "readings", "Readings"
    ALARMS = "alarms", "Log of alarms"


class ReviewRules(RegulatedModel):
    """
    One version of how often reviews are due; the newest counts.

    alarm_days, reading_days: how many days one review of each kind may cover before the next is
    due. grace_days: how many days after that it is overdue.
    Source: draft Annex 11 section 8; 21 CFR 1271.260(e); URS-104, URS-107.
    """

    version = models.PositiveIntegerField(unique=True)
    alarm_days = models.PositiveSmallIntegerField(default=7)
    reading_days = models.PositiveSmallIntegerField(default=31)
    grace_days = models.PositiveSmallIntegerField(default=3)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    alarm_days__range=(1, 92),
                    reading_days__range=(1, 366),
                    grace_days__range=(0, 31),
                ),
                name="temperature_rules_of_reviewing_in_bounds",
            ),
        ]
        triggers = [
            *regulated(),
            never_rewritten("rules"),
        ]

    def __str__(self) -> str:
        return f"Rules of reviewing, version {self.version}"


class TemperatureReview(RegulatedModel):
    """
    One signed review of the readings, or of the log of alarms, of units of a site in a period.

    is_whole_site: whether every unit of the site with a probe was in scope. since, until: the
    period, without the latter. digest: SHA-256, in hex, over the digests of its units. findings:
    in words. Each unit with what was seen of it is a `ReviewedUnit`.
    Source: 21 CFR 1271.260(e), 211.142(b); draft Annex 11 section 8; URS-104, URS-107.
    """

    kind = models.CharField(max_length=10, choices=ReviewKind)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="temperature_reviews")
    is_whole_site = models.BooleanField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    digest = models.CharField(max_length=64)
    findings = models.TextField()
    reviewed_at = models.DateTimeField()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since"), reviewed_at__gte=F("until")),
                name="temperature_reviews_what_is_over",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$") & ~Q(findings=""),
                name="temperature_review_says_what_it_saw",
            ),
        ]

    def __str__(self) -> str:
        return f"temperature review no. {self.pk}"


class ReviewedUnit(models.Model):
    """
    One unit in a review: what was seen of it.

    digest: SHA-256, in hex, of what was in scope; another one today says that it changed since.
    method: names how the digest is made. seen: counts by name.
    """

    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(TemperatureReview, on_delete=models.PROTECT, related_name="units")
    unit = models.ForeignKey(
        Container, on_delete=models.PROTECT, related_name="temperature_reviews"
    )
    digest = models.CharField(max_length=64)
    method = models.CharField(max_length=20)
    seen = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "unit"], name="temperature_each_unit_once_in_a_review"
            ),
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"unit {self.unit_id} in review {self.review_id}"
