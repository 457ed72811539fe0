"""What stands on vials and keeps them under review: open holds and deviations, in one query."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeVar

from django.db import connection

from custody.keys import as_array
from custody.moment import Moment, asked
from custody.viability import DeviationFact, HoldFact
from sop.models import DeviationStatus, Impact

Fact = TypeVar("Fact")
HOLD, DEVIATION = "hold", "deviation"


@dataclass(frozen=True, kw_only=True)
class Burdens:
    """The open holds and deviations on one vial, each by its key."""

    holds: tuple[HoldFact, ...] = ()
    deviations: tuple[DeviationFact, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """Name its deviations."""
        return tuple(fact.number for fact in self.deviations)


NONE = Burdens()


# Each hold is told once, however many vials it holds; `tests/custody/queries/test_past.py` holds it
# against the querysets.
BURDENS = f"""
    SELECT '{HOLD}', h.id, h.subject, h.reason, h.placed_at, json_agg(hv.vial_id)::text
    FROM public.custody_heldvial hv JOIN public.custody_hold h ON h.id = hv.hold_id
    WHERE hv.vial_id = ANY(%(vials)s) AND hv.released_at IS NULL
    GROUP BY h.id, h.subject, h.reason, h.placed_at
    UNION ALL
    SELECT '{DEVIATION}', d.id, d.number, dv.impact, d.opened_at, json_agg(dv.vial_id)::text
    FROM public.sop_deviationvial dv JOIN public.sop_deviation d ON d.id = dv.deviation_id
    WHERE dv.vial_id = ANY(%(vials)s) AND dv.impact <> '{Impact.NONE.value}'
        AND d.status <> '{DeviationStatus.CLOSED.value}'
    GROUP BY d.id, d.number, d.opened_at, dv.impact
"""


def burdens_on(vial_ids: Collection[int], *, moment: Moment | None = None) -> dict[int, Burdens]:
    """Return what stands, or stood, on those of these vials that carry anything; one query."""
    with connection.cursor() as cursor:
        cursor.execute(*asked(BURDENS, {"vials": as_array(vial_ids)}, moment))
        rows = sorted(cursor.fetchall(), key=itemgetter(1))
    holds: dict[int, tuple[HoldFact, ...]] = {}
    found: dict[int, tuple[DeviationFact, ...]] = {}
    for kind, key, subject, words, since, vials in rows:
        if kind == HOLD:
            _put_on(json.loads(vials), HoldFact(key, subject, words, since), holds)
        else:
            _put_on(json.loads(vials), DeviationFact(key, subject, Impact(words)), found)
    alike: dict[tuple[tuple[int, ...], ...], Burdens] = {}
    return {vial: _of(holds.get(vial, ()), found.get(vial, ()), alike) for vial in holds | found}


def _of(
    holds: tuple[HoldFact, ...],
    deviations: tuple[DeviationFact, ...],
    alike: dict[tuple[tuple[int, ...], ...], Burdens],
) -> Burdens:
    """Return the same object for the vials that carry the same."""
    same = tuple(map(id, holds)), tuple(map(id, deviations))
    if same not in alike:
        alike[same] = Burdens(holds=holds, deviations=deviations)
    return alike[same]


def _put_on(vials: Iterable[int], fact: Fact, on: dict[int, tuple[Fact, ...]]) -> None:
    """Add a fact to these vials."""
    for vial in vials:
        on[vial] = (*on.get(vial, ()), fact)
