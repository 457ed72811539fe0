"""What a site demands of handling in storage: a new version for every change."""

from django.db import models

from audit.models import RegulatedModel


class HoldsFrom(models.TextChoices):
    """From which level of excursion on the contents of a unit are held at once."""

    ACTION = "action", "Action"
    CRITICAL = "critical", "Critical"
    NEVER = "never", "Never"


class HandlingRules(RegulatedModel):
    """
    One version of a site's rules of handling; the newest counts.

    late_entry_hours: how long after a step those who did it may still enter it, in hours.
    holds_on_mismatch: whether a vial that was scanned for another patient is held at once.
    holds_excursions_from: the level of excursion from which on what stood in the unit is held.
    longest_lift_minutes: until when a rack or box counts as out whose return nobody recorded.
    single_scan_seconds: how long one is taken to have been out where one scan is all that is known.
    expected_pick_seconds: how long a vial is expected to be out of storage when it is picked.
    gap_deviation_minutes: from how many minutes on a time without evidence opens a deviation;
    absent where none does. blind_hold_minutes: from how many minutes on what stands in a unit that
    no probe measures is held; absent where nothing is.
    Source: 21 CFR 211.192, 1271.270(a); REQUIREMENTS B4, B5; URS-26, URS-112, URS-113.
    """

    version = models.PositiveIntegerField(unique=True)
    late_entry_hours = models.PositiveSmallIntegerField()
    holds_on_mismatch = models.BooleanField(default=True, db_default=True)
    holds_excursions_from = models.CharField(
        max_length=8,
        choices=HoldsFrom,
        default=HoldsFrom.CRITICAL,
        db_default=HoldsFrom.CRITICAL.value,
    )
    longest_lift_minutes = models.PositiveSmallIntegerField(default=2, db_default=2)
    single_scan_seconds = models.PositiveSmallIntegerField(default=30, db_default=30)
    expected_pick_seconds = models.PositiveSmallIntegerField(default=60, db_default=60)
    gap_deviation_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    blind_hold_minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(late_entry_hours__range=(1, 720)),
                name="custody_handling_rules_in_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    longest_lift_minutes__range=(1, 240), single_scan_seconds__range=(0, 600)
                ),
                name="custody_lifts_in_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(expected_pick_seconds__range=(0, 3600)),
                name="custody_expected_picks_in_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(gap_deviation_minutes=None)
                | models.Q(gap_deviation_minutes__range=(1, 1440)),
                name="custody_gap_deviations_in_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(blind_hold_minutes=None)
                | models.Q(blind_hold_minutes__range=(0, 1440)),
                name="custody_blind_holds_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"Rules of handling, version {self.version}"
