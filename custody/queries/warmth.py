"""How cold vials were kept: stays, probes, excursions and times out, in one statement."""

import json
import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db import connection

from custody.exposure import NO_LIFTS, Budget
from custody.handling import EXPECTED_PICK_SECONDS
from custody.keys import as_array
from custody.lifts import GOES_ON_WITHIN
from custody.moment import Moment, asked
from custody.queries.lifted import LIFTS, OF_ACCEPTANCES, OF_LIFTS
from custody.queries.too_warm import OF_WARM, warm_facts
from custody.queries.warmth_rows import (
    accepted_of,
    budget_of,
    decision_of,
    instant_of,
    lengths_of,
    lifts_of,
    outing_of,
    span_of,
    time_of,
)
from custody.time_out import COLD_FOR, LEFT_STORAGE, OUT_SINCE, PICKED_AT
from custody.warmth_facts import (
    ExcursionFact,
    GapFact,
    ProbeFact,
    Span,
    StayFact,
    TemperatureFacts,
    UnitRecord,
)
from inventory.models import Custody
from temperature.models import GapCause, Level, Quantity

OUT = (Custody.CHECKED_OUT,)
"""Where a vial is warming up; packed and on its way it is in a shipper that keeps it cold."""

NOWHERE: tuple[StayFact, ...] = ()
NEVER: tuple[timedelta, ...] = ()

