"""Deviations and system incidents: what went otherwise, what it touched, and how it ended."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from audit.authors import Author
from audit.models import RegulatedModel
from audit.triggers import never_deleted, never_truncated, regulated
from inventory.models import Program, Site, Vial, programs_seen_by


class DeviationKind(models.TextChoices):
    """Whether work or the system itself went otherwise."""

    DEVIATION = "deviation", "Deviation"
    INCIDENT = "incident", "System incident"


SERIES = {DeviationKind.DEVIATION: "DEV", DeviationKind.INCIDENT: "INC"}
"""How the numbers of each kind begin; each kind and year is a series of its own."""


class DeviationSource(models.TextChoices):
    """What led to it."""

    FAILED_STEP = "failed_step", "Failed step"
    SKIPPED_STEP = "skipped_step", "Skipped step"
    MISMATCH = "mismatch", "Mismatch"
    MISSING_VIAL = "missing_vial", "Missing vial"
    CUSTODY_GAP = "custody_gap", "Gap in custody"
    EXCURSION = "excursion", "Excursion"
    NOT_MEASURED = "not_measured", "Temperature not measured"
    EMERGENCY_WORK = "emergency_work", "Emergency work"
    BY_HAND = "by_hand", "Reported by somebody"


class DeviationStatus(models.TextChoices):
    """How far it has come."""

    OPEN = "open", "Open"
    INVESTIGATING = "investigating", "Under investigation"
    AWAITING_CLOSURE = "awaiting_closure", "Awaiting closure"
    CLOSED = "closed", "Closed"


class Classification(models.TextChoices):
    """How grave it is, as QA decides."""

    NOT_YET = "not_yet", "Not classified yet"
    MINOR = "minor", "Minor"
    MAJOR = "major", "Major"
    CRITICAL = "critical", "Critical"


class Impact(models.TextChoices):
    """What it means for one vial, as QA decides."""

    TO_ASSESS = "to_assess", "To assess"
    NONE = "none", "No impact"
    POSSIBLE = "possible", "Possible impact"
    AFFECTED = "affected", "Affected"


class DeviationSeries(models.Model):
    """
    The last number given in one series, such as `DEV-2026`.

    Not regulated: what it counts is. Its row is locked until the deviation is committed, so that
    the numbers have no gap. Source: 21 CFR 211.192.
    """

    name = models.CharField(max_length=10, unique=True)
    last = models.PositiveIntegerField()

    class Meta:
        triggers = [never_deleted(), never_truncated()]

    def __str__(self) -> str:
        return f"{self.name}-{self.last:04d}"


class DeviationQuerySet(models.QuerySet["Deviation"]):
    """Which deviations."""

    def visible_to(self, person: Author) -> Self:
        """Return those of which `person` may see every program they touch."""
        seen = programs_seen_by(person)
        elsewhere = DeviationVial.objects.filter(deviation=OuterRef("pk")).exclude(
            vial__program__in=seen
        )
        return self.filter(Q(program__isnull=True) | Q(program__in=seen), ~Exists(elsewhere))

    def open(self) -> Self:
        """Return those that are not closed."""
        return self.exclude(status=DeviationStatus.CLOSED)


class Deviation(RegulatedModel):
    """
    One departure from what should have happened, or one incident of the system.

    number: such as `DEV-2026-0001`; without a gap within its series. opened_by: nobody where a
    machine found it. caused_by: who did what went otherwise, where somebody did. program: absent
    where it touches none, or several. procedure_step: as its Change named it. about: what the
    same thing happening again is known by, such as a pick and a code; empty where nothing is.
    reported_at, report_words: when it was reported to FDA and under which number, or why it need
    not be. impact: what an incident touched of functions, data and work.
    Source: 21 CFR 211.100(b), 211.192, 600.14; An11 (2011) section 13; URS-113, URS-114, URS-121.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=DeviationKind)
    source = models.CharField(max_length=15, choices=DeviationSource)
    status = models.CharField(max_length=17, choices=DeviationStatus, default=DeviationStatus.OPEN)
    title = models.CharField(max_length=200)
    what_happened = models.TextField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    caused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="deviations"
    )
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="deviations"
    )
    procedure_step = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=200, blank=True)
    classification = models.CharField(
        max_length=8, choices=Classification, default=Classification.NOT_YET
    )
    impact = models.TextField(blank=True, default="", db_default="")
    containment = models.TextField(blank=True)
    investigation = models.TextField(blank=True)
    root_cause = models.TextField(blank=True)
    disposition = models.TextField(blank=True)
    outside_reference = models.CharField(max_length=60, blank=True)
    outside_url = models.URLField(max_length=500, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    report_words = models.TextField(blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = DeviationQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        indexes = [
            models.Index(
                fields=["kind", "-id"],
                condition=~Q(status=DeviationStatus.CLOSED),
                name="sop_open_deviations",
            ),
            models.Index(fields=["kind", "-id"], name="sop_deviation_by_kind"),
            models.Index(
                fields=["about"],
                condition=~Q(status=DeviationStatus.CLOSED) & ~Q(about=""),
                name="sop_open_deviation_about",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(what_happened=""),
                name="sop_deviation_says_what_happened",
            ),
            models.CheckConstraint(
                condition=Q(outside_url="") | Q(outside_url__startswith="https://"),
                name="sop_deviation_links_safely",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=DeviationStatus.CLOSED, closed_at__isnull=False)
                    & Q(closed_by__isnull=False)
                    & ~Q(classification=Classification.NOT_YET)
                    & ~Q(disposition="")
                    & (~Q(classification=Classification.CRITICAL) | ~Q(root_cause=""))
                )
                | (
                    ~Q(status=DeviationStatus.CLOSED)
                    & Q(closed_at__isnull=True, closed_by__isnull=True)
                ),
                name="sop_deviation_is_closed_complete",
            ),
        ]
        triggers = [
            *regulated(),
            pgtrigger.ReadOnly(
                name="opening_is_permanent",
                fields=["number", "kind", "source", "opened_by", "opened_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DeviationVialQuerySet(models.QuerySet["DeviationVial"]):
    """Which vials under which deviations."""

    def standing(self) -> Self:
        """Return those that a deviation, still open, has touched or may have touched."""
        rows = self.exclude(deviation__status=DeviationStatus.CLOSED)
        return rows.exclude(impact=Impact.NONE)


class DeviationVial(RegulatedModel):
    """One vial under one deviation, with what that means for it."""

    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="vials")
    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, related_name="deviations")
    impact = models.CharField(max_length=9, choices=Impact, default=Impact.TO_ASSESS)
    words = models.TextField(blank=True)

    objects = DeviationVialQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["deviation", "vial"], name="sop_vial_once_per_deviation"
            ),
            models.CheckConstraint(
                condition=Q(impact=Impact.TO_ASSESS) | ~Q(words=""),
                name="sop_impact_is_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vial_id} under {self.deviation_id}"


class DecisionKind(models.TextChoices):
    """What quality decides of a deviation before it is closed, or after."""

    CLASSIFIED = "classified", "Classified"
    REOPENED = "reopened", "Opened again"
    REPORTED = "reported", "Reporting settled"


class DeviationDecision(RegulatedModel):
    """
    One signed decision that is not the closure; it never changes, so its signature stays whole.

    outcome: in words, such as the class that was decided.
    """

    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=DecisionKind)
    outcome = models.CharField(max_length=200)
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind}: {self.outcome}"
