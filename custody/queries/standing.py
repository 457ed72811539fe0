"""What record and ledger say of thousands of vials, in one statement, for their verdicts."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from custody.chain import CHECK, OF_CHAIN, ON_THE_CHAIN, ChainCheck
from custody.keys import as_array
from custody.moment import Moment, asked
from custody.queries.whereabouts import SIGHTINGS, UNMOVING
from custody.records import BatchFacts, VialRecord
from custody.released import DECIDES, RELEASED_AS
from custody.rules.emptying import TO_CONFIRM
from inventory.models import Custody, PositionCondition, Quality

# Written by hand: a model for each vial took longer than judging it. Vials of which record and
# ledger say the same come in one row. `tests/custody/queries/test_verdicts.py` holds it against the
# answers for one vial.
STANDING = f"""
    WITH k AS (
        SELECT {OF_CHAIN},
            (array_agg(c.at ORDER BY c.seq DESC)
                FILTER (WHERE c.kind = ANY(%(sightings)s)))[1] AS seen_at,
            (array_agg(c.details ->> '{RELEASED_AS}' ORDER BY c.seq DESC)
                FILTER (WHERE c.kind = ANY(%(deciding)s)))[1] AS kept,
            (array_agg(c.details ->> '{TO_CONFIRM}' ORDER BY c.seq DESC)
                FILTER (WHERE c.kind <> ALL(%(unmoving)s)))[1]::bigint AS to_confirm
        FROM ({CHECK}) c GROUP BY c.vial_id
    ), alike AS (
        SELECT v.batch_id, v.quality, v.custody, v.expires_at, v.program_id, v.therapy_id,
            t.program_id AS therapy_program_id,
            COALESCE(p.condition = '{PositionCondition.IN_DOUBT.value}', false) AS in_doubt,
            {ON_THE_CHAIN}, COALESCE(k.kept, '') AS kept, k.to_confirm,
            json_agg(json_build_array(v.id, extract(epoch FROM k.seen_at)))::text AS vials
        FROM public.inventory_vial v LEFT JOIN k ON k.vial_id = v.id
        LEFT JOIN public.inventory_therapy t ON t.id = v.therapy_id
        LEFT JOIN public.inventory_position p ON p.id = v.position_id
        WHERE v.id = ANY(%(vials)s)
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
    )
    SELECT b.number, b.completed_at, b.donation_number, b.therapy_id, b.product_id, p.program_id,
        p.is_autologous, a.*
    FROM alike a JOIN public.inventory_batch b ON b.id = a.batch_id
    JOIN public.inventory_product p ON p.id = b.product_id
"""


@dataclass(frozen=True)
class Standing:
    """
    How vials stand of which record and ledger say the same, but for how cold they were kept.

    seen: each vial by its key, with the last time somebody had it in hand or scanned it in place.
    released_as: their fingerprint when quality decided; empty where none was kept.
    to_confirm: the emptying that left the place of their rack to be confirmed.
    """

    record: VialRecord
    chain: ChainCheck
    released_as: str
    to_confirm: int | None
    seen: dict[int, datetime | None]


def standings(vial_ids: Collection[int], *, moment: Moment | None = None) -> Iterator[Standing]:
    """Yield how these vials stand, or stood, those alike together; one statement for any number."""
    values: dict[str, Any] = {
        "vials": as_array(vial_ids),
        "sightings": [str(kind) for kind in SIGHTINGS],
        "deciding": [str(kind) for kind in DECIDES],
        "unmoving": [str(kind) for kind in UNMOVING],
    }
    with connection.cursor() as cursor:
        cursor.execute(*asked(STANDING, values, moment))
        rows = cursor.fetchall()
    return (_standing(BatchFacts(*row[:7]), *row[8:]) for row in rows)


def _standing(batch: BatchFacts, quality: str, custody: str, *row: Any) -> Standing:
    *record, intact, unbroken, bad, gap, kept, to_confirm, vials = row
    return Standing(
        record=VialRecord(batch, Quality(quality), Custody(custody), *record),
        chain=ChainCheck(intact, unbroken, bad, gap),
        released_as=kept,
        to_confirm=to_confirm,
        seen={vial: None if seen is None else _instant(seen) for vial, seen in json.loads(vials)},
    )


def _instant(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
