"""Verifying the ledger in the database: hashes, sequence, and that no step is left out."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from custody.models.event import canonical

CHECK = f"""
    SELECT e.vial_id, e.id, e.seq, e.to_custody, e.to_quality, e.to_position_id,
        e.to_custodian_id, e.kind, COALESCE(e.performed_at, e.recorded_at) AS at, e.details,
        e.seq = row_number() OVER chain
        AND e.previous_hash = COALESCE(lag(e.hash) OVER chain, '')
        AND e.hash = encode(
            sha256(convert_to(e.previous_hash || {canonical("e")}, 'UTF8')), 'hex') AS intact,
        lag(e.id) OVER chain IS NULL OR (
            e.from_custody = lag(e.to_custody) OVER chain
            AND e.from_quality = lag(e.to_quality) OVER chain
            AND e.from_position_id IS NOT DISTINCT FROM lag(e.to_position_id) OVER chain
            AND e.from_custodian_id IS NOT DISTINCT FROM lag(e.to_custodian_id) OVER chain
        ) AS follows
    FROM public.custody_custodyevent e
    WHERE e.vial_id = ANY(%(vials)s)
    WINDOW chain AS (PARTITION BY e.vial_id ORDER BY e.seq, e.id)
"""

ON_THE_CHAIN = """
    COALESCE(bool_and(c.intact), false),
    COALESCE(bool_and(c.follows), false)
    AND (array_agg(c.to_custody ORDER BY c.seq DESC))[1] = v.custody
    AND (array_agg(c.to_quality ORDER BY c.seq DESC))[1] = v.quality
    AND (array_agg(c.to_position_id ORDER BY c.seq DESC))[1]
        IS NOT DISTINCT FROM v.position_id
    AND (array_agg(c.to_custodian_id ORDER BY c.seq DESC))[1]
        IS NOT DISTINCT FROM v.custodian_id,
    (array_agg(c.id ORDER BY c.seq) FILTER (WHERE NOT c.intact))[1],
    (array_agg(c.id ORDER BY c.seq) FILTER (WHERE NOT c.follows))[1]
"""

SUMMARY = f"""
    SELECT v.id, {ON_THE_CHAIN}
    FROM public.inventory_vial v LEFT JOIN ({CHECK}) c ON c.vial_id = v.id
    WHERE v.id = ANY(%(vials)s)
    GROUP BY v.id, v.custody, v.quality, v.position_id, v.custodian_id
"""


@dataclass(frozen=True)
class ChainCheck:
    """
    What a vial's ledger shows.

    intact: no entry was altered, removed, added or reordered.
    unbroken: each entry begins where the one before ended, and the last agrees with the record.
    first_bad_event: the key of the first entry that does not verify.
    first_gap_event: the key of the first entry before which a step is missing; absent when only
    the record itself differs from the last entry.
    """

    intact: bool
    unbroken: bool
    first_bad_event: int | None
    first_gap_event: int | None


def check_chains(vial_ids: Collection[int]) -> dict[int, ChainCheck]:
    """
    Recompute the hash chains of these vials, in one statement.

    A vial without a single entry is neither intact nor unbroken.
    Source: 21 CFR 11.10(a); URS-02, URS-38.
    """
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, {"vials": list(vial_ids)})
        return {
            vial: ChainCheck(intact, bool(unbroken), bad, gap)
            for vial, intact, unbroken, bad, gap in cursor.fetchall()
        }
