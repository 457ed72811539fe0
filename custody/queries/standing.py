"""What record and ledger say of thousands of vials, in one statement, for their verdicts."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from custody.chain import CHECK, ON_THE_CHAIN, ChainCheck
from custody.moment import Moment, asked
from custody.queries.whereabouts import SIGHTINGS
from custody.records import BatchFacts, VialRecord
from custody.released import DECIDES, RELEASED_AS
from inventory.models import Custody, PositionCondition, Quality

# Written by hand, and told as two lists: a model for each vial took longer than judging it.
# `tests/custody/queries/test_verdicts.py` holds it against the answers for one vial.
STANDING = f"""
    WITH past (vial_id, intact, unbroken, bad, gap, seen_at, kept) AS (
        SELECT v.id, {ON_THE_CHAIN},
            (array_agg(c.at ORDER BY c.seq DESC)
                FILTER (WHERE c.kind = ANY(%(sightings)s)))[1],
            (array_agg(c.details ->> '{RELEASED_AS}' ORDER BY c.seq DESC)
                FILTER (WHERE c.kind = ANY(%(deciding)s)))[1]
        FROM public.inventory_vial v LEFT JOIN ({CHECK}) c ON c.vial_id = v.id
        WHERE v.id = ANY(%(vials)s)
        GROUP BY v.id, v.custody, v.quality, v.position_id, v.custodian_id
    )
    SELECT 'vials', json_agg(json_build_array(v.id, past.intact, past.unbroken, past.bad, past.gap,
        extract(epoch FROM past.seen_at), past.kept, v.batch_id, v.quality, v.custody,
        extract(epoch FROM v.expires_at), v.program_id, v.therapy_id, t.program_id,
        COALESCE(p.condition = '{PositionCondition.IN_DOUBT.value}', false)))::text
    FROM past JOIN public.inventory_vial v ON v.id = past.vial_id
    LEFT JOIN public.inventory_therapy t ON t.id = v.therapy_id
    LEFT JOIN public.inventory_position p ON p.id = v.position_id
    UNION ALL
    SELECT 'batches', json_agg(json_build_array(b.id, b.number,
        extract(epoch FROM b.completed_at), b.donation_number, b.therapy_id, b.product_id,
        p.program_id, p.is_autologous))::text
    FROM public.inventory_batch b JOIN public.inventory_product p ON p.id = b.product_id
    WHERE b.id IN (SELECT v.batch_id FROM public.inventory_vial v WHERE v.id = ANY(%(vials)s))
"""


@dataclass(frozen=True)
class Standing:
    """
    How one vial stands, but for how cold it was kept and what holds it.

    seen_at: the last time somebody had it in hand or scanned it in place.
    released_as: its fingerprint when quality decided; empty where none was kept.
    """

    record: VialRecord
    chain: ChainCheck
    seen_at: datetime | None
    released_as: str


def standings(vial_ids: Collection[int], *, moment: Moment | None = None) -> dict[int, Standing]:
    """Return how each of these vials stands, or stood; one statement for any number."""
    values: dict[str, Any] = {
        "vials": list(vial_ids),
        "sightings": [str(kind) for kind in SIGHTINGS],
        "deciding": [str(kind) for kind in DECIDES],
    }
    with connection.cursor() as cursor:
        cursor.execute(*asked(STANDING, values, moment))
        told = {kind: json.loads(rows or "[]") for kind, rows in cursor.fetchall()}
    batches = {key: _batch(*facts) for key, *facts in told["batches"]}
    return {
        key: Standing(
            record=_record(batches[batch], *facts),
            chain=ChainCheck(intact, bool(unbroken), bad, gap),
            seen_at=None if seen is None else _instant(seen),
            released_as=kept or "",
        )
        for key, intact, unbroken, bad, gap, seen, kept, batch, *facts in told["vials"]
    }


def _batch(number: str, completed_at: float, *facts: Any) -> BatchFacts:
    return BatchFacts(number, _instant(completed_at), *facts)


def _record(
    batch: BatchFacts, quality: str, custody: str, expires_at: float, *facts: Any
) -> VialRecord:
    return VialRecord(batch, Quality(quality), Custody(custody), _instant(expires_at), *facts)


def _instant(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
