"""Asking a statement of the record as it stood, and as it was known, at instants in the past."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from temperature.models import UNUSABLE_BITS

TABLE = re.compile(r"public\.([a-z]+_[a-z]+)\b")
UNITS = "SELECT s.unit_id FROM public.custody_stay s WHERE s.vial_id = ANY(%(vials)s)"
BATCHES = "SELECT h.batch_id FROM public.inventory_historicalvial h WHERE h.id = ANY(%(vials)s)"
OF_THE_VIALS = "h.id IN (SELECT n.id FROM public.{} n WHERE n.vial_id = ANY(%(vials)s))"
OF_THE_UNITS = "h.id IN (SELECT n.id FROM public.{} n WHERE n.unit_id IN ({}))"

STANDING, KNOWN = "standing", "known"
VERSIONED = {
    "inventory_vial": (STANDING, "h.id = ANY(%(vials)s)"),
    "inventory_batch": (STANDING, f"h.id IN ({BATCHES})"),
    "inventory_product": (STANDING, "true"),
    "inventory_therapy": (
        STANDING,
        "h.id IN (SELECT n.therapy_id FROM public.inventory_historicalvial n"
        " WHERE n.id = ANY(%(vials)s))",
    ),
    "inventory_position": (
        STANDING,
        "h.id IN (SELECT n.position_id FROM public.inventory_historicalvial n"
        " WHERE n.id = ANY(%(vials)s) UNION ALL SELECT s.position_id FROM public.custody_stay s"
        " WHERE s.vial_id = ANY(%(vials)s))",
    ),
    "inventory_container": (STANDING, f"h.id IN ({UNITS})"),
    "inventory_containertype": (STANDING, "true"),
    "custody_hold": (
        STANDING,
        "h.id IN (SELECT n.hold_id FROM public.custody_heldvial n"
        " WHERE n.vial_id = ANY(%(vials)s))",
    ),
    "custody_heldvial": (STANDING, OF_THE_VIALS.format("custody_heldvial")),
    "custody_claim": (STANDING, OF_THE_VIALS.format("custody_claim")),
    "custody_retrieval": (
        STANDING,
        "h.id IN (SELECT n.retrieval_id FROM public.custody_claim n"
        " WHERE n.vial_id = ANY(%(vials)s))",
    ),
    "custody_pickscan": (
        STANDING,
        "h.claim_id IN (SELECT n.id FROM public.custody_claim n WHERE n.vial_id = ANY(%(vials)s))",
    ),
    "sop_deviation": (
        STANDING,
        "h.id IN (SELECT n.deviation_id FROM public.sop_deviationvial n"
        " WHERE n.vial_id = ANY(%(vials)s))",
    ),
    "sop_deviationvial": (STANDING, OF_THE_VIALS.format("sop_deviationvial")),
    "inventory_stabilitylimits": (KNOWN, "true"),
    "custody_handlingrules": (KNOWN, "true"),
    "custody_warmingcurve": (KNOWN, "true"),
    "custody_evaluation": (KNOWN, "true"),
    "custody_exposureacceptance": (KNOWN, OF_THE_VIALS.format("custody_exposureacceptance")),
    "temperature_fitting": (KNOWN, OF_THE_UNITS.format("temperature_fitting", UNITS)),
    "temperature_probe": (KNOWN, "true"),
    "temperature_calibration": (KNOWN, "true"),
    "temperature_limitprofile": (KNOWN, "true"),
    "temperature_limitversion": (KNOWN, "true"),
    "temperature_excursion": (KNOWN, OF_THE_UNITS.format("temperature_excursion", UNITS)),
    "temperature_gap": (KNOWN, OF_THE_UNITS.format("temperature_gap", UNITS)),
}
"""Each regulated table that a verdict reads: by which instant, and which of its rows can matter."""

APPENDED = {
    "custody_custodyevent": """
        SELECT e.* FROM public.custody_custodyevent e
        JOIN public.audit_change c ON c.id = e.change_id AND c.recorded_at <= %(standing)s
        WHERE e.vial_id = ANY(%(vials)s)
    """,
    "custody_lift": """
        SELECT l.* FROM public.custody_lift l
        JOIN public.audit_change c ON c.id = l.change_id AND c.recorded_at <= %(standing)s
        WHERE l.container_id IN (
            SELECT p.container_id FROM public.inventory_position p
            JOIN public.custody_stay s ON s.position_id = p.id WHERE s.vial_id = ANY(%(vials)s))
    """,
    "custody_stay": """
        SELECT s.id, s.vial_id, s.position_id, s.unit_id, s.place, s.began_at,
            CASE WHEN c.id IS NOT NULL THEN s.ended_at END AS ended_at, s.began_with_id,
            CASE WHEN c.id IS NOT NULL THEN s.ended_with_id END AS ended_with_id
        FROM public.custody_stay s
        JOIN public.custody_custodyevent b ON b.id = s.began_with_id
        JOIN public.audit_change a ON a.id = b.change_id AND a.recorded_at <= %(standing)s
        LEFT JOIN public.custody_custodyevent e ON e.id = s.ended_with_id
        LEFT JOIN public.audit_change c ON c.id = e.change_id AND c.recorded_at <= %(standing)s
        WHERE s.vial_id = ANY(%(vials)s)
    """,
    "temperature_probestate": """
        SELECT f.probe_id, (
            SELECT r.device_at FROM public.temperature_reading r
            WHERE r.probe_id = f.probe_id AND r.flags & %(unusable)s = 0
                AND r.received_at <= %(known)s
                AND (%(known)s = %(standing)s OR r.device_at <= %(standing)s)
            ORDER BY r.device_at DESC LIMIT 1
        ) AS usable_at, NULL::timestamptz AS dirty_from
        FROM (
            SELECT DISTINCT n.probe_id FROM public.temperature_fitting n
            JOIN public.custody_stay s ON s.unit_id = n.unit_id WHERE s.vial_id = ANY(%(vials)s)
        ) f
    """,
}
"""What is only appended, or worked out, as it was then."""


@dataclass(frozen=True)
class Moment:
    """
    Two instants at which the record is asked.

    standing: as of when custody, quality, place, holds and deviations are taken.
    known: up to when what was recorded of temperature, and decided of it, is taken: the same
    instant for what was said then, a later one for what is known of it since.
    """

    standing: datetime
    known: datetime


def asked(
    statement: str, values: dict[str, Any], moment: Moment | None
) -> tuple[str, dict[str, Any]]:
    """
    Return a statement about `vials` with its values; where a moment is given, as of that.

    Rows of a regulated table are those of its history, written by Changes up to then; readings of
    hours and days are those of today. Source: REQUIREMENTS B7; 21 CFR 11.10(e); URS-34, URS-117.
    """
    if moment is None:
        return statement, values
    times = {"standing": moment.standing, "known": moment.known}
    return _as_of(statement), values | times | {"unusable": UNUSABLE_BITS}


@lru_cache
def _as_of(statement: str) -> str:
    """Put in front what each table held then: a name without its schema finds that first."""
    named = [*dict.fromkeys(TABLE.findall(statement))]
    parts = [f"{table} AS ({_then(table)})" for table in named if table in (VERSIONED | APPENDED)]
    body = TABLE.sub(r"\1", statement).strip()
    rest = f", {body[len('WITH ') :]}" if body.startswith("WITH ") else f" {body}"
    return f"WITH {', '.join(parts)}{rest}"


def _then(table: str) -> str:
    if table in APPENDED:
        return APPENDED[table]
    clock, which = VERSIONED[table]
    room, name = table.split("_", 1)
    return f"""
        SELECT DISTINCT ON (h.id) h.* FROM public.{room}_historical{name} h
        JOIN public.audit_change c ON c.id = h.change_id AND c.recorded_at <= %({clock})s
        WHERE {which} ORDER BY h.id, h.history_date DESC, h.history_id DESC
    """  # noqa: S608 - tables are named above
