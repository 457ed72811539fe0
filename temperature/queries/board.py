"""How cold every unit is now, for the wall: a last value is never shown as a current one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from inventory.models import Container
from temperature.corrections import calibrations_of
from temperature.models import (
    GRAVITY,
    Calibration,
    ContactSpell,
    Excursion,
    Fitting,
    Gap,
    LimitVersion,
    Period,
    Probe,
    Quantity,
    Rollup,
)
from temperature.queries.limits import limits_in_force
from temperature.queries.now import ProbeNow, probe_now
from temperature.rules.bands import Band, bands_of

TREND_OVER = timedelta(hours=3)

Row = TypeVar("Row", Excursion, Gap)


@dataclass(frozen=True, kw_only=True)
class UnitNow:
    """
    One unit as it stands at an instant.

    probes: those that sit in it, thermometers first; excursions: open, the gravest first; gaps:
    open. limits: of temperature that are in force; absent where there are none: nothing warns.
    taken_out: where no thermometer sits, how the last one sat; absent where there never was one.
    """

    unit: Container
    probes: tuple[ProbeNow, ...]
    excursions: tuple[Excursion, ...]
    gaps: tuple[Gap, ...]
    limits: LimitVersion | None
    taken_out: Fitting | None = None

    @property
    def has_limits(self) -> bool:
        """Whether anything is compared with a limit here."""
        return self.limits is not None and bool(self.limits.bands)

    @property
    def beyond(self) -> list[tuple[ProbeNow, Band]]:
        """Each thermometer that is beyond a limit now, with the gravest one; its delay may run."""
        bands = [] if self.limits is None else bands_of(self.limits)
        found = []
        for probe in self.thermometers:
            value = probe.value
            if probe.is_current and value is not None:
                passed = [band for band in bands if band.is_beyond(value)]
                found += [(probe, max(passed, key=_grave))] if passed else []
        return found

    @property
    def thermometers(self) -> list[ProbeNow]:
        """The probes that measure how cold it is."""
        return [probe for probe in self.probes if probe.quantity is Quantity.TEMPERATURE]

    @property
    def warmest(self) -> ProbeNow | None:
        """The warmest of the thermometers that can be believed now."""
        told = [probe for probe in self.thermometers if probe.is_current]
        return max(told, key=lambda probe: probe.value or 0.0, default=None)

    @property
    def heard_at(self) -> datetime | None:
        """When a value that counts last came from the unit; a contact says nothing of cold."""
        measuring = [probe for probe in self.probes if not probe.quantity.is_contact]
        return max((probe.usable_at for probe in measuring if probe.usable_at), default=None)

    @property
    def contacts_on(self) -> list[ProbeNow]:
        """The contacts that say now that a door is open, or that mains failed."""
        return [probe for probe in self.probes if probe.is_on]


def units_now(units: Sequence[Container], *, at: datetime) -> list[UnitNow]:
    """
    Say how cold each of `units` is at an instant.

    Six queries for any number, one more for doors, and one where a unit has no thermometer.
    units: those that the person may see, with their types.
    Source: REQUIREMENTS B4, B5; URS-104, URS-108, URS-112.
    """
    keys = [unit.pk for unit in units]
    gaps = _by_unit(Gap.objects.open().filter(unit__in=keys).order_by("began_at"))
    beyond = Excursion.objects.open().filter(unit__in=keys).select_related("probe")
    excursions = _by_unit(beyond)
    probes = _probes(keys, gaps, at)
    taken_out = _taken_out([key for key in keys if not _is_measured(probes[key])])
    limited = limits_in_force(keys, quantity=Quantity.TEMPERATURE, at=at)
    return [
        UnitNow(
            unit=unit,
            probes=tuple(probes[unit.pk]),
            excursions=tuple(sorted(excursions[unit.pk], key=_gravest_first)),
            gaps=tuple(gaps[unit.pk]),
            limits=limited.get(unit.pk),
            taken_out=taken_out.get(unit.pk),
        )
        for unit in units
    ]


def _grave(band: Band) -> int:
    return GRAVITY[band.level]


def _by_unit(rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(row)
    return found


def _gravest_first(excursion: Excursion) -> tuple[int, datetime]:
    return -GRAVITY[excursion.level], excursion.began_at  # type: ignore[index]  # the column holds a Level


def _probes(
    units: Sequence[int], gaps: Mapping[int, Sequence[Gap]], at: datetime
) -> Mapping[int, list[ProbeNow]]:
    """Return what each probe of each unit says."""
    sitting = (
        Fitting.objects.filter(unit__in=units, ended_at__isnull=True)
        .select_related("probe__state")
        .order_by("-probe__quantity", "zone", "probe__code")
    )
    fittings = list(sitting)
    probes = [fitting.probe for fitting in fittings]
    calibrated = calibrations_of([probe.pk for probe in probes])
    before, since = _before(probes, at), _on_since(probes)
    found: defaultdict[int, list[ProbeNow]] = defaultdict(list)
    for fitting in fittings:
        probe = fitting.probe
        found[fitting.unit_id].append(
            probe_now(
                probe,
                fitted_at=fitting.began_at,
                zone=fitting.get_zone_display(),
                gaps=[gap for gap in gaps[fitting.unit_id] if gap.probe_id == probe.pk],
                calibrations=calibrated.get(probe.pk, ()),
                before=before.get(probe.pk),
                on_since=since.get(probe.pk),
                at=at,
            )
        )
    return found


def _is_measured(probes: Iterable[ProbeNow]) -> bool:
    return any(probe.quantity is Quantity.TEMPERATURE for probe in probes)


def _taken_out(units: Sequence[int]) -> dict[int, Fitting]:
    """Return how the last thermometer sat in each of these units; no query where there is none."""
    if not units:
        return {}
    rows = Fitting.objects.filter(
        unit__in=units, ended_at__isnull=False, probe__quantity=Quantity.TEMPERATURE
    )
    last = rows.order_by("unit", "-ended_at", "-pk").distinct("unit").select_related("probe")
    return {row.unit_id: row for row in last}


def last_calibrations(probes: Iterable[Probe]) -> dict[int, Calibration]:
    """Return the newest calibration of each probe that has one; one query."""
    rows = Calibration.objects.filter(probe__in=[probe.pk for probe in probes])
    newest = rows.order_by("probe", "-calibrated_at", "-pk").distinct("probe")
    return {row.probe_id: row for row in newest}


def _on_since(probes: Iterable[Probe]) -> dict[int, datetime]:
    """Return since when each contact among these stands at 1; no query where there is none."""
    contacts = [probe.pk for probe in probes if probe.is_contact]
    if not contacts:
        return {}
    rows = ContactSpell.objects.going_on().filter(probe__in=contacts)
    return dict(rows.values_list("probe", "began_at"))


def _before(probes: Iterable[Probe], at: datetime) -> dict[int, float]:
    """Return the mean of each probe in the hour that lies three hours back."""
    then = at.astimezone(UTC) - TREND_OVER
    hour = datetime(then.year, then.month, then.day, then.hour, tzinfo=UTC)
    rows = Rollup.objects.filter(
        probe__in=[probe.pk for probe in probes], period=Period.HOUR, began_at=hour
    )
    means = rows.values_list("probe", "mean")
    return {probe: mean for probe, mean in means if mean is not None}
