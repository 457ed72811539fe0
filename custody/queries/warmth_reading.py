"""Putting together what the statement on warmth tells of vials."""

import json
import math
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from custody.exposure import NO_LIFTS, Budget
from custody.moment import Moment
from custody.queries.too_warm import warm_facts
from custody.queries.warming import Warming
from custody.queries.warmth_rows import (
    accepted_of,
    bare_of,
    budget_of,
    decision_of,
    instant_of,
    lengths_of,
    lifts_of,
    outing_of,
    span_of,
    time_of,
)
from custody.warmth_facts import (
    ExcursionFact,
    GapFact,
    ProbeFact,
    Span,
    StayFact,
    TemperatureFacts,
    UnitRecord,
)
from temperature.models import GapCause, Level

NOWHERE: tuple[StayFact, ...] = ()
NEVER: tuple[timedelta, ...] = ()
AT_ONCE = timedelta()


class Reader:
    """Puts the rows of the statement together."""

    def __init__(self, rows: Sequence[tuple[Any, ...]], moment: Moment | None) -> None:
        self.received_by = None if moment is None else moment.known
        self.by_kind: dict[str, list[tuple[Any, ...]]] = {}
        for kind, *row, said in rows:
            told = None if said is None else json.loads(said)
            self.by_kind.setdefault(kind, []).append((*row, told))
        self.units = {
            key: UnitRecord(name=name, limits_since=since, is_shipper=is_shipper, key=key)
            for key, _, since, _, (name, _, is_shipper) in self.of("unit")
        }

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        """Return the rows of one kind."""
        return self.by_kind.get(kind, [])

    def facts(self, at: datetime) -> dict[int, TemperatureFacts]:
        """Return what is known of each vial; of vials kept alike, the same object."""
        budgets = {key: budget_of(*said) for key, _, _, _, said in self.of("budget")}
        self._fill_units(budgets)
        lifts = {key: lifts_of(*said) for key, _, _, _, (*said, _) in self.of("lift")}
        accepted = {key: accepted_of(said, until) for key, _, _, until, said in self.of("accepted")}
        outings = self._lengths("outings")
        arrived = {key: sum(each, timedelta()) for key, each in self._lengths("arrived").items()}
        bare = {key: bare_of(said) for key, _, _, _, said in self.of("bare")}
        out = {key: outing_of(*said) for key, _, _, _, said in self.of("out") if said}
        stays = self._stays(at)
        warming = self._warming()
        kept: dict[Hashable, TemperatureFacts] = {}
        found: dict[int, TemperatureFacts] = {}
        for product, _, _, _, (*like, vials) in self.of("vials"):
            curves, budget = warming.curves(*like), budgets.get(product)
            for vial in vials:
                where = stays.get(vial, NOWHERE)
                warmed = warming.of(vial, curves, budget, out.get(vial), at)
                told = (
                    outings.get(vial, NEVER),
                    out.get(vial),
                    lifts.get(vial, NO_LIFTS),
                    accepted.get(vial),
                    arrived.get(vial, AT_ONCE),
                    bare.get(vial, ()),
                )
                alike = product, *map(id, where), *told, id(warmed)
                if alike not in kept:
                    kept[alike] = TemperatureFacts(product, where, budget, *told, warmed)
                found[vial] = kept[alike]
        return found

    def _lengths(self, kind: str) -> dict[int, tuple[timedelta, ...]]:
        """Return how long each vial was out; of vials that were so for as long, the same object."""
        return {
            vial: lengths
            for *_, (said, vials) in self.of(kind)
            for lengths in (lengths_of(said),)
            for vial in vials
        }

    def _warming(self) -> Warming:
        return Warming(
            self.of("curve"),
            outings={key: said for key, _, _, _, said in self.of("time out")},
            lifts={key: said[-1] or () for key, _, _, _, said in self.of("lift")},
        )

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
            for key, _, since, _, (_, above, _) in self.of("unit")
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
