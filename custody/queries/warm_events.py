"""Warmth beyond what a product may ever be that no excursion tells of: what QA evaluates of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from custody.models import Evaluation
from custody.queries.warmth import warmth_of
from custody.touched import limits_then
from custody.warmth import WarmTime, warm_times
from custody.warmth_facts import TemperatureFacts, WarmFact
from inventory.models import Container, Product, Program, Site, StabilityLimits, programs_seen_by
from temperature.models import Quantity

UNKNOWN_UNIT = Refusal("UNKNOWN_UNIT", "No such unit. Open it from the list.")
# Only where a unit's limits leave something untold, and it read warmer than the coldest product.
STOOD = f"""
    WITH endures AS (
        SELECT DISTINCT ON (n.product_id) n.product_id, n.warmest_allowed_celsius::float8 AS warmest
        FROM public.inventory_stabilitylimits n WHERE n.effective_at <= %(at)s
        ORDER BY n.product_id, n.version DESC
    ), units AS (
        SELECT c.id, l.told_above
        FROM public.inventory_container c
        JOIN public.inventory_containertype t ON t.id = c.type_id
        CROSS JOIN LATERAL (
            SELECT min(l.effective_at) AS since, max(COALESCE((
                SELECT min((b ->> 'limit')::float8) FROM jsonb_array_elements(l.bands) b
                WHERE b ->> 'side' = 'above' AND (b ->> 'delay_seconds')::float8 = 0
            ), 'infinity')) AS told_above
            FROM public.temperature_limitprofile p
            JOIN public.temperature_limitversion l ON l.profile_id = p.id
            WHERE p.quantity = '{Quantity.TEMPERATURE.value}' AND (p.unit_id = c.id
                OR p.container_type_id = c.type_id
                OR p.storage_class <> '' AND p.storage_class = t.storage_class)
        ) l
        WHERE c.site_id = ANY(%(sites)s::bigint[])
            AND (%(unit)s::bigint IS NULL OR c.id = %(unit)s) AND l.since IS NOT NULL
            AND l.told_above > (SELECT min(warmest) FROM endures)
            AND EXISTS (
                SELECT 1 FROM public.temperature_fitting f
                JOIN public.temperature_rollup d ON d.probe_id = f.probe_id AND d.period = 'day'
                    AND d.highest > (SELECT min(warmest) FROM endures)
                WHERE f.unit_id = c.id)
    )
    SELECT u.id, b.product_id, array_agg(DISTINCT s.vial_id)
    FROM units u
    JOIN public.custody_stay s ON s.unit_id = u.id
    JOIN public.inventory_vial v ON v.id = s.vial_id AND v.program_id = ANY(%(programs)s::bigint[])
    JOIN public.inventory_batch b ON b.id = v.batch_id
    JOIN endures e ON e.product_id = b.product_id AND e.warmest < u.told_above
    GROUP BY u.id, b.product_id
"""  # noqa: S608 - words of our own modules


@dataclass(frozen=True, kw_only=True)
class WarmEvent:
    """
    The warmth of one unit for one product, as far as vials of it stood there.

    began_at, ended_at, peak: of what is not decided; of all, where all is. vials: the keys of those
    that stood in it. facts: what the record of the unit holds, for a decision to be signed for.
    has_impact: what was decided last; None where nothing was.
    """

    unit: Container
    product: Product
    limits: StabilityLimits
    began_at: datetime
    ended_at: datetime
    peak: float
    vials: Sequence[int]
    facts: Sequence[WarmFact]
    has_impact: bool | None
    waits: bool


def warm_events(*, seen_by: Author, at: datetime, unit_id: int | None = None) -> list[WarmEvent]:
    """
    Return the warmth that QA evaluates, or has, where the person may see it; by unit and product.

    unit_id: only there. Source: REQUIREMENTS B7; 21 CFR 211.192; URS-105, URS-112.
    """
    stood = _stood(seen_by, at, unit_id)
    vials = {vial for _, _, keys in stood for vial in keys}
    facts = warmth_of(vials, at=at) if vials else {}
    units = Container.objects.select_related("site").in_bulk([unit for unit, _, _ in stood])
    limits = limits_then({product for _, product, _ in stood}, at=at)
    found = [
        event
        for unit, product, keys in stood
        for event in _event(units[unit], limits[product], {key: facts[key] for key in keys}, at)
    ]
    return sorted(found, key=lambda event: (event.unit.name, event.product.code))


def _stood(seen_by: Author, at: datetime, unit_id: int | None) -> list[tuple[int, int, list[int]]]:
    programs = Program.objects.filter(pk__in=programs_seen_by(seen_by))
    asked: dict[str, Any] = {
        "at": at,
        "unit": unit_id,
        "sites": list(Site.objects.visible_to(seen_by).values_list("pk", flat=True)),
        "programs": list(programs.values_list("pk", flat=True)),
    }
    with connection.cursor() as cursor:
        cursor.execute(STOOD, asked)
        return list(cursor.fetchall())


def _event(
    unit: Container, limits: StabilityLimits, facts: Mapping[int, TemperatureFacts], at: datetime
) -> Iterator[WarmEvent]:
    """Yield the event of one product, where any vial of it stood in the warmth."""
    alike: dict[int, list[WarmTime]] = {}
    touched: dict[int, list[WarmTime]] = {}
    for vial, known in facts.items():
        if id(known) not in alike:
            alike[id(known)] = list(_times_in(unit, known, at))
        if alike[id(known)]:
            touched[vial] = alike[id(known)]
    every = [time for times in touched.values() for time in times]
    if not every:
        return
    waiting = [time for time in every if time.has_impact is None]
    told = waiting or every
    stays = facts[next(iter(touched))].stays
    record = next(stay.unit for stay in stays if stay.unit.key == unit.pk)
    decided = [row for row in record.warm_decisions if row.product_id == limits.product_id]
    yield WarmEvent(
        unit=unit,
        product=limits.product,
        limits=limits,
        began_at=min(time.span.began_at for time in told),
        ended_at=max(time.span.end for time in told),
        peak=max(time.peak for time in told),
        vials=sorted(touched),
        facts=[row for row in record.warm if row.product_id == limits.product_id],
        has_impact=decided[0].has_impact if decided else None,
        waits=bool(waiting),
    )


def _times_in(unit: Container, known: TemperatureFacts, at: datetime) -> Iterator[WarmTime]:
    for stay in known.stays:
        if stay.unit.key == unit.pk:
            yield from warm_times(known, stay, at)


def find_warm_unit(unit_id: int, *, seen_by: Author) -> Container:
    """
    Return a unit of a site that the person may see.

    Raises NotFound: there is none, or none for them.
    """
    units = Container.objects.filter(site__in=Site.objects.visible_to(seen_by))
    found = units.select_related("site").filter(pk=unit_id).first()
    if found is None:
        raise NotFound([UNKNOWN_UNIT])
    return found


def evaluations_of(
    unit: Container, *, seen_by: Author
) -> list[tuple[Evaluation, Sequence[SignatureBlock]]]:
    """Return what QA decided of the warmth of a unit, with signatures; the newest first."""
    rows = Evaluation.objects.filter(
        unit=unit, product__program__in=programs_seen_by(seen_by)
    ).select_related("evaluated_by", "product")
    found = list(rows.order_by("-pk"))
    signed = blocks_under((Evaluation, row.pk) for row in found)
    return [(row, signed.get((Evaluation, row.pk), [])) for row in found]