# Written by hand: every scan asks it. Everything of a unit is read once, however many of its vials
# are asked for. `tests/custody/queries/test_warmth.py` holds it against the rows.
WARMTH = f"""
    WITH vials AS (
        SELECT v.id, v.custody, b.product_id FROM public.inventory_vial v
        JOIN public.inventory_batch b ON b.id = v.batch_id WHERE v.id = ANY(%(vials)s)
    ), stays AS (
        SELECT s.vial_id, s.unit_id, s.began_at, s.ended_at, s.ended_with_id, p.container_id
        FROM public.custody_stay s JOIN public.inventory_position p ON p.id = s.position_id
        WHERE s.vial_id = ANY(%(vials)s)
    ), units AS (
        SELECT unit_id, min(began_at) AS since,
            CASE WHEN bool_or(ended_at IS NULL) THEN 'infinity' ELSE max(ended_at) END AS upto
        FROM stays GROUP BY unit_id
    ), fittings AS (
        SELECT f.unit_id, f.probe_id, f.began_at, f.ended_at, p.code, p.expected_every
        FROM units u JOIN public.temperature_fitting f ON f.unit_id = u.unit_id
            AND f.began_at < u.upto AND COALESCE(f.ended_at, 'infinity') > u.since
        JOIN public.temperature_probe p ON p.id = f.probe_id
        WHERE p.quantity = '{Quantity.TEMPERATURE.value}'
    ), {LIFTS}
    SELECT 'vials', v.product_id, NULL::bigint, NULL::timestamptz, NULL::timestamptz,
        jsonb_agg(v.id)
    FROM vials v
    GROUP BY v.product_id
    UNION ALL
    SELECT 'outings', t.vial_id, NULL, NULL, NULL,
        jsonb_agg(COALESCE(t.details -> 'seconds_exposed', to_jsonb(LEAST(
            (t.details -> 'seconds_out')::float8, extract(epoch FROM %(at)s - p.since)::float8
        ))) ORDER BY t.seq)
    FROM told t
    CROSS JOIN LATERAL (SELECT (t.details ->> '{PICKED_AT}')::timestamptz AS since) p
    WHERE t.details ? 'seconds_out' AND t.details -> 'seconds_exposed' IS DISTINCT FROM '0'
        AND COALESCE(p.since <= %(at)s, true)
    GROUP BY t.vial_id
    UNION ALL
    SELECT 'out', v.id, NULL, NULL, NULL, (
        SELECT jsonb_build_array(extract(epoch FROM COALESCE(
                (e.details ->> '{OUT_SINCE}')::timestamptz, e.performed_at, e.recorded_at)),
            extract(epoch FROM COALESCE(e.performed_at, e.recorded_at)),
            COALESCE((e.details ->> '{COLD_FOR}')::float8, 0))
        FROM public.custody_custodyevent e
        WHERE e.vial_id = v.id AND e.kind = ANY(%(leaving)s)
        ORDER BY e.seq DESC LIMIT 1)
    FROM vials v WHERE v.custody = ANY(%(out)s)
    UNION ALL
    SELECT 'out', p.vial_id, NULL, NULL, NULL,
        jsonb_build_array(extract(epoch FROM p.since), extract(epoch FROM p.since), 0)
    FROM picks p
    UNION ALL
    SELECT 'stays', NULL, s.unit_id, NULL, NULL, jsonb_agg(jsonb_build_array(s.vial_id,
        extract(epoch FROM s.began_at), extract(epoch FROM s.ended_at)) ORDER BY s.began_at)
    FROM stays s GROUP BY s.unit_id
    UNION ALL
    SELECT 'unit', u.unit_id, u.unit_id, l.since, NULL, jsonb_build_array(c.name, l.told_above)
    FROM units u JOIN public.inventory_container c ON c.id = u.unit_id
    JOIN public.inventory_containertype t ON t.id = c.type_id
    CROSS JOIN LATERAL (
            SELECT min(l.effective_at) AS since, NULLIF(max(COALESCE((
                SELECT min((b ->> 'limit')::float8) FROM jsonb_array_elements(l.bands) b
                WHERE b ->> 'side' = 'above' AND (b ->> 'delay_seconds')::float8 = 0
            ), 'infinity')), 'infinity') AS told_above
            FROM public.temperature_limitprofile p
            JOIN public.temperature_limitversion l ON l.profile_id = p.id
            WHERE p.quantity = '{Quantity.TEMPERATURE.value}' AND (p.unit_id = u.unit_id
                OR p.container_type_id = c.type_id
                OR p.storage_class <> '' AND p.storage_class = t.storage_class)
        ) l
    UNION ALL
    SELECT 'probe', f.probe_id, f.unit_id, f.began_at, f.ended_at, jsonb_build_array(f.code,
        extract(epoch FROM f.expected_every), extract(epoch FROM s.usable_at),
        (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM c.calibrated_at),
                extract(epoch FROM c.due_at)))
            FROM public.temperature_calibration c WHERE c.probe_id = f.probe_id))
    FROM fittings f LEFT JOIN public.temperature_probestate s ON s.probe_id = f.probe_id
    UNION ALL
    SELECT 'excursion', e.id, e.unit_id, e.began_at, e.ended_at,
        jsonb_build_array(e.level, e.peak, p.quantity = '{Quantity.LEVEL.value}')
    FROM units u JOIN public.temperature_excursion e ON e.unit_id = u.unit_id
        AND e.began_at < u.upto AND COALESCE(e.ended_at, 'infinity') > u.since
    JOIN public.temperature_probe p ON p.id = e.probe_id
    WHERE NOT e.is_withdrawn AND (
        e.side = 'above' AND p.quantity = '{Quantity.TEMPERATURE.value}'
        OR e.side = 'below' AND p.quantity = '{Quantity.LEVEL.value}'
            AND e.level IN ('action', 'critical'))
    UNION ALL
    SELECT 'gap', g.id, g.unit_id, g.began_at, g.ended_at, to_jsonb(g.cause)
    FROM units u JOIN public.temperature_gap g ON g.unit_id = u.unit_id
        AND g.began_at < u.upto AND COALESCE(g.ended_at, 'infinity') > u.since
    JOIN public.temperature_probe p ON p.id = g.probe_id
    WHERE NOT g.is_withdrawn AND p.quantity = '{Quantity.TEMPERATURE.value}'
    UNION ALL
    SELECT d.of, d.subject, d.product_id, NULL, NULL, to_jsonb(d.has_impact)
    FROM (
        SELECT DISTINCT ON (n.excursion_id, n.gap_id, n.product_id)
            CASE WHEN n.gap_id IS NULL THEN 'of excursion' ELSE 'of gap' END AS of,
            COALESCE(n.excursion_id, n.gap_id) AS subject, n.product_id,
            n.has_impact, n.seen_ended_at, n.seen_peak,
            COALESCE(e.ended_at, g.ended_at) AS ended_at, e.peak
        FROM public.custody_evaluation n
        LEFT JOIN public.temperature_excursion e ON e.id = n.excursion_id
        LEFT JOIN public.temperature_gap g ON g.id = n.gap_id
        WHERE n.product_id IN (SELECT product_id FROM vials)
            AND COALESCE(e.unit_id, g.unit_id) IN (SELECT unit_id FROM units)
        ORDER BY n.excursion_id, n.gap_id, n.product_id, n.number DESC
    ) d WHERE d.seen_ended_at = d.ended_at AND d.seen_peak IS NOT DISTINCT FROM d.peak
    UNION ALL
    SELECT 'budget', l.product_id, l.product_id, NULL, NULL, jsonb_build_array(
        l.warmest_allowed_celsius, extract(epoch FROM l.longest_single_exposure),
        extract(epoch FROM l.longest_total_exposure), l.most_exposures,
        COALESCE((SELECT h.expected_pick_seconds FROM public.custody_handlingrules h
            ORDER BY h.version DESC LIMIT 1), {EXPECTED_PICK_SECONDS}))
    FROM (
        SELECT DISTINCT ON (l.product_id) l.* FROM public.inventory_stabilitylimits l
        WHERE l.product_id IN (SELECT product_id FROM vials) AND l.effective_at <= %(at)s
        ORDER BY l.product_id, l.version DESC
    ) l
    UNION ALL {OF_WARM} UNION ALL {OF_LIFTS} UNION ALL {OF_ACCEPTANCES}
"""


