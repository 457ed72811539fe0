"""Probes, where each was fitted from when to when, and how it was calibrated."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from audit.models import RegulatedModel
from audit.triggers import regulated
from inventory.models import Container
from temperature.models.feed import Feed


class Quantity(models.TextChoices):
    """What a probe measures; readings are kept in this unit."""

    TEMPERATURE = "temperature", "Temperature, °C"
    LEVEL = "level", "LN2 level, %"
    DOOR = "door", "Door or lid contact"
    POWER = "power", "Mains contact"
    FILLING = "filling", "Filling contact"

    @property
    def unit(self) -> str:
        """The unit that its values are kept in; of a contact, what its states are called by."""
        return {Quantity.TEMPERATURE: "°C", Quantity.LEVEL: "%"}.get(self, self.value)

    @property
    def is_contact(self) -> bool:
        """Whether it is a state, 1 or 0, and no measurement."""
        return self in CONTACTS

    @property
    def states(self) -> tuple[str, str]:
        """What a contact says at 0 and at 1, in words after `thing`."""
        return ("present", "failed") if self is Quantity.POWER else ("closed", "open")

    @property
    def thing(self) -> str:
        """What a contact is of."""
        return {Quantity.POWER: "Mains", Quantity.FILLING: "Filling valve"}.get(self, "Door")

    @property
    def when_on(self) -> str:
        """What a contact at 1 says, in words."""
        return f"{self.thing} {self.states[1]}"

    @property
    def when_silent(self) -> str:
        """What is to be said of a contact that says nothing."""
        return f"{self.thing} contact says nothing"


CONTACTS = (Quantity.DOOR, Quantity.POWER, Quantity.FILLING)
"""What has two states: 1 is a door or a filling valve open or mains failed, 0 all at rest."""


class Zone(models.TextChoices):
    """Where in a unit a probe sits."""

    LID = "lid", "Under the lid, the warmest place"
    MIDDLE = "middle", "Middle"
    BOTTOM = "bottom", "Bottom"
    AIR = "air", "Air"
    BUFFERED = "buffered", "In a buffer"
    CONTROL = "control", "The unit's own control probe"
    LEVEL = "level", "Level"
    DOOR = "door", "Door or lid"
    MAINS = "mains", "Mains supply"
    FILLING = "filling", "Filling valve"


class Probe(RegulatedModel):
    """
    One registered probe.

    code: what is written on it; channel: what its feed calls it. expected_every: the longest
    time between two readings that is normal. flat_after: how long values may stay `flat_within` so
    much of each other before they are no longer believed; absent where standing still is normal, as
    in liquid and of a contact. most_jump: a greater step between two readings is no real one, and
    values that make such steps again and again are not believed; absent where any may be real, as
    of a contact.
    Source: 21 CFR 11.10(h); URS-28.
    """

    code = models.CharField(max_length=40, unique=True)
    quantity = models.CharField(max_length=12, choices=Quantity, default=Quantity.TEMPERATURE)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="probes")
    channel = models.CharField(max_length=100)
    expected_every = models.DurationField()
    flat_after = models.DurationField(null=True, blank=True)
    flat_within = models.FloatField(default=0.1, db_default=0.1)
    most_jump = models.FloatField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "channel"],
                condition=Q(retired_at__isnull=True),
                name="temperature_one_probe_per_channel",
            ),
            models.CheckConstraint(
                condition=~Q(quantity__in=CONTACTS) | Q(flat_after__isnull=True),
                name="temperature_a_contact_may_stand_still",
            ),
            models.CheckConstraint(
                condition=~Q(quantity__in=CONTACTS) | Q(most_jump__isnull=True),
                name="temperature_a_contact_may_jump",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_contact(self) -> bool:
        """Whether it says a state and measures nothing."""
        return self.quantity in CONTACTS


class Fitting(RegulatedModel):
    """
    A probe's time in one zone of one unit; the mapping is a record, so that the past is a query.

    mapped_offset: how much warmer than the coldest probe of the unit this place was when the unit
    was mapped, in °C. Source: URS-105, URS-112.
    """

    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="fittings")
    unit = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="fittings")
    zone = models.CharField(max_length=10, choices=Zone)
    mapped_offset = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["probe"],
                condition=Q(ended_at__isnull=True),
                name="temperature_a_probe_sits_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("began_at")),
                name="temperature_fitting_ends_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["unit", "began_at"], name="temperature_fitting_by_unit")]
        triggers = [
            *regulated(),
            pgtrigger.Trigger(
                name="one_place_at_a_time",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    PERFORM 1 FROM public.temperature_probe p WHERE p.id = NEW.probe_id FOR UPDATE;
                    IF EXISTS (
                        SELECT 1 FROM public.temperature_fitting f
                        WHERE f.probe_id = NEW.probe_id AND f.id <> NEW.id
                          AND tstzrange(f.began_at, f.ended_at)
                              && tstzrange(NEW.began_at, NEW.ended_at)
                    ) THEN
                        RAISE EXCEPTION 'the probe sits somewhere else in that time'
                            USING ERRCODE = '23P01', CONSTRAINT = 'temperature_fittings_overlap';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.probe} in {self.unit}"


class Calibration(RegulatedModel):
    """
    What a calibration of a probe showed, and until when it counts.

    correction: to be added to what the probe reads, in its unit; raw readings stay as they are.
    certificate: its number. Source: 21 CFR 211.68(a), 211.160(b)(4); URS-30.
    """

    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="calibrations")
    calibrated_at = models.DateTimeField()
    due_at = models.DateTimeField()
    correction = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    certificate = models.CharField(max_length=60)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("calibrated_at")),
                name="temperature_calibration_lasts",
            ),
        ]
        indexes = [
            models.Index(fields=["probe", "-calibrated_at"], name="temperature_calibration_last")
        ]

    def __str__(self) -> str:
        return f"{self.probe} until {self.due_at:%Y-%m-%d}"
