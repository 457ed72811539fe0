"""What QA decided of an excursion or a gap, product by product."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.models import RegulatedModel
from inventory.models import Container, Product
from temperature.models import Excursion, Gap


class Cause(models.TextChoices):
    """Why it came to an excursion or a gap, as QA found."""

    DOOR = "door", "Door left open"
    POWER = "power", "Power failed"
    NITROGEN = "nitrogen", "Nitrogen supply"
    COMPRESSOR = "compressor", "Compressor or controller"
    LOADING = "loading", "Warm goods loaded"
    HANDLING = "handling", "Handling"
    PROBE = "probe", "Probe or measurement"
    DEFROST = "defrost", "Defrost"
    UNKNOWN = "unknown", "Unknown, under investigation"
    OTHER = "other", "Other"


class Evaluation(RegulatedModel):
    """
    One signed decision on what an excursion, or a time without evidence, means for a product.

    Exactly one of excursion, gap and unit. seen_ended_at, seen_peak: as they were when it was
    signed: it counts only while they are still so. unit: which was warmer than the product may ever
    be without an excursion that tells of it, from seen_began_at on; seen_warm: each such time,
    `[probe, began, ended, peak]`, in seconds since 1970 and °C. cause: empty of records from before
    it was asked for; cause_words: more of it, always of Other. comparison: with the product's
    stability data; reasoning: why. despite_limit: why there is no impact although it was warmer.
    tells_physician: whether physician or patient must be told. number: 1, 2, … for each subject
    and product; the newest counts. Source: 21 CFR 211.192, 1271.260(d); REQUIREMENTS B7.
    """

    excursion = models.ForeignKey(
        Excursion, on_delete=models.PROTECT, null=True, blank=True, related_name="evaluations"
    )
    gap = models.ForeignKey(
        Gap, on_delete=models.PROTECT, null=True, blank=True, related_name="evaluations"
    )
    unit = models.ForeignKey(
        Container, on_delete=models.PROTECT, null=True, blank=True, related_name="evaluations"
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="evaluations")
    number = models.PositiveIntegerField()
    has_impact = models.BooleanField()
    cause = models.CharField(max_length=12, choices=Cause, blank=True, default="", db_default="")
    cause_words = models.TextField(blank=True, default="", db_default="")
    comparison = models.TextField()
    reasoning = models.TextField()
    despite_limit = models.TextField(blank=True, default="", db_default="")
    tells_physician = models.BooleanField()
    seen_began_at = models.DateTimeField(null=True, blank=True)
    seen_warm = models.JSONField(null=True, blank=True)
    seen_ended_at = models.DateTimeField()
    seen_peak = models.FloatField(null=True, blank=True)
    evaluated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    evaluated_at = models.DateTimeField()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(excursion__isnull=False, gap__isnull=True, unit__isnull=True)
                | Q(excursion__isnull=True, gap__isnull=False, unit__isnull=True)
                | Q(
                    excursion__isnull=True,
                    gap__isnull=True,
                    unit__isnull=False,
                    seen_began_at__isnull=False,
                    seen_warm__isnull=False,
                ),
                name="custody_evaluates_one_thing",
            ),
            models.UniqueConstraint(
                fields=["excursion", "product", "number"],
                condition=Q(excursion__isnull=False),
                name="custody_each_evaluation_of_excursion_once",
            ),
            models.UniqueConstraint(
                fields=["gap", "product", "number"],
                condition=Q(gap__isnull=False),
                name="custody_each_evaluation_of_gap_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "product", "number"],
                condition=Q(unit__isnull=False),
                name="custody_each_evaluation_of_warmth_once",
            ),
        ]

    @property
    def cause_told(self) -> str:
        """The cause in words; empty where none was asked for."""
        named = str(Cause(self.cause).label) if self.cause else ""
        return f"{named}: {self.cause_words}" if self.cause_words else named

    def __str__(self) -> str:
        return f"Evaluation {self.number} for {self.product}"
