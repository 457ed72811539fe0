"""What lies around probes: where they sat, under which limits, beside which others."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inventory.models import Container
from temperature.corrections import calibrations_of, steps_of
from temperature.models import Fitting, Probe
from temperature.pairs import Neighbour, compared, neighbours
from temperature.rules.corrections import Step
from temperature.rules.intervals import Stretch
from temperature.stretches import Since, limits_of_units, stretches_of


@dataclass(frozen=True)
class Surroundings:
    """
    What lies around some probes.

    fittings: of each probe, in the order of time. beside: what is compared in each unit.
    limits: of each quantity, for each unit, over time. corrections: of each probe that has any.
    """

    fittings: Mapping[int, Sequence[Fitting]]
    beside: Mapping[int, Sequence[Fitting]]
    limits: Mapping[str, Mapping[int, Sequence[Since]]]
    corrections: Mapping[int, Sequence[Step]]

    def stretches(self, probe: Probe, *, since: datetime) -> list[Stretch]:
        """Return the stretches of a probe that are not over at `since`, in order."""
        fittings = self.fittings.get(probe.pk, ())
        return stretches_of(fittings, self.limits.get(probe.quantity, {}), since=since)

    def neighbours(self, probe: Probe, stretches: Sequence[Stretch]) -> list[Neighbour]:
        """Return the probes that it is compared with in these stretches."""
        units = dict.fromkeys(stretch.unit_id for stretch in stretches)
        beside = [row for unit in units for row in self.beside.get(unit, ())]
        beside.sort(key=lambda row: (row.probe_id, row.began_at))
        return neighbours(probe, stretches, beside)


def surroundings_of(probes: Collection[Probe]) -> Surroundings:
    """Return what lies around these probes; a statement for each kind of thing, not each probe."""
    rows = Fitting.objects.filter(probe__in=probes).select_related("unit__type")
    fittings = list(rows.order_by("began_at"))
    units = {row.unit_id: row.unit for row in fittings}
    compares = compared().filter(unit__in=units).select_related("probe").order_by("began_at")
    beside = list(compares) if units else []
    keys = {probe.pk for probe in probes} | {row.probe_id for row in beside}
    calibrated = calibrations_of(keys)
    quantities = {probe.quantity for probe in probes}
    return Surroundings(
        fittings=_by("probe_id", fittings),
        beside=_by("unit_id", beside),
        limits={quantity: _limits(units.values(), quantity) for quantity in quantities},
        corrections={key: steps for key in calibrated if (steps := steps_of(calibrated[key]))},
    )


def _limits(units: Collection[Container], quantity: str) -> dict[int, list[Since]]:
    return limits_of_units(units, quantity) if units else {}


def _by(name: str, rows: Sequence[Fitting]) -> dict[int, list[Fitting]]:
    found: dict[int, list[Fitting]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found
