"""How a person stands, and which procedure governs an action here, as of now; one statement."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from sop.action import Action
from sop.models import Follows
from sop.qualification import QUALIFIED
from sop.standing import STANDING, UNKNOWN, Standing

# The narrowest scope counts: of a product before of a program before of a site before of all.
GOVERNING = f"""
    SELECT w.*, s.id, t.program, t.product, p.id, p.code, g.follows, v.id, v.number,
        e.id, r.id, r.number,
        CASE WHEN r.id IS NOT NULL THEN {QUALIFIED.format(person="%(person)s", version="r")}
             WHEN v.id IS NOT NULL THEN {QUALIFIED.format(person="%(person)s", version="v")}
             ELSE false END
    FROM ({STANDING}) AS w(is_active, roles, is_outside_a_program, is_outside_a_site)
    CROSS JOIN unnest(%(scope_sites)s::bigint[]) AS s(id)
    CROSS JOIN unnest(
        %(scope_programs)s::bigint[], %(scope_products)s::bigint[]) AS t(program, product)
    LEFT JOIN LATERAL (
        SELECT y.procedure_id, y.follows FROM (
            SELECT x.procedure_id, x.follows, rank() OVER (ORDER BY
                (x.product_id IS NULL), (x.program_id IS NULL), (x.site_id IS NULL)) AS wide
            FROM sop_governance x
            WHERE x.action = %(action)s AND x.ended_at IS NULL
                AND (x.site_id IS NULL OR x.site_id = s.id)
                AND (x.program_id IS NULL OR x.program_id = t.program)
                AND (x.product_id IS NULL OR x.product_id = t.product)
        ) y WHERE y.wide = 1
    ) g ON true
    LEFT JOIN sop_procedure p ON p.id = g.procedure_id
    LEFT JOIN LATERAL (
        SELECT w.* FROM sop_procedureversion w
        WHERE w.procedure_id = p.id AND w.status = 'approved'
            AND w.effective_at <= statement_timestamp()
            AND (p.retired_at IS NULL OR p.retired_at > statement_timestamp())
        ORDER BY w.effective_at DESC, w.number DESC LIMIT 1
    ) v ON true
    LEFT JOIN LATERAL (
        SELECT y.id, y.version_id FROM sop_execution y
        JOIN sop_procedureversion z ON z.id = y.version_id
        WHERE y.held_by_id = %(holder)s AND y.status = 'running' AND z.procedure_id = p.id
    ) e ON true
    LEFT JOIN sop_procedureversion r ON r.id = e.version_id
"""  # noqa: S608 - made of this module's own words


@dataclass(frozen=True)
class Rule:
    """
    One procedure by which an action may be done here.

    version_id, number: in force now; nothing where none is. run_id: of the person's run of this
    procedure, which is pinned to run_version_id. is_qualified: for the run's version, else for
    the one in force.
    """

    procedure_id: int
    code: str
    follows: str
    version_id: int | None
    number: int | None
    run_id: int | None
    run_version_id: int | None
    run_number: int | None
    is_qualified: bool


@dataclass(frozen=True)
class Governed:
    """
    What governs an action for somebody here.

    rules: the alternatives that hold in every scope that was asked. is_ruled: whether each scope
    has a rule at all.
    """

    rules: list[Rule]
    is_ruled: bool


def governing(
    action: Action,
    person_id: int,
    *,
    programs: Collection[int],
    sites: Collection[int],
    scopes: Collection[tuple[int, int | None]],
    holder_id: int | None = None,
) -> tuple[Standing, Governed]:
    """
    Return how a person stands towards these scopes, and what governs `action` in all of them.

    sites: keys; empty when nothing stands anywhere. scopes: programs with products, where known.
    holder_id: at whose hands the run is, where somebody else does one of its steps.
    """
    pairs: list[tuple[int | None, int | None]] = [*sorted(set(scopes), key=str)] or [(None, None)]
    places: list[int | None] = [*sorted(set(sites))]
    asked: dict[str, str | int | list[int | None]] = {
        "action": str(action),
        "person": person_id,
        "holder": person_id if holder_id is None else holder_id,
        "programs": [*sorted(set(programs))],
        "sites": places,
        "scope_sites": places or [None],
        "scope_programs": [program for program, _ in pairs],
        "scope_products": [product for _, product in pairs],
    }
    stands = UNKNOWN
    by_scope: dict[tuple[object, ...], dict[int, Rule]] = {}
    with connection.cursor() as cursor:
        cursor.execute(GOVERNING, asked)
        for row in cursor.fetchall():
            stands = Standing(*row[:4])
            found = by_scope.setdefault(tuple(row[4:7]), {})
            if row[7] is not None:
                found[row[7]] = Rule(*row[7:])
    return stands, Governed(_common(list(by_scope.values())), all(by_scope.values()))


def _common(by_scope: list[dict[int, Rule]]) -> list[Rule]:
    """Keep what stands in every scope; where one of them wants a run, a run is wanted."""
    if not by_scope:
        return []
    first, *others = by_scope
    kept = [key for key in first if all(key in found for found in others)]
    return [
        next((found[key] for found in by_scope if found[key].follows == Follows.RUN), first[key])
        for key in sorted(kept)
    ]
