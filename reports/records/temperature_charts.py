"""The curve of a unit as papers draw it: one chart for each quantity that was measured."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from reports.kit.charts import Chart, Rule, Trace
from temperature.models import Excursion, Gap, Quantity
from temperature.queries.curves import DRAWN, Curve, Line

BY = {
    "raw": "each reading",
    "hour": "mean, least and most of each hour",
    "day": "mean, least and most of each day",
}


def charts_of(
    curve: Curve,
    *,
    excursions: Sequence[Excursion],
    gaps: Sequence[Gap],
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    at: datetime,
) -> Iterator[Chart]:
    """
    Yield one chart for each quantity.

    excursions, gaps: those that touch the time. at: up to when what goes on is drawn.
    Source: REQUIREMENTS D2 no. 5, no. 6.
    """
    for quantity in DRAWN:
        series = [row for row in curve.series if row.quantity is quantity and row.times]
        if not series:
            continue
        yield Chart(
            title=f"{quantity.label.split(',')[0]}, {BY[curve.resolution]}",
            unit=quantity.unit,
            since=since,
            until=until,
            zone=zone,
            traces=[
                Trace(
                    label=f"{row.code} ({row.zone})",
                    points=list(zip(row.times, row.values, row.lowest, row.highest, strict=True)),
                )
                for row in series
            ],
            rules=[_rule(line) for line in curve.limits if line.quantity is quantity],
            gaps=_spans(gaps, quantity, at),
            shades=_spans(excursions, quantity, at),
        )


def _rule(line: Line) -> Rule:
    limit = f"{line.band.limit:g} {line.quantity.unit}".replace("-", "−")
    label = f"{line.band.level.label} {line.band.side.label.lower()} {limit}"
    return Rule(label=label, value=line.band.limit, since=line.began_at, until=line.ended_at)


def _spans(
    rows: Sequence[Excursion] | Sequence[Gap], quantity: Quantity, at: datetime
) -> list[tuple[datetime, datetime]]:
    found: list[Excursion | Gap] = [row for row in rows if row.probe.quantity == quantity]
    return [(row.began_at, row.ended_at or at) for row in found]
