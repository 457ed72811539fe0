"""Loading tank after tank until there are enough vials; then checking what was loaded."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.utils import timezone

from custody.chain import check_chains
from freezer_inventory.scale.contents import add_positions, fill
from freezer_inventory.scale.frame import CODE, VIALS_PER_TANK, Frame, add_tank, frame, opened
from inventory.models import Vial

AT_ONCE = 2
SAMPLE = 500
FAULTS = {
    "vials without an open stay where they stand": """
        SELECT count(*) FROM inventory_vial v JOIN inventory_program g ON g.id = v.program_id
        WHERE g.code = %s AND v.custody = 'in_storage' AND NOT EXISTS (
            SELECT FROM custody_stay s WHERE s.vial_id = v.id AND s.ended_at IS NULL
            AND s.position_id = v.position_id)""",
    "vials without their code": """
        SELECT count(*) FROM inventory_vial v JOIN inventory_program g ON g.id = v.program_id
        WHERE g.code = %s AND NOT EXISTS (
            SELECT FROM inventory_identifier i WHERE i.vial_id = v.id AND i.code = v.code)""",
    "vials without their whole ledger": """
        SELECT count(*) FROM (
            SELECT v.id FROM inventory_vial v JOIN inventory_program g ON g.id = v.program_id
            LEFT JOIN custody_custodyevent e ON e.vial_id = v.id
            WHERE g.code = %s GROUP BY v.id HAVING count(e.id) = 0
                OR count(e.id) <> max(e.seq)) broken""",
    "places with two vials": """
        SELECT count(*) FROM (
            SELECT v.position_id FROM inventory_vial v
            JOIN inventory_program g ON g.id = v.program_id
            WHERE g.code = %s AND v.position_id IS NOT NULL
            GROUP BY 1 HAVING count(*) > 1) doubled""",
}


class Inconsistent(Exception):
    """Raised when what was loaded does not agree with itself."""


def loaded() -> int:
    """Return how many vials were loaded for measuring."""
    return Vial.objects.filter(program__code=CODE).count()


def tanks_missing(vials: int) -> int:
    """Return how many tanks are to be filled until there are at least so many vials."""
    return max(0, -(-(vials - loaded()) // VIALS_PER_TANK))


def load(tanks: int, tell: Callable[[int], None]) -> None:
    """
    Add and fill so many tanks, each filled in one Change: what is interrupted leaves an empty one.

    tell: called with the number of vials after each tank.
    """
    around = frame()
    with ThreadPoolExecutor(AT_ONCE) as workers:
        for _ in workers.map(lambda _: _one_tank(around), range(tanks)):
            tell(VIALS_PER_TANK)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _one_tank(around: Frame) -> None:
    without_limit()
    with opened():  # short: others wait for its lock on the numbers of codes
        tank, boxes = add_tank(around)
        add_positions(boxes)
    with opened():
        fill(around, tank, boxes, timezone.now())
    connection.close()  # the thread's own, back into the pool


def without_limit() -> None:
    """Let the statements of this session, and only of this one, take as long as they need."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")


def check() -> list[str]:
    """
    Return what was found consistent, in words.

    Raises Inconsistent: something is not.
    """
    found = []
    with connection.cursor() as cursor:
        for words, query in FAULTS.items():
            cursor.execute(query, [CODE])
            (count,) = cursor.fetchone()
            if count:
                raise Inconsistent(f"{count} {words}")
            found.append(f"no {words}")
    return [*found, _check_a_sample()]


def _check_a_sample() -> str:
    rows = Vial.objects.filter(program__code=CODE).order_by("?").values_list("pk", flat=True)
    checks = check_chains(list(rows[:SAMPLE]))
    bad = [key for key, one in checks.items() if not (one.intact and one.unbroken)]
    if bad:
        raise Inconsistent(f"the ledger of vial {bad[0]} does not verify")
    return f"the ledgers of {len(checks)} vials verify"
