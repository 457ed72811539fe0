"""The parts of the statement on warmth that tell of readings warmer than a product may ever be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from custody.warmth_facts import Span, WarmFact
from temperature.queries.readings import Window, readings_above

HOUR = timedelta(hours=1)

# A band above that waits for nothing finds every reading beyond it; only where none lies at or
# below the coldest limit of the products asked for are hours looked at, and by their days first.
WARM = """
    endured AS (
        SELECT DISTINCT ON (l.product_id) l.* FROM public.inventory_stabilitylimits l
        WHERE l.product_id IN (SELECT product_id FROM vials) AND l.effective_at <= %(at)s
        ORDER BY l.product_id, l.version DESC
    ), guarded AS (
        SELECT u.unit_id, max(COALESCE(g.least, 'infinity')) AS least
        FROM units u JOIN public.inventory_container c ON c.id = u.unit_id
        JOIN public.inventory_containertype t ON t.id = c.type_id
        JOIN public.temperature_limitprofile p ON p.quantity = 'temperature' AND (
            p.unit_id = u.unit_id OR p.container_type_id = c.type_id
            OR p.storage_class <> '' AND p.storage_class = t.storage_class)
        JOIN public.temperature_limitversion l ON l.profile_id = p.id
        LEFT JOIN LATERAL (
            SELECT min((b ->> 'limit')::float8) AS least FROM jsonb_array_elements(l.bands) b
            WHERE b ->> 'side' = 'above' AND (b ->> 'delay_seconds')::float8 = 0
        ) g ON true
        GROUP BY u.unit_id
    ), coldest AS (
        SELECT u.unit_id, u.since, u.upto, g.least, e.warmest
        FROM units u JOIN guarded g ON g.unit_id = u.unit_id
        JOIN (SELECT min(warmest_allowed_celsius)::float8 AS warmest FROM endured) e
            ON e.warmest < g.least
    )
"""
OF_WARM = """
    SELECT 'warm', h.probe_id, f.unit_id, h.began_at, NULL,
        jsonb_build_array(h.lowest, h.highest, c.least)
    FROM coldest c JOIN fittings f ON f.unit_id = c.unit_id
    JOIN public.temperature_rollup d ON d.probe_id = f.probe_id AND d.period = 'day'
        AND d.highest > c.warmest
        AND d.began_at > GREATEST(c.since, f.began_at) - interval '1 day'
        AND d.began_at < LEAST(c.upto, COALESCE(f.ended_at, 'infinity'))
    JOIN public.temperature_rollup h ON h.probe_id = d.probe_id AND h.period = 'hour'
        AND h.highest > c.warmest
        AND h.began_at >= d.began_at AND h.began_at < d.began_at + interval '1 day'
        AND h.began_at > GREATEST(c.since, f.began_at) - interval '1 hour'
        AND h.began_at < LEAST(c.upto, COALESCE(f.ended_at, 'infinity'))
"""

Row = tuple[Any, ...]


def warm_facts(
    hours: Iterable[Row], fitted: Iterable[Row], warmest: Mapping[int, float]
) -> dict[int, list[WarmFact]]:
    """
    Return for each unit when a probe there read warmer than each product may ever be.

    hours: by `OF_WARM`; fitted: the probes, as the statement on warmth tells them; warmest: of each
    product. Of hours in which only some readings were warmer, or of which only a part counts, the
    readings are asked for, in one statement. Source: REQUIREMENTS B7; URS-104, URS-112.
    """
    times: dict[tuple[int, int], list[tuple[Span, timedelta]]] = {}
    for probe, unit, began, ended, (_, every, *_) in fitted:
        times.setdefault((unit, probe), []).append((Span(began, ended), timedelta(seconds=every)))
    parts = [
        _Part(unit, product, probe, shared, highest, None if is_whole else limit, every)
        for probe, unit, began, _, (lowest, highest, guard) in hours
        for product, limit in warmest.items()
        if limit < guard and limit < highest
        for span, every in times[unit, probe]
        if (shared := span.clipped(Span(began, began + HOUR), began + HOUR)) is not None
        for is_whole in [lowest > limit and shared.began_at + HOUR == shared.ended_at]
    ]
    return _joined([part for part in parts if part.limit is None] + _read(parts))


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


def _read(parts: Sequence[_Part]) -> list[_Part]:
    """Return the times in which readings were warmer: each stands until the next is expected."""
    unclear = [part for part in parts if part.limit is not None]
    asked = [
        Window(part.probe, part.span.began_at, part.span.ended_at or part.span.began_at, part.limit)
        for part in unclear
        if part.limit is not None
    ]
    return [
        replace(unclear[key], span=Span(at, at + unclear[key].every), peak=value, limit=None)
        for key, at, value in (readings_above(asked) if asked else ())
    ]


def _joined(parts: Iterable[_Part]) -> dict[int, list[WarmFact]]:
    """Return the times of each probe and product with those that meet made one."""
    found: dict[tuple[int, int, int], list[WarmFact]] = {}
    for part in sorted(parts, key=lambda part: part.span.began_at):
        own = found.setdefault((part.unit, part.product, part.probe), [])
        last, end = own[-1].span if own else None, part.span.ended_at or part.span.began_at
        if last is not None and last.ended_at is not None and part.span.began_at <= last.ended_at:
            reached = Span(last.began_at, max(last.ended_at, end))
            own[-1] = WarmFact(part.product, reached, max(own[-1].peak, part.peak))
        else:
            own.append(WarmFact(part.product, part.span, part.peak))
    by_unit: dict[int, list[WarmFact]] = {}
    for (unit, _, _), facts in found.items():
        by_unit.setdefault(unit, []).extend(facts)
    return by_unit