def warmth_of(
    vial_ids: Collection[int], *, at: datetime, moment: Moment | None = None
) -> dict[int, TemperatureFacts]:
    """
    Return how cold each of these vials was kept, up to `at`; one statement for any number.

    Worked out each time from where it was and what probes said there, so that late readings,
    moves and withdrawn excursions are right by themselves. moment: as of which the record is asked.
    Source: REQUIREMENTS B7; URS-112.
    """
    values: dict[str, Any] = {
        "vials": as_array(vial_ids),
        "at": at,
        "out": [str(status) for status in OUT],
        "leaving": [str(kind) for kind in LEFT_STORAGE],
        "since": at - GOES_ON_WITHIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(*asked(WARMTH, values, moment))
        rows = cursor.fetchall()
    return _Reader(rows, moment).facts(at)


class _Reader:
    """Puts the rows of the statement together."""

    def __init__(self, rows: Sequence[tuple[Any, ...]], moment: Moment | None) -> None:
        self.received_by = None if moment is None else moment.known
        self.by_kind: dict[str, list[tuple[Any, ...]]] = {}
        for kind, *row, said in rows:
            told = None if said is None else json.loads(said)
            self.by_kind.setdefault(kind, []).append((*row, told))
        self.units = {
            key: UnitRecord(name=name, limits_since=since, key=key)
            for key, _, since, _, (name, _) in self.of("unit")
        }

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        """Return the rows of one kind."""
        return self.by_kind.get(kind, [])

    def facts(self, at: datetime) -> dict[int, TemperatureFacts]:
        """Return what is known of each vial; of vials kept alike, the same object."""
        budgets = {key: budget_of(*said) for key, _, _, _, said in self.of("budget")}
        self._fill_units(budgets)
        lifts = {key: lifts_of(*said) for key, _, _, _, said in self.of("lift")}
        accepted = {key: accepted_of(said, until) for key, _, _, until, said in self.of("accepted")}
        outings = {key: lengths_of(said) for key, _, _, _, said in self.of("outings")}
        out = {key: outing_of(*said) for key, _, _, _, said in self.of("out") if said}
        stays = self._stays(at)
        kept: dict[Hashable, TemperatureFacts] = {}
        found: dict[int, TemperatureFacts] = {}
        for product, _, _, _, vials in self.of("vials"):
            for vial in vials:
                where = stays.get(vial, NOWHERE)
                told = (
                    outings.get(vial, NEVER),
                    out.get(vial),
                    lifts.get(vial, NO_LIFTS),
                    accepted.get(vial),
                )
                alike = product, *map(id, where), *told
                if alike not in kept:
                    kept[alike] = TemperatureFacts(product, where, budgets.get(product), *told)
                found[vial] = kept[alike]
        return found

    def _stays(self, at: datetime) -> dict[int, tuple[StayFact, ...]]:
        """Return the stays of each vial, in the order of time; of stays alike, the same object."""
        alike: dict[tuple[int, Span], StayFact] = {}
        found: dict[int, list[tuple[float, StayFact]]] = {}
        for _, key, _, _, told in self.of("stays"):
            unit = self.units[key]
            for vial, began, ended in told:
                span = unit.settled(Span(instant_of(began), time_of(ended)), at)
                stay = alike.setdefault((key, span), StayFact(span, unit))
                found.setdefault(vial, []).append((began, stay))
        return {
            vial: tuple(stay for _, stay in sorted(stays, key=itemgetter(0)))
            for vial, stays in found.items()
        }

    def _fill_units(self, budgets: Mapping[int, Budget]) -> None:
        warmest = {product: budget.warmest_celsius for product, budget in budgets.items()}
        told_above = {
            key: math.inf if above is None else above
            for key, _, since, _, (_, above) in self.of("unit")
            if since is not None
        }
        for product, unit, _, _, said in self.of("of warm"):
            self.units[unit].warm_decisions.append(decision_of(product, said))
        found = warm_facts(self.of("probe"), told_above, warmest, self.received_by)
        for unit, facts in found.items():
            self.units[unit].warm += facts
        for _, unit, began, ended, (code, every, usable_at, calibrated) in sorted(
            self.of("probe"), key=_in_time
        ):
            self.units[unit].probes.append(
                ProbeFact(
                    code=code,
                    span=Span(began, ended),
                    calibrated=[span_of(*times) for times in calibrated or ()],
                    usable_at=time_of(usable_at),
                    expected_every=timedelta(seconds=every),
                )
            )
        decided = self._decisions("of excursion")
        rows = sorted(self.of("excursion"), key=_in_time)
        for key, unit, began, ended, (level, peak, is_level) in rows:
            span, decisions = Span(began, ended), decided.get(key, {})
            self.units[unit].excursions.append(
                ExcursionFact(key, Level(level), span, peak, decisions, is_level)
            )
        decided = self._decisions("of gap")
        for key, unit, began, ended, cause in sorted(self.of("gap"), key=_in_time):
            span, decisions = Span(began, ended), decided.get(key, {})
            self.units[unit].gaps.append(GapFact(key, GapCause(cause), span, decisions))

    def _decisions(self, kind: str) -> dict[int, dict[int, bool]]:
        """Return for each subject what QA decided of each product."""
        found: dict[int, dict[int, bool]] = {}
        for subject, product, _, _, has_impact in self.of(kind):
            found.setdefault(subject, {})[product] = has_impact
        return found


def _in_time(row: tuple[Any, ...]) -> tuple[datetime, int]:
    """Put rows in the order of time, so that findings have one order whatever the plan."""
    key, _, began_at, *_ = row
    return began_at, key
