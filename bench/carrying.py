"""Moving a box and a rack with everything inside, beside the same rows written by bare SQL."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.writes import into_history
from bench.ground import Ground, administrator, proof
from bench.timing import Line, timed
from bench.writing import CHANGE
from custody.actions.move_container import move_container
from custody.actions.place_vials import place_vials
from custody.placements import Placement
from freezer_inventory.scale.frame import CODE
from inventory.actions.add_container import add_container
from inventory.actions.add_containers import add_containers
from inventory.models import Container, ContainerType, Position, Site

WARM_UP = 2
BUDGET_MS = 1000
IN_A_BOX, BOXES = 100, 10

LOCK = "SELECT 1 FROM inventory_container WHERE path LIKE %(old)s || '%%' FOR NO KEY UPDATE"
CARRY = f"""
    WITH t AS (
        UPDATE inventory_container SET path = %(new)s || substr(path, length(%(old)s) + 1),
            position_id = CASE id WHEN %(moved)s THEN %(place)s ELSE position_id END
        WHERE path LIKE %(old)s || '%%' RETURNING *
    ) {into_history(Container).replace("%s", "'~'")} FROM t"""
INSIDE = """
    SELECT v.id, v.position_id, v.custody, v.quality FROM inventory_vial v
    JOIN inventory_position p ON p.id = v.position_id
    JOIN inventory_container c ON c.id = p.container_id WHERE c.path LIKE %(new)s || '%%'"""
EVENTS = f"""
    WITH inside AS ({INSIDE} ORDER BY v.id FOR NO KEY UPDATE OF v),
    event AS (
        INSERT INTO custody_custodyevent (vial_id, kind, device, from_place, to_place,
            from_custody, to_custody, from_quality, to_quality, expected_code, scanned_code,
            reason, details, from_position_id, to_position_id)
        SELECT id, 'moved_with_container', 'bench', 'bench', 'bench', custody, custody, quality,
            quality, '', '', 'To measure', '{{}}', position_id, position_id
        FROM inside RETURNING id, vial_id, to_position_id
    ), ended AS (
        UPDATE custody_stay s SET ended_at = now(), ended_with_id = e.id
        FROM event e WHERE s.vial_id = e.vial_id AND s.ended_at IS NULL
    ) SELECT id, vial_id, to_position_id FROM event"""
BEGIN = """
    INSERT INTO custody_stay (vial_id, position_id, unit_id, place, began_at, began_with_id)
    SELECT e.vial, e.place, %(unit)s, 'bench', now(), e.id
    FROM unnest(%(events)s::bigint[], %(vials)s::bigint[], %(places)s::bigint[])
        AS e (id, vial, place)"""


def measure_carrying(ground: Ground, rounds: int) -> Iterator[Line]:
    """Yield the lines of moving a rack of 1,000 vials and one of its boxes of 100."""
    tank = _tank()
    full, empty = _racks(tank)
    box = _fill(ground, full)
    places = _free_in(tank)
    yield _line("move a rack of 1,000 vials", ground, full, places, rounds)
    yield _line("move a box of 100 vials", ground, box, _free_in(empty), rounds)


def _tank() -> Container:
    """Add a tank of its own, so that there is room to move in."""
    number = Container.objects.filter(name__startswith="Bench ").count() + 1
    return add_container(
        type_id=ContainerType.objects.get(name="Scale tank").pk,
        name=f"Bench {number}",
        site_id=Site.objects.get(code=CODE).pk,
        intent=proof(administrator()),
    )


def _racks(tank: Container) -> tuple[Container, Container]:
    """Add two racks, the first with its boxes."""
    intent = proof(administrator())
    racks = add_containers(
        type_id=ContainerType.objects.get(name="Scale rack").pk,
        inside_id=tank.pk,
        names=["R1", "R2"],
        intent=intent,
    )
    add_containers(
        type_id=ContainerType.objects.get(name="Scale box").pk,
        inside_id=racks[0].pk,
        names=[f"Box {number}" for number in range(1, BOXES + 1)],
        intent=intent,
    )
    return racks[0], racks[1]


def _fill(ground: Ground, rack: Container) -> Container:
    """Put a vial in every place of the rack's boxes; return one of the boxes."""
    boxes = list(Container.objects.filter(position__container=rack).order_by("pk"))
    vials = iter(ground.received(IN_A_BOX * BOXES))
    for box in boxes:
        place_vials(
            placements=[
                Placement(vial_id=vial.pk, position_id=place.pk)
                for place, vial in zip(box.positions.order_by("ordinal"), vials, strict=False)
            ],
            attribution=ground.says(),
            at=timezone.now(),
        )
    return boxes[0]


def _free_in(container: Container) -> list[Position]:
    rows = container.positions.filter(containers__isnull=True).select_related("container")
    return list(rows.order_by("ordinal"))


def _line(
    what: str, ground: Ground, moved: Container, places: Sequence[Position], rounds: int
) -> Line:
    """Move from place to place, first by the action, then by bare SQL, then once to count."""
    count = rounds + WARM_UP
    to = cycle(places)  # of two or more, so that no move stays where it is
    times = timed(
        [partial(_move, ground, moved, place) for place in islice(to, count)], warm_up=WARM_UP
    )
    bare = timed([partial(_bare, moved, place) for place in islice(to, count)], warm_up=WARM_UP)
    with CaptureQueriesContext(connection) as asked:
        _move(ground, moved, next(to))
    return Line(
        what=f"{what}, commit included",
        ours=times,
        bare=bare,
        statements=sum(query["sql"] not in {"BEGIN", "COMMIT"} for query in asked),
        budget_ms=BUDGET_MS,
    )


def _move(ground: Ground, moved: Container, to: Position) -> None:
    move_container(
        container_id=moved.pk, to_position_id=to.pk, attribution=ground.says(), at=timezone.now()
    )


def _bare(moved: Container, to: Position) -> None:
    now = Container.objects.values_list("path", flat=True).get(pk=moved.pk)
    values: dict[str, str | int | list[int] | None] = {
        "moved": moved.pk,
        "place": to.pk,
        "old": now,
        "new": f"{to.container.path}{moved.pk}/",
        "unit": to.container.unit_id,
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(CHANGE)
        cursor.execute(LOCK, values)
        cursor.execute(CARRY, values)
        cursor.execute(EVENTS, values)
        events, vials, places = zip(*cursor.fetchall(), strict=True)
        values |= {"events": list(events), "vials": list(vials), "places": list(places)}
        cursor.execute(BEGIN, values)
