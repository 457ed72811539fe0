"""How long the nitrogen of each tank lasts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from temperature.models import GRAVITY, LimitVersion, Period, Quantity, Rollup, Side
from temperature.queries.board import UnitNow
from temperature.queries.limits import limits_in_force
from temperature.queries.now import ProbeNow
from temperature.rules.bands import bands_of
from temperature.rules.survival import LOOKS_BACK, Hour, Survival, survival


def survivals(units: Sequence[UnitNow], *, at: datetime) -> dict[int, Survival]:
    """
    Say for each unit with a level gauge how long its nitrogen lasts; two statements for any number.

    Of several gauges the lowest counts. What is not known is said to be so, with the reason.
    Source: REQUIREMENTS B4; URS-104.
    """
    gauges = {now.unit.pk: gauge for now in units if (gauge := _gauge(now)) is not None}
    if not gauges:
        return {}
    limits = limits_in_force(list(gauges), quantity=Quantity.LEVEL, at=at)
    hours = _hours([gauge.id for gauge in gauges.values()], at)
    return {unit: _of(gauge, limits.get(unit), hours[gauge.id]) for unit, gauge in gauges.items()}


def _gauge(now: UnitNow) -> ProbeNow | None:
    gauges = [probe for probe in now.probes if probe.quantity is Quantity.LEVEL]
    current = [probe for probe in gauges if probe.is_current and probe.value is not None]
    lowest = min(current, key=lambda probe: probe.value or 0.0, default=None)
    return lowest or next(iter(gauges), None)


def _hours(gauges: Sequence[int], at: datetime) -> defaultdict[int, list[Hour]]:
    found: defaultdict[int, list[Hour]] = defaultdict(list)
    rows = Rollup.objects.filter(
        probe__in=gauges, period=Period.HOUR, began_at__gt=at - LOOKS_BACK, began_at__lte=at
    ).order_by("began_at")
    for probe, began_at, mean in rows.values_list("probe", "began_at", "mean"):
        if mean is not None:
            found[probe].append(Hour(began_at, mean))
    return found


def _of(gauge: ProbeNow, limits: LimitVersion | None, hours: Sequence[Hour]) -> Survival:
    low = [] if limits is None else [b for b in bands_of(limits) if b.side == Side.BELOW]
    gravest = max(low, key=lambda band: GRAVITY[band.level], default=None)
    return survival(
        hours,
        level=gauge.value if gauge.is_current else None,
        limit=None if gravest is None else gravest.limit,
        least=None if limits is None else limits.least_hours,
        critical=None if limits is None else limits.critical_hours,
    )
