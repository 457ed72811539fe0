"""Which limits hold for a unit: of the narrowest profile, its newest version that has begun."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from temperature.models import LimitVersion, Quantity

# 0 the unit's own, 1 its type's, 2 its storage class's: the narrowest first
CANDIDATES = """
    SELECT v.*, c.id AS of_unit,
        CASE WHEN p.unit_id IS NOT NULL THEN 0 WHEN p.container_type_id IS NOT NULL THEN 1
            ELSE 2 END AS breadth
    FROM public.inventory_container c
    JOIN public.inventory_containertype t ON t.id = c.type_id
    JOIN public.temperature_limitprofile p ON p.quantity = %(quantity)s AND (
        p.unit_id = c.id OR p.container_type_id = c.type_id
        OR (p.storage_class <> '' AND p.storage_class = t.storage_class)
    )
    JOIN public.temperature_limitversion v ON v.profile_id = p.id AND v.effective_at <= %(until)s
    WHERE c.id = ANY(%(units)s)
"""
IN_FORCE = f"""
    SELECT DISTINCT ON (n.of_unit) n.* FROM ({CANDIDATES}) n
    ORDER BY n.of_unit, n.breadth, n.effective_at DESC, n.number DESC
"""  # noqa: S608 - no part of it comes from outside


@dataclass(frozen=True)
class InForce:
    """
    One version of limits, and while it held; `until` is exclusive.

    version: absent while no limits were set: then nothing can be judged.
    """

    version: LimitVersion | None
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Candidate:
    """A version that may hold for a unit; breadth: 0 its own, 1 its type's, 2 its class's."""

    version: LimitVersion
    breadth: int


def limits_in_force(
    unit_ids: Collection[int], *, quantity: Quantity, at: datetime
) -> dict[int, LimitVersion]:
    """
    Return the limits that hold at an instant, by unit; one statement.

    A unit without limits is left out: nothing of it can be judged.
    Source: 21 CFR 1271.260(e); URS-104, URS-107.
    """
    rows = LimitVersion.objects.raw(
        IN_FORCE, {"quantity": quantity, "until": at, "units": list(unit_ids)}
    )
    return {vars(row)["of_unit"]: row for row in rows}


def limits_over(
    unit_ids: Collection[int], *, quantity: Quantity, since: datetime, until: datetime
) -> dict[int, list[InForce]]:
    """
    Return which limits held from `since` to `until`, by unit, without a hole; one statement.

    since: before `until`.
    """
    rows = LimitVersion.objects.raw(
        CANDIDATES, {"quantity": quantity, "until": until, "units": list(unit_ids)}
    )
    found: dict[int, list[Candidate]] = {unit: [] for unit in unit_ids}
    for row in rows:
        known = vars(row)
        found[known["of_unit"]].append(Candidate(row, known["breadth"]))
    return {
        unit: timeline(candidates, since=since, until=until) for unit, candidates in found.items()
    }


def timeline(candidates: Sequence[Candidate], *, since: datetime, until: datetime) -> list[InForce]:
    """Return which of a unit's candidates held when; neighbours differ."""
    starts = {each.version.effective_at for each in candidates}
    turns = [since, *sorted(start for start in starts if since < start < until)]
    pieces: list[InForce] = []
    for begins, ends in zip(turns, [*turns[1:], until], strict=True):
        holds = _narrowest(each for each in candidates if each.version.effective_at <= begins)
        if pieces and pieces[-1].version == holds:
            begins = pieces.pop().since
        pieces.append(InForce(holds, begins, ends))
    return pieces


def _narrowest(candidates: Iterable[Candidate]) -> LimitVersion | None:
    best = max(
        candidates,
        key=lambda each: (-each.breadth, each.version.effective_at, each.version.number),
        default=None,
    )
    return None if best is None else best.version
