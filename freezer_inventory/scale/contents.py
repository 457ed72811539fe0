"""Filling the boxes of one tank: patients, batches, vials, codes, ledger and stays, set by set."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from audit.writes import create_all, into_history
from freezer_inventory.scale.frame import REASON, VIALS_PER_BOX, Frame
from inventory.codes.iso7064 import check_character
from inventory.models import (
    Batch,
    Container,
    Identifier,
    IdentifierKind,
    Patient,
    Position,
    Therapy,
    Vial,
)

FACILITY = "A9999"

POSITIONS = """
    WITH t AS (
        INSERT INTO inventory_position
            (container_id, label, ordinal, "row", "column", holds, condition, condition_reason)
        SELECT b, p.label, p.ordinal, p."row", p."column", 'vial', 'in_service', ''
        FROM unnest(%s::bigint[]) b,
            unnest(%s::text[], %s::int[], %s::int[], %s::int[])
                AS p (label, ordinal, "row", "column")
        RETURNING *
    ) {history} FROM t
"""
VIALS = """
    WITH t AS (
        INSERT INTO inventory_vial (code, batch_id, program_id, therapy_id, kind, purpose,
            volume_ml, nucleated_cells, expires_at, quality, custody, position_id)
        SELECT x.prefix || lpad(p.ordinal::text, 3, '0'), x.batch, %s, x.therapy, 'vial', 'dose',
            1.8, 10000000, %s, 'released', 'in_storage', p.id
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[])
            AS x (box, batch, therapy, prefix)
        JOIN inventory_position p ON p.container_id = x.box AND p.ordinal <= %s
        RETURNING *
    ) {history} FROM t
"""
IDENTIFIERS = """
    WITH t AS (
        INSERT INTO inventory_identifier (code, kind, vial_id)
        SELECT v.code, 'vial', v.id FROM inventory_vial v WHERE v.batch_id = ANY(%s)
        RETURNING *
    ) {history} FROM t
"""
# The chain trigger gives each row its number and hash; one statement for each link of the chain.
EVENT = """
    INSERT INTO custody_custodyevent (vial_id, kind, device, from_place, to_place, from_custody,
        to_custody, from_quality, to_quality, expected_code, scanned_code, reason, details,
        from_position_id, to_position_id)
    SELECT v.id, %s, 'load_scale', CASE WHEN %s THEN w.place ELSE '' END,
        CASE WHEN %s THEN w.place ELSE '' END, %s, %s, %s, %s, '', '', %s, {details},
        CASE WHEN %s THEN v.position_id END, CASE WHEN %s THEN v.position_id END
    FROM inventory_vial v {where}
"""
WHERE = """
    JOIN inventory_position p ON p.id = v.position_id
    JOIN inventory_container b ON b.id = p.container_id
    JOIN inventory_position rp ON rp.id = b.position_id
    JOIN inventory_container r ON r.id = rp.container_id
    JOIN inventory_container u ON u.id = b.unit_id
    CROSS JOIN LATERAL (
        SELECT u.name || ' › ' || r.name || ' › ' || b.name || ' › ' || p.label AS place
    ) w
    WHERE v.batch_id = ANY(%s)
"""
STAYS = """
    INSERT INTO custody_stay (vial_id, position_id, unit_id, place, began_at, began_with_id)
    SELECT e.vial_id, e.to_position_id, %s, e.to_place, e.recorded_at, e.id
    FROM custody_custodyevent e JOIN inventory_vial v ON v.id = e.vial_id
    WHERE v.batch_id = ANY(%s) AND e.kind = 'placed'
"""
# Each vial waits for its place for a time of its own.
WAITED = "jsonb_build_object('seconds_out', 20 + v.id %% 100)"
LINKS: Sequence[tuple[str, tuple[bool, bool], tuple[str, str], tuple[str, str]]] = (
    ("registered", (False, False), ("", "not_received"), ("", "expected")),
    ("received", (False, False), ("not_received", "received"), ("expected", "quarantine")),
    ("placed", (False, True), ("received", "in_storage"), ("quarantine", "quarantine")),
    ("quality_decided", (True, True), ("in_storage", "in_storage"), ("quarantine", "released")),
)


def fill(around: Frame, tank: Container, boxes: list[Container], at: datetime) -> None:
    """Fill every box of `tank` inside the open Change: a patient, a batch and its vials in each."""
    batches = _add_batches(around, tank, boxes, at)
    keys = [batch.pk for batch in batches]
    prefixes = [
        f"{batch.donation_number}{check_character(batch.donation_number)}-" for batch in batches
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            VIALS.format(history=into_history(Vial)),
            [
                around.program.pk,
                batches[0].expires_at,
                [box.pk for box in boxes],
                keys,
                [batch.therapy_id for batch in batches],
                prefixes,
                VIALS_PER_BOX,
                "+",
            ],
        )
        cursor.execute(IDENTIFIERS.format(history=into_history(Identifier)), [keys, "+"])
        for kind, (was_there, is_there), custody, quality in LINKS:
            cursor.execute(
                EVENT.format(where=WHERE, details=WAITED if kind == "placed" else "'{}'"),
                [
                    kind,
                    was_there,
                    is_there,
                    *custody,
                    *quality,
                    REASON,
                    was_there,
                    is_there,
                    keys,
                ],
            )
        cursor.execute(STAYS, [tank.pk, keys])


def add_positions(boxes: list[Container]) -> None:
    """Add the places of all boxes, which are of one type, inside the open Change."""
    places = boxes[0].type.places()
    with connection.cursor() as cursor:
        cursor.execute(
            POSITIONS.format(history=into_history(Position)),
            [
                [box.pk for box in boxes],
                [place.label for place in places],
                [place.ordinal for place in places],
                [place.row for place in places],
                [place.column for place in places],
                "+",
            ],
        )


def _add_batches(
    around: Frame, tank: Container, boxes: list[Container], at: datetime
) -> list[Batch]:
    """Add a patient with a therapy and a batch for each box, named after the box's number."""
    numbers = [int(box.code.split("-")[1]) for box in boxes]
    patients = create_all(
        [Patient(program=around.program, pseudonym=f"SC-{number:06d}") for number in numbers]
    )
    therapies = create_all(
        [
            Therapy(
                coi=f"CH{FACILITY}26{number:06d}",
                program=around.program,
                product=around.product,
                patient=patient,
            )
            for number, patient in zip(numbers, patients, strict=True)
        ]
    )
    batches = create_all(
        [
            Batch(
                number=f"SC-26-{number:06d}",
                product=around.product,
                therapy=therapy,
                donation_number=f"{FACILITY}26{number:06d}",
                completed_at=at - timedelta(days=30),
                expires_at=at + timedelta(days=700),
                source_system="load_scale",
                source_message=tank.code,
            )
            for number, therapy in zip(numbers, therapies, strict=True)
        ]
    )
    create_all(
        [Identifier(code=row.coi, kind=IdentifierKind.THERAPY, therapy=row) for row in therapies]
        + [Identifier(code=row.number, kind=IdentifierKind.BATCH, batch=row) for row in batches]
    )
    return batches
