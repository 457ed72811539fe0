"""When contacts stood at 1, worked out from their readings."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from inventory.models import Container
from temperature.models.probe import Probe


class ContactSpellQuerySet(models.QuerySet["ContactSpell"]):
    """Which spells."""

    def going_on(self) -> Self:
        """Return those that no reading has ended."""
        return self.filter(ended_at__isnull=True)


class ContactSpell(models.Model):
    """
    One unbroken time in which a contact of a unit stood at 1: a door open, mains failed.

    Not regulated: it is worked out from raw readings and may be at any time again; no alarm is
    raised of it, and nothing is judged by it. ended_at: the first reading back at 0; absent while
    it goes on. seconds: for how long readings stood at 1, silence left out. times: how often it
    came to 1, more than once where it chattered. method: names how.
    Source: REQUIREMENTS B3, C4; URS-105, URS-111.
    """

    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="spells")
    unit = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="contact_spells")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seconds = models.FloatField()
    times = models.PositiveIntegerField()
    method = models.CharField(max_length=20)

    objects = ContactSpellQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["probe", "began_at"], name="temperature_each_spell_once"
            ),
            models.UniqueConstraint(
                fields=["probe"],
                condition=Q(ended_at__isnull=True),
                name="temperature_one_open_spell",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("began_at")),
                name="temperature_spell_ends_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["unit", "began_at"], name="temperature_spell_by_unit")]

    def __str__(self) -> str:
        return f"Spell {self.pk} from {self.began_at:%Y-%m-%d %H:%M} UTC"
