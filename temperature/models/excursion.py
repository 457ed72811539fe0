"""Excursions and gaps: when a probe was beyond a limit, and when it said nothing that counts."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q

from audit.models import RegulatedModel
from inventory.models import Container
from temperature.models.limits import GRAVE, Level, LimitVersion, Side
from temperature.models.probe import Probe, Quantity

Row = TypeVar("Row", bound=models.Model)


class Intervals(models.QuerySet[Row]):
    """Which intervals."""

    def open(self) -> Self:
        """Return those that go on."""
        return self.filter(ended_at__isnull=True, is_withdrawn=False)

    def standing(self) -> Self:
        """Return those that later readings did not undo."""
        return self.filter(is_withdrawn=False)


class ExcursionRule(models.TextChoices):
    """What was broken; all but the first are of the level of a tank. Source: REQUIREMENTS B4."""

    LIMIT = "limit", "Beyond a limit"
    NO_RISE = "no_rise", "Level does not rise though a fill began"
    TWO_FILLS = "two_fills", "Level has fallen through two fills"


class ExcursionQuerySet(Intervals["Excursion"]):
    """Which excursions."""

    def grave(self) -> Self:
        """Return those that must be looked into: too warm, or a tank short of nitrogen."""
        return self.filter(
            Q(side=Side.ABOVE, probe__quantity=Quantity.TEMPERATURE)
            | Q(side=Side.BELOW, probe__quantity=Quantity.LEVEL),
            level__in=GRAVE,
        )


class GapQuerySet(Intervals["Gap"]):
    """Which gaps."""


class Excursion(RegulatedModel):
    """
    The time in which one probe was beyond the limit of one level, longer than its delay.

    rule: what it broke; a level that does not follow its fills is one as well, limit is then the
    level at which the fill began, or the highest of the last one.
    began_at: the first reading beyond; ended_at: the first reading back inside, dead-band
    included; absent while it goes on. seconds_beyond: how long readings stood beyond the limit;
    silence in it does not count. peak: the value furthest out. found_at: when it was found, which
    for late data is long after. method: the version of the rules that found it. is_withdrawn:
    readings that came later show another interval; it stays to be read.
    Source: 21 CFR 1271.260(d); REQUIREMENTS B7; URS-105, URS-111.
    """

    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="excursions")
    unit = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="excursions")
    limits = models.ForeignKey(LimitVersion, on_delete=models.PROTECT, related_name="excursions")
    level = models.CharField(max_length=8, choices=Level)
    side = models.CharField(max_length=5, choices=Side)
    rule = models.CharField(
        max_length=10,
        choices=ExcursionRule,
        default=ExcursionRule.LIMIT,
        db_default=ExcursionRule.LIMIT.value,
    )
    limit = models.FloatField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    peak = models.FloatField()
    peak_at = models.DateTimeField()
    seconds_beyond = models.PositiveIntegerField()
    found_at = models.DateTimeField()
    method = models.CharField(max_length=20)
    is_withdrawn = models.BooleanField(default=False)

    objects = ExcursionQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["probe", "level", "side", "rule", "began_at"],
                condition=Q(is_withdrawn=False),
                name="temperature_each_excursion_once",
            ),
            models.UniqueConstraint(
                fields=["probe", "level", "side", "rule"],
                condition=Q(ended_at__isnull=True, is_withdrawn=False),
                name="temperature_one_open_excursion",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("began_at")),
                name="temperature_excursion_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "began_at"], name="temperature_excursion_by_unit"),
            models.Index(
                fields=["unit"],
                condition=Q(ended_at__isnull=True, is_withdrawn=False),
                name="temperature_open_by_unit",
            ),
        ]

    @property
    def is_grave(self) -> bool:
        """Whether it must be looked into, as `grave` says of many; read with its probe."""
        wrong = {Quantity.TEMPERATURE: Side.ABOVE, Quantity.LEVEL: Side.BELOW}
        quantity = Quantity(self.probe.quantity)
        return self.level in GRAVE and self.side == wrong.get(quantity)

    def __str__(self) -> str:
        return f"{self.level} at {self.probe} from {self.began_at:%Y-%m-%d %H:%M} UTC"


class GapCause(models.TextChoices):
    """Why readings do not count as evidence."""

    SILENT = "silent", "No reading came"
    UNUSABLE = "unusable", "What came is no measurement"
    FLAT = "flat", "The value stood still"
    JUMPS = "jumps", "The value jumps again and again"
    DISAGREES = "disagrees", "Two probes of the unit disagree"


class Gap(RegulatedModel):
    """
    The time in which one probe gave no evidence; it is never filled by guessing.

    began_at: the last reading that counts; ended_at: the next one; absent while it goes on.
    Source: 21 CFR 1271.260(e); URS-30, URS-108, URS-112.
    """

    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="gaps")
    unit = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="gaps")
    cause = models.CharField(max_length=12, choices=GapCause)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField()
    method = models.CharField(max_length=20)
    is_withdrawn = models.BooleanField(default=False)

    objects = GapQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["probe", "cause", "began_at"],
                condition=Q(is_withdrawn=False),
                name="temperature_each_gap_once",
            ),
            models.UniqueConstraint(
                fields=["probe", "cause"],
                condition=Q(ended_at__isnull=True, is_withdrawn=False),
                name="temperature_one_open_gap",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("began_at")),
                name="temperature_gap_ends_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["unit", "began_at"], name="temperature_gap_by_unit")]

    def __str__(self) -> str:
        return f"{self.cause} at {self.probe} from {self.began_at:%Y-%m-%d %H:%M} UTC"
