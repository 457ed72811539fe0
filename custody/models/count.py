"""Cycle counts: what was expected in a container, what was scanned, and what came of it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.authors import Author
from audit.models import RegulatedModel
from audit.triggers import evidence
from inventory.models import Container, Position, Site, Vial
from sop.models import Deviation


class CountStatus(models.TextChoices):
    """How far a count has come."""

    COUNTING = "counting", "Being counted"
    CLOSED = "closed", "Closed"
    ABANDONED = "abandoned", "Abandoned"


class CountQuerySet(models.QuerySet["Count"]):
    """Which counts."""

    def visible_to(self, person: Author) -> Self:
        """Return the counts at the sites that `person` may see."""
        return self.filter(site__in=Site.objects.visible_to(person))


class Count(RegulatedModel):
    """
    One blind count of a container by one person.

    place: the breadcrumb of the container when the count began. counted_by: who scans and signs.
    expected: how many vials the record had there then; nobody is shown it before the end.
    recount_of: the count whose differing lines another person counts again.
    results: how many lines there are of each result, at the end. reason: why it was abandoned.
    Source: 21 CFR 211.142, 211.150, 211.184, 1271.265; REQUIREMENTS B9, "Cycle count".
    """

    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="counts")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=CountStatus, default=CountStatus.COUNTING)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    expected = models.PositiveIntegerField()
    recount_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="recounts"
    )
    results = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    objects = CountQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["container"],
                condition=Q(status="counting"),
                name="custody_one_count_at_a_time",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=CountStatus.COUNTING, ended_at__isnull=True)
                    | ~Q(status=CountStatus.COUNTING) & Q(ended_at__isnull=False)
                ),
                name="custody_count_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(status=CountStatus.ABANDONED) | ~Q(reason=""),
                name="custody_count_is_abandoned_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"CNT-{self.pk}"


class CountResult(models.TextChoices):
    """What a count says of one vial or place."""

    OPEN = "open", "Not counted yet"
    MATCHED = "matched", "Match"
    MOVED = "moved", "Left meanwhile"
    MISSING = "missing", "Missing"
    EXTRA = "extra", "Not expected here"
    MISPLACED = "misplaced", "At another place"
    UNREADABLE = "unreadable", "Unreadable label"
    FOUND = "found", "Found at the recount"


DIFFERENCES = (
    CountResult.MISSING,
    CountResult.MISPLACED,
    CountResult.EXTRA,
    CountResult.UNREADABLE,
)


class CountLine(RegulatedModel):
    """
    One vial of a count, or one thing that stood there without being expected.

    Expected ones are frozen when the count begins: vial, position and place. Others are added at
    its end; one whose code is not known, or cannot be read, has no vial.
    found_place: where it was scanned. words: what else there is to know.
    deviation: that its difference opened.
    """

    count = models.ForeignKey(Count, on_delete=models.PROTECT, related_name="lines")
    vial = models.ForeignKey(
        Vial, on_delete=models.PROTECT, null=True, blank=True, related_name="count_lines"
    )
    code = models.CharField(max_length=60, blank=True)
    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(max_length=300, blank=True)
    result = models.CharField(max_length=10, choices=CountResult, default=CountResult.OPEN)
    found_place = models.CharField(max_length=300, blank=True)
    words = models.TextField(blank=True)
    deviation = models.ForeignKey(
        Deviation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["count", "vial"], name="custody_vial_once_per_count"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in CNT-{self.count_id}"


class ScanKind(models.TextChoices):
    """What the counter said of a place or a vial."""

    SEEN = "seen", "Seen"
    UNREADABLE = "unreadable", "Unreadable label"
    EMPTY = "empty", "Empty place"
    PLACE = "place", "Place chosen"
    TAKEN_BACK = "taken_back", "Last entry taken back"


class CountScan(models.Model):
    """
    One entry of the counter, in the order of its key; evidence, never changed.

    vial: that carries the code, where one does. position: where it was, where that was said.
    container: the one that was chosen by then. An entry that is taken back stays readable.
    Source: 21 CFR 11.10(e), 211.184; URS-35.
    """

    count = models.ForeignKey(Count, on_delete=models.PROTECT, related_name="scans")
    kind = models.CharField(max_length=10, choices=ScanKind)
    code = models.CharField(max_length=60, blank=True)
    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, null=True, related_name="+")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, null=True, related_name="+")
    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    scanned_at = models.DateTimeField()
    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = evidence()

    def __str__(self) -> str:
        return f"{self.kind} {self.code}".strip()
