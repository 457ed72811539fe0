"""Placing and moving one vial, commit included, beside the same rows written by bare SQL."""

from collections.abc import Callable, Iterator
from functools import partial

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.writes import into_history
from bench.ground import Ground
from bench.timing import Line, timed
from custody.actions.move_vials import move_vials
from custody.actions.place_vials import place_vials
from custody.placements import Placement
from inventory.models import Position, Vial

WARM_UP = 15  # until each statement's plan is kept
BUDGET_MS = 15

CHANGE = """
    WITH c AS (
        INSERT INTO audit_change (door, action, actor_user_id, actor_name, role, device, reason,
            procedure_step, request_id, app_version)
        VALUES ('machine', 'bench', '', '', '', 'bench', 'To measure', '', '', '') RETURNING id
    ) SELECT set_config('freezer.change_id', id::text, true) FROM c"""
STAND = f"""
    WITH t AS (
        UPDATE inventory_vial SET custody = 'in_storage', position_id = %(place)s,
            custodian_id = NULL WHERE id = %(vial)s RETURNING *
    ) {into_history(Vial)} FROM t"""
EVENT = """
    INSERT INTO custody_custodyevent (vial_id, kind, device, from_place, to_place, from_custody,
        to_custody, from_quality, to_quality, expected_code, scanned_code, reason, details,
        from_position_id, to_position_id, from_custodian_id)
    SELECT vial_id, %(kind)s, 'bench', to_place, 'bench', to_custody, 'in_storage', to_quality,
        to_quality, '', '', 'To measure', '{}', to_position_id, %(place)s, to_custodian_id
    FROM custody_custodyevent WHERE vial_id = %(vial)s ORDER BY seq DESC LIMIT 1 RETURNING id"""
END = """
    UPDATE custody_stay SET ended_at = now(), ended_with_id = %(event)s
    WHERE vial_id = %(vial)s AND ended_at IS NULL"""
BEGIN = """
    INSERT INTO custody_stay (vial_id, position_id, unit_id, place, began_at, began_with_id)
    SELECT %(vial)s, p.id, c.unit_id, 'bench', now(), %(event)s
    FROM inventory_position p JOIN inventory_container c ON c.id = p.container_id
    WHERE p.id = %(place)s"""


def measure_writes(ground: Ground, rounds: int) -> Iterator[Line]:
    """Yield the lines of placing and of moving; half of the vials go by the actions."""
    count = rounds + WARM_UP
    ours, bare = ground.in_hand[:count], ground.in_hand[count : 2 * count]
    places = [list(ground.free[start : start + count]) for start in range(0, 4 * count, count)]
    yield measured_line(
        "place one vial",
        [partial(_place, ground, vial, to) for vial, to in zip(ours, places[0], strict=True)],
        [partial(_bare, "placed", vial, to) for vial, to in zip(bare, places[1], strict=True)],
    )
    yield measured_line(
        "move one vial",
        [partial(_move, ground, vial, to) for vial, to in zip(ours, places[2], strict=True)],
        [partial(_bare, "moved", vial, to) for vial, to in zip(bare, places[3], strict=True)],
    )


def measured_line(
    what: str,
    ours: list[Callable[[], None]],
    bare: list[Callable[[], None]],
    *,
    budget_ms: float = BUDGET_MS,
) -> Line:
    """Measure ours and the bare way, one round for each callable; warming up does not count."""
    *others, last = ours
    times = timed(others, warm_up=WARM_UP)
    with CaptureQueriesContext(connection) as asked:
        last()
    return Line(
        what=f"{what}, commit included",
        ours=times,
        bare=timed(bare, warm_up=WARM_UP),
        statements=sum(query["sql"] not in {"BEGIN", "COMMIT"} for query in asked),
        budget_ms=budget_ms,
    )


def _place(ground: Ground, vial: Vial, to: Position) -> None:
    place_vials(
        placements=[Placement(vial_id=vial.pk, position_id=to.pk)],
        attribution=ground.says(),
        at=timezone.now(),
    )


def _move(ground: Ground, vial: Vial, to: Position) -> None:
    move_vials(
        placements=[Placement(vial_id=vial.pk, position_id=to.pk)],
        attribution=ground.says(),
        at=timezone.now(),
    )


def _bare(kind: str, vial: Vial, to: Position) -> None:
    values: dict[str, int | str] = {"vial": vial.pk, "place": to.pk, "kind": kind}
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(CHANGE)
        cursor.execute("SELECT 1 FROM inventory_vial WHERE id = %(vial)s FOR NO KEY UPDATE", values)
        cursor.execute(STAND.replace(", %s FROM t", ", '~' FROM t"), values)
        cursor.execute(EVENT, values)
        values["event"] = cursor.fetchone()[0]
        if kind == "moved":
            cursor.execute(END, values)
        cursor.execute(BEGIN, values)
