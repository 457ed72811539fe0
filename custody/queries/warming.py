"""The parts of the statement on warmth that tell of warming, and what they mean for a vial."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from custody.curves import (
    NO_CURVES,
    UNTOLD,
    Curve,
    Curves,
    TimeOut,
    Warmed,
    estimate,
    heat_of,
    of_lift,
    of_outing,
    so_far,
    warmings,
)
from custody.exposure import Budget, Outing
from custody.models import Way
from custody.queries.warmth_rows import instant_of
from custody.time_out import CARRIED_BY, PICKED_AT, SECONDS_BARE, SECONDS_EXPOSED, SECONDS_OUT

# `vials` and `told` are of the statement around it. The newest version of a name counts, also where
# that is out of use; nothing more is told where there is no curve at all.
CURVES = """
    curves AS (
        SELECT c.* FROM (
            SELECT DISTINCT ON (w.name) w.* FROM public.custody_warmingcurve w
            ORDER BY w.name, w.version DESC
        ) c WHERE c.is_in_use AND c.kind IN (SELECT v.kind FROM vials v)
            AND c.storage_class IN (SELECT v.storage_class FROM vials v)
    )
"""
OF_CURVES = """
    SELECT 'curve', c.id, NULL::bigint, c.valid_until, NULL::timestamptz, jsonb_build_array(c.kind,
        c.storage_class, c.least_ml, c.most_ml, c.way, c.points, c.warm_above_celsius)
    FROM curves c
"""
OF_TIMES_OUT = f"""
    SELECT 'time out', t.vial_id, NULL, NULL, NULL, jsonb_agg(jsonb_build_array(
        extract(epoch FROM COALESCE(p.since, t.done_at - make_interval(secs => p.seconds))),
        LEAST(p.seconds, CASE WHEN p.since IS NULL THEN p.seconds
            ELSE extract(epoch FROM %(at)s - p.since) END),
        t.details -> '{SECONDS_EXPOSED}', t.details -> '{CARRIED_BY}', t.details -> '{SECONDS_BARE}'
    ) ORDER BY t.seq)
    FROM told t CROSS JOIN LATERAL (SELECT (t.details ->> '{PICKED_AT}')::timestamptz AS since,
        (t.details -> '{SECONDS_OUT}')::float8 AS seconds) p
    WHERE p.seconds > 0 AND COALESCE(p.since <= %(at)s, true)
        AND EXISTS (SELECT 1 FROM curves)
    GROUP BY t.vial_id
"""  # noqa: S608 - a constant of this module

Row = tuple[Any, ...]


@dataclass
class Warming:
    """Reads what the statement tells of warming; of vials that warmed alike, the same object."""

    rows: Sequence[Row]
    outings: Mapping[int, Sequence[Row]]
    lifts: Mapping[int, Sequence[Row]]
    of_kind: dict[tuple[str, str, float], Curves] = field(default_factory=dict, init=False)
    alike: dict[tuple[int, float, str], Warmed] = field(default_factory=dict, init=False)

    def curves(self, storage_class: str, kind: str, volume: float) -> Curves:
        """Return the curves that count for such vials, the same object each time."""
        key = (kind, storage_class, volume)
        if key not in self.of_kind:
            self.of_kind[key] = _of_kind(self.rows, *key) or NO_CURVES
        return self.of_kind[key]

    def of(
        self,
        vial: int,
        curves: Curves,
        budget: Budget | None,
        going_on: Outing | None,
        at: datetime,
    ) -> Warmed:
        """Return how warm a vial became; budget: of its product."""
        if not curves:
            return UNTOLD
        above = budget.warmest_celsius if budget else min(one.warm_above for one in curves.values())
        out, lifted = self.outings.get(vial, ()), self.lifts.get(vial, ())
        if going_on is not None:
            return _warmed(_times(out, lifted), curves, above, going_on, at)
        key = (id(curves), above, repr((out, lifted)))
        if key not in self.alike:
            self.alike[key] = _warmed(_times(out, lifted), curves, above, None, at)
        return self.alike[key]


def _of_kind(rows: Sequence[Row], kind: str, storage_class: str, volume: float) -> Curves:
    found: dict[str, Curve] = {}
    for _, _, until, _, (of, stored, least, most, way, points, above) in rows:
        if (of, stored) == (kind, storage_class) and least <= volume <= most:
            found[way] = Curve(tuple((s, celsius) for s, celsius in points), above, until)
    return found


def _times(outings: Sequence[Row], lifts: Sequence[Row]) -> list[TimeOut]:
    return [*(outing_time(*row) for row in outings), *(lift_time(*row) for row in lifts)]


def lift_time(began: float, ended: float, seconds: float) -> TimeOut:
    """Read one lift."""
    return of_lift(instant_of(began), instant_of(ended), seconds)


def outing_time(
    began: float, seconds: float, exposed: float | None, way: str | None, bare: float | None
) -> TimeOut:
    """Read one time out that is over, as the ledger keeps it."""
    begins, kept = instant_of(began), way
    if kept is None:
        kept = Way.BENCH if exposed is None else Way.OTHER
    on_bench = bare or 0.0
    return of_outing(
        begins,
        begins + timedelta(seconds=seconds),
        way=kept,
        bare=on_bench,
        carried=max(0.0, seconds - on_bench),
        exposed=seconds if exposed is None else exposed,
    )


def _warmed(
    times: Collection[TimeOut],
    curves: Curves,
    above: float,
    going_on: Outing | None,
    at: datetime,
) -> Warmed:
    """Estimate each warming; the one that goes on is told apart."""
    current = None if going_on is None else so_far(going_on, at)
    groups = list(warmings([*times, *([] if current is None else [current])]))
    led_to = next((group for group in groups if current in group), [])
    heat = heat_of((estimate(group, curves) for group in groups if group is not led_to), above)
    return Warmed(curves, heat, tuple(time for time in led_to if time is not current))
