"""Verifying the ledger in the database: hashes, sequence, and that no step is left out."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from custody.keys import as_array
from custody.models.entry_text import is_as_hashed

CHECK = f"""
    SELECT e.vial_id, e.id, e.seq, e.to_custody, e.to_quality, e.to_position_id,
        e.to_custodian_id, e.kind, COALESCE(e.performed_at, e.recorded_at) AS at, e.details,
        e.seq = row_number() OVER chain
        AND e.previous_hash = COALESCE(lag(e.hash) OVER chain, '')
        AND ({is_as_hashed("e")}) AS intact,
        lag(e.id) OVER chain IS NULL OR (
            e.from_custody = lag(e.to_custody) OVER chain
            AND e.from_quality = lag(e.to_quality) OVER chain
            AND e.from_position_id IS NOT DISTINCT FROM lag(e.to_position_id) OVER chain
            AND e.from_custodian_id IS NOT DISTINCT FROM lag(e.to_custodian_id) OVER chain
        ) AS follows,
        lead(e.id) OVER chain IS NULL AS is_last
    FROM public.custody_custodyevent e
    WHERE e.vial_id = ANY(%(vials)s)
    WINDOW chain AS (PARTITION BY e.vial_id ORDER BY e.seq)
"""
# For each vial of `c`, a `CHECK`, grouped by vial: in the order of its index, without sorting.
OF_CHAIN = """
    c.vial_id, bool_and(c.intact) AS intact, bool_and(c.follows) AS follows,
    max(c.to_custody) FILTER (WHERE c.is_last) AS custody,
    max(c.to_quality) FILTER (WHERE c.is_last) AS quality,
    max(c.to_position_id) FILTER (WHERE c.is_last) AS position_id,
    max(c.to_custodian_id) FILTER (WHERE c.is_last) AS custodian_id,
    (array_agg(c.id ORDER BY c.seq) FILTER (WHERE NOT c.intact))[1] AS bad,
    (array_agg(c.id ORDER BY c.seq) FILTER (WHERE NOT c.follows))[1] AS gap
"""
# What `ChainCheck` takes: of a chain `k`, which a vial `v` may lack.
ON_THE_CHAIN = """
    COALESCE(k.intact, false),
    COALESCE(k.follows AND k.custody = v.custody AND k.quality = v.quality
        AND k.position_id IS NOT DISTINCT FROM v.position_id
        AND k.custodian_id IS NOT DISTINCT FROM v.custodian_id, false),
    k.bad, k.gap
"""

SUMMARY = f"""
    SELECT v.id, {ON_THE_CHAIN}
    FROM public.inventory_vial v
    LEFT JOIN (SELECT {OF_CHAIN} FROM ({CHECK}) c GROUP BY c.vial_id) k ON k.vial_id = v.id
    WHERE v.id = ANY(%(vials)s)
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
        cursor.execute(SUMMARY, {"vials": as_array(vial_ids)})
        return {vial: ChainCheck(*found) for vial, *found in cursor.fetchall()}
