"""Whom to tell of alarms: where people are reached, and who is on call when."""

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from audit.models import RegulatedModel
from inventory.models import Site
from temperature.models.channel import ChannelKind

FIRST_TO_LAST = Value("[]")


class Contact(RegulatedModel):
    """
    Where one person is reached by one kind of channel; an empty address: not that way any more.

    Source: URS-110.
    """

    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="alarm_contacts"
    )
    kind = models.CharField(max_length=10, choices=ChannelKind)
    address = models.CharField(max_length=254, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], name="temperature_one_contact_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[ChannelKind.EMAIL, ChannelKind.SMS]),
                name="temperature_contact_of_a_kind_with_addresses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} by {self.get_kind_display()}"


class OnCallQuerySet(models.QuerySet["OnCall"]):
    """Which duties."""

    def standing(self) -> Self:
        """Return those that nobody took back."""
        return self.filter(is_withdrawn=False)


class OnCall(RegulatedModel):
    """
    One person on call for one site, from and until; the lowest order is told first.

    Two people never hold one order of a site at once: the database refuses it.
    Source: draft Annex 11 section 8; URS-110; REQUIREMENTS D1 (unclear ownership).
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="duties")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="duties")
    order = models.PositiveSmallIntegerField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_withdrawn = models.BooleanField(default=False)

    objects = OnCallQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")), name="temperature_duty_ends_after_it_began"
            ),
            ExclusionConstraint(  # ranges of one number each: equality would take an extension
                name="temperature_one_person_on_call_for_an_order",
                expressions=[
                    (
                        Func(F("site"), F("site"), FIRST_TO_LAST, function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("order"), F("order"), FIRST_TO_LAST, function="int4range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("begins_at"), F("ends_at"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_withdrawn=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on call, number {self.order}"
