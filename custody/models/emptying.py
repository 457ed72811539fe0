"""Emptying a unit that fails: the emergency, and each rack that was carried elsewhere."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.authors import Author
from audit.models import RegulatedModel
from inventory.models import Container, Site
from sop.models import Deviation

COUNT_WITHIN = timedelta(hours=24)
"""By when moved racks are counted, where whoever ends it does not say another time."""


class EmptyingQuerySet(models.QuerySet["Emptying"]):
    """Which of them."""

    def visible_to(self, person: Author) -> Self:
        """Return those at the sites that `person` may see."""
        return self.filter(site__in=Site.objects.visible_to(person))

    def going_on(self) -> Self:
        """Return those that have not ended."""
        return self.filter(ended_at__isnull=True)


class Emptying(RegulatedModel):
    """
    The emptying of one unit, begun by one signature of a supervisor or of quality.

    deviation: under which its vials are listed until QA has assessed each. ended_by: whoever put
    the last rack down, or ended it before that, with why. counts_due_at: by when what was moved
    is counted.
    Source: REQUIREMENTS scenario 10, B9; 21 CFR 211.100(b), 211.192; URS-105, URS-112.
    """

    unit = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="emptyings")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)
    counts_due_at = models.DateTimeField(null=True, blank=True)

    objects = EmptyingQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(ended_at__isnull=True),
                name="custody_one_emptying_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, counts_due_at=None, end_reason="")
                | Q(ended_at__gte=F("begun_at"), ended_by__isnull=False)
                & Q(counts_due_at__gt=F("ended_at"))
                & ~Q(end_reason=""),
                name="custody_emptying_ends_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"emptying of {self.unit_id}"


class EmptiedRack(RegulatedModel):
    """
    One rack or box that was taken out of the unit, and where it was put.

    carried_by: whoever has it in hand since carried_at; at first who took it out. to_unit: where
    it was put; the unit itself when it was brought back. place: the breadcrumb as it read then.
    deferred: what of segregation does not agree there, in words. confirmed_at: when somebody
    said at which place it stands; absent while only its unit is known.
    """

    emptying = models.ForeignKey(Emptying, on_delete=models.PROTECT, related_name="racks")
    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="+")
    vials = models.PositiveIntegerField()
    taken_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    taken_out_at = models.DateTimeField()
    carried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    carried_at = models.DateTimeField()
    put_down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    put_down_at = models.DateTimeField(null=True, blank=True)
    to_unit = models.ForeignKey(
        Container, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(max_length=300, blank=True)
    deferred = models.JSONField(default=list, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["container"],
                condition=Q(put_down_at__isnull=True),
                name="custody_rack_is_carried_once",
            ),
            models.CheckConstraint(
                condition=Q(put_down_at=None, put_down_by=None, to_unit=None, confirmed_at=None)
                | Q(put_down_at__gte=F("taken_out_at"), put_down_by__isnull=False)
                & Q(to_unit__isnull=False),
                name="custody_rack_is_put_down_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__gte=F("put_down_at"), confirmed_by__isnull=False),
                name="custody_place_is_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.container_id} carried under {self.emptying_id}"
