"""Stays: where a vial was, from when to when, so that the past is a query."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from audit.triggers import never_deleted, never_truncated, only_in_a_change
from custody.models.event import CustodyEvent
from inventory.models import Container, Position, Vial


class StayQuerySet(models.QuerySet["Stay"]):
    """Which stays."""

    def open(self) -> "StayQuerySet":
        """Return the stays that go on."""
        return self.filter(ended_at__isnull=True)


class Stay(models.Model):
    """
    One vial's time in one position of one unit; written with the events that began and ended it.

    unit: the freezer or tank, even when the box has been moved since.
    """

    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, related_name="stays")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="stays")
    unit = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="stays")
    place = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    began_with = models.ForeignKey(CustodyEvent, on_delete=models.PROTECT, related_name="+")
    ended_with = models.ForeignKey(
        CustodyEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vial"],
                condition=Q(ended_at__isnull=True),
                name="custody_one_stay_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                name="custody_stay_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "began_at"], name="custody_stay_by_unit"),
            models.Index(
                fields=["unit"],
                condition=Q(ended_at__isnull=True),
                name="custody_open_stay_by_unit",
            ),
        ]
        triggers = [
            only_in_a_change(),
            never_deleted(),
            never_truncated(),
            pgtrigger.Trigger(
                name="ends_once",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
                       OR to_jsonb(OLD) - '{ended_at,ended_with_id}'::text[]
                          <> to_jsonb(NEW) - '{ended_at,ended_with_id}'::text[] THEN
                        RAISE EXCEPTION 'a stay may only be ended, once' USING ERRCODE = 'FZ003';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vial_id} at {self.place}"
