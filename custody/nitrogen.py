"""When the nitrogen of a tank runs low, and who is told what, with where its contents could go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from custody.queries.backups import Backup, backups_among, conditions_of, is_alike
from custody.queries.storage import storage_at
from inventory.models import Container, Site
from temperature.alarms_about import Subject
from temperature.models import GRAVITY, Alarm, AlarmCause, Fitting, Level, Quantity
from temperature.queries.alarms import alarms_at
from temperature.queries.board import units_now
from temperature.queries.survival import survivals
from temperature.rules.survival import METHOD, Survival

TANK = "nitrogen of unit "
NAMED = 3


def about_tank(unit_id: int) -> str:
    """Return what the alarm of a tank's nitrogen is known by."""
    return f"{TANK}{unit_id}"


@dataclass(frozen=True)
class Lasting:
    """How long a tank's nitrogen lasts, and of which level its open alarm is, if there is one."""

    survival: Survival | None
    told: Level | None

    @property
    def level(self) -> Level | None:
        """Of which level the alarm must be; what wavers, or is not known, leaves it as it is."""
        if self.survival is None:
            return None
        found = self.survival.level
        if found is None and self.told is not None and not self.survival.is_refilled:
            return self.told
        return found

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to be raised, told anew, or resolved."""
        if self.level is None or self.told is None:
            return self.level is self.told
        return GRAVITY[self.level] <= GRAVITY[self.told]


def lasting_of(unit_ids: Sequence[int], *, at: datetime) -> dict[int, Lasting]:
    """Say how long the nitrogen of these tanks lasts; nine statements for any number."""
    units = list(Container.objects.filter(pk__in=unit_ids).select_related("type"))
    lasts = survivals(units_now(units, at=at), at=at)
    names = {about_tank(unit.pk): unit.pk for unit in units}
    rows = Alarm.objects.open().filter(cause=AlarmCause.NITROGEN, about__in=names)
    told = {names[row.about]: Level(row.level) for row in rows}
    return {unit.pk: Lasting(lasts.get(unit.pk), told.get(unit.pk)) for unit in units}


def tanks_to_settle(*, at: datetime) -> list[int]:
    """Return the tanks whose nitrogen runs low and that are not told so, or told and no more."""
    gauges = Fitting.objects.filter(ended_at__isnull=True, probe__quantity=Quantity.LEVEL)
    told = Alarm.objects.open().filter(cause=AlarmCause.NITROGEN)
    keys = {*gauges.values_list("unit_id", flat=True), *told.values_list("unit_id", flat=True)}
    lasting = lasting_of(list(keys), at=at) if keys else {}
    return sorted(key for key, found in lasting.items() if not found.is_settled)


def subject_of(unit: Container, lasts: Survival, *, at: datetime) -> Subject:
    """
    Say for how long the nitrogen lasts, on what that rests, and where the contents could go.

    unit: with its type and its site. lasts: with its hours.
    """
    hours = int(lasts.hours or 0)
    words = (
        f"{unit.name}: its nitrogen lasts for about {hours} h until {lasts.limit:g} %, at "
        f"{lasts.per_day:.1f} % a day ({METHOD}); it must last for {lasts.least:g} h. Fill it. "
        f"{_room(_backups(unit, at=at))}"
    )
    return Subject(unit_id=unit.pk, words=words)


def _backups(unit: Container, *, at: datetime) -> list[Backup]:
    storage = storage_at(list(Site.objects.filter(pk=unit.site_id)))
    alike = [
        row.container for site in storage for row in site.units if is_alike(row.container, unit)
    ]
    stand = units_now(alike, at=at)
    alarms = alarms_at([other.pk for other in alike], at=at)
    conditions = conditions_of(stand, survivals(stand, at=at), alarms)
    return [row for row in backups_among(unit, storage, conditions=conditions) if not row.doubt]


def _room(fit: Sequence[Backup]) -> str:
    if not fit:
        return "No other unit of its site and storage class is fit to take its contents."
    named = ", ".join(f"{row.name} ({row.free} places free)" for row in fit[:NAMED])
    return f"Room for its contents: {named}."
