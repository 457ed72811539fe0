"""When units read warmer than a product may ever be, where their limits do not tell of it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from custody.warmth_facts import Span, WarmFact
from temperature.queries.readings import Window, readings_above
from temperature.rules.probes import LARGEST_CORRECTION

HOUR = timedelta(hours=1)
MOST_READ = 500
DIFFERENCE = 2 * float(LARGEST_CORRECTION)
"""By how much an hour may have been gathered colder since, by another calibration."""

# A band above that waits for nothing finds every reading beyond it; only units where none lies at
# or below the coldest limit of the products asked for are looked at: days first, then their hours.
WARM = """
    SELECT h.probe_id, w.unit, h.began_at, h.lowest, h.highest
    FROM unnest(%(units)s::bigint[], %(probes)s::bigint[], %(begins)s::timestamptz[],
        %(ends)s::timestamptz[]) AS w (unit, probe, begins, ends)
    JOIN public.temperature_rollup d ON d.probe_id = w.probe AND d.period = 'day'
        AND d.highest > %(coldest)s
        AND d.began_at > w.begins - interval '1 day' AND d.began_at < w.ends
    JOIN public.temperature_rollup h ON h.probe_id = d.probe_id AND h.period = 'hour'
        AND h.highest > %(coldest)s
        AND h.began_at >= d.began_at AND h.began_at < d.began_at + interval '1 day'
        AND h.began_at > w.begins - interval '1 hour' AND h.began_at < w.ends
"""
# A part of the statement on warmth: what QA decided last of each unit and product.
OF_WARM = """
    SELECT 'of warm', w.product_id, w.unit_id, NULL, NULL,
        jsonb_build_array(w.has_impact, w.seen_warm)
    FROM (
        SELECT DISTINCT ON (n.unit_id, n.product_id) n.* FROM public.custody_evaluation n
        WHERE n.unit_id IN (SELECT unit_id FROM units)
            AND n.product_id IN (SELECT product_id FROM vials)
        ORDER BY n.unit_id, n.product_id, n.number DESC
    ) w
"""
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)

Row = tuple[Any, ...]


def warm_facts(
    fitted: Iterable[Row],
    told_above: Mapping[int, float],
    warmest: Mapping[int, float],
    received_by: datetime | None = None,
) -> dict[int, list[WarmFact]]:
    """
    Return for each unit when a probe there read warmer than each product may ever be.

    fitted: the probes, as the statement on warmth tells them; told_above: above what the limits of
    each unit tell of any reading; warmest: of each product. No statement where the limits of every
    unit tell of all that is too warm for every product; else one for the hours, and one for their
    readings, each of which stands until the next is expected. Of very many, an hour in which all
    readings were warmer counts as a whole. received_by: only readings that were there by then.
    Source: REQUIREMENTS B7; URS-104, URS-112.
    """
    coldest = min(warmest.values(), default=math.inf)
    times: dict[tuple[int, int], list[tuple[Span, timedelta]]] = {}
    for probe, unit, began, ended, (_, every, *_) in fitted:
        if coldest < told_above.get(unit, -math.inf):
            span = Span(began, ended)
            times.setdefault((unit, probe), []).append((span, timedelta(seconds=every)))
    if not times:
        return {}
    nearly = coldest if received_by is None else coldest - DIFFERENCE
    hours = _hours(times, nearly)
    parts = [
        _Part(unit, product, probe, shared, highest, None if is_whole else limit, every)
        for product, limit in warmest.items()
        for (unit, probe), spans in times.items()
        if limit < told_above[unit]
        for own in [_warmer(hours, unit, probe, limit - (coldest - nearly))]
        for began, lowest, highest in own
        for span, every in spans
        if (shared := span.clipped(Span(began, began + HOUR), began + HOUR)) is not None
        for is_whole in [
            len(own) > MOST_READ and lowest > limit and shared.began_at + HOUR == shared.ended_at
        ]
    ]
    return _joined([part for part in parts if part.limit is None] + _read(parts, received_by))


def _warmer(
    hours: Iterable[Row], unit: int, probe: int, limit: float
) -> list[tuple[datetime, float, float]]:
    """Return the hours of one probe in a unit that were warmer than a limit."""
    return [
        (began, lowest, highest)
        for of_probe, of_unit, began, lowest, highest in hours
        if (of_unit, of_probe) == (unit, probe) and highest > limit
    ]


def _hours(
    times: Mapping[tuple[int, int], Sequence[tuple[Span, timedelta]]], coldest: float
) -> list[Row]:
    """Return the hours in which anything was warmer, each once."""
    asked: dict[str, Any] = {
        "units": [unit for unit, _ in times],
        "probes": [probe for _, probe in times],
        "begins": [min(span.began_at for span, _ in spans) for spans in times.values()],
        "ends": [max(span.ended_at or FOR_EVER for span, _ in spans) for spans in times.values()],
        "coldest": coldest,
    }
    with connection.cursor() as cursor:
        cursor.execute(WARM, asked)
        return list(cursor.fetchall())


@dataclass(frozen=True)
class _Part:
    """A time in which a probe of a unit was warmer than a product may be; limit: if only partly."""

    unit: int
    product: int
    probe: int
    span: Span
    peak: float
    limit: float | None
    every: timedelta


def _read(parts: Sequence[_Part], received_by: datetime | None) -> list[_Part]:
    """Return the times in which readings were warmer: each stands until the next is expected."""
    unclear = [part for part in parts if part.limit is not None]
    asked = [
        Window(part.probe, part.span.began_at, part.span.ended_at or part.span.began_at, part.limit)
        for part in unclear
        if part.limit is not None
    ]
    return [
        replace(unclear[key], span=Span(at, at + unclear[key].every), peak=value, limit=None)
        for key, at, value in (readings_above(asked, received_by) if asked else ())
    ]


def _joined(parts: Iterable[_Part]) -> dict[int, list[WarmFact]]:
    """Return the times of each probe and product with those that meet made one."""
    found: dict[tuple[int, int, int], list[WarmFact]] = {}
    for part in sorted(parts, key=lambda part: part.span.began_at):
        own = found.setdefault((part.unit, part.product, part.probe), [])
        last, end = own[-1].span if own else None, part.span.ended_at or part.span.began_at
        if last is not None and last.ended_at is not None and part.span.began_at <= last.ended_at:
            reached = Span(last.began_at, max(last.ended_at, end))
            own[-1] = WarmFact(part.product, reached, max(own[-1].peak, part.peak), part.probe)
        else:
            own.append(WarmFact(part.product, part.span, part.peak, part.probe))
    by_unit: dict[int, list[WarmFact]] = {}
    for (unit, _, _), facts in found.items():
        by_unit.setdefault(unit, []).extend(facts)
    return by_unit
