"""Holding what stood in an excursion: by the rules quality signed, without a person, at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from audit.changes import OpenChange
from audit.writes import into_history
from custody.excursion_words import limit_of
from custody.handling import excursions_held_from, newest_rules
from custody.models import EventKind, HandlingRules, HeldVial, Hold, HoldScope, HoldsFrom
from inventory.models import GONE, Container, Custody
from temperature.models import GRAVITY, Excursion, Level, Side

# All in the database: a tank of forty thousand vials is a handful of statements.
DUE = """
    WITH RECURSIVE family (id, excursion_id) AS (
        SELECT x.vial_id, x.excursion_id FROM public.custody_exposure x
        WHERE x.excursion_id = ANY(%(excursions)s::bigint[])
        UNION
        SELECT v.id, f.excursion_id
        FROM public.inventory_vial v JOIN family f ON v.parent_id = f.id
    ), due AS (
        SELECT f.id FROM family f JOIN public.temperature_excursion now ON now.id = f.excursion_id
        WHERE NOT EXISTS (
            SELECT FROM public.custody_heldvial h
            JOIN public.custody_hold o ON o.id = h.hold_id
            JOIN public.temperature_excursion was ON was.id = o.excursion_id
            WHERE h.vial_id = f.id AND was.unit_id = now.unit_id
                AND was.began_at < COALESCE(now.ended_at, 'infinity')
                AND COALESCE(was.ended_at, 'infinity') > now.began_at
                AND COALESCE(h.released_at, 'infinity') >= now.found_at)
    )
"""
NUMBER = f"{DUE} SELECT count(DISTINCT id) FROM due"  # noqa: S608 - a constant of this module
REACHED = f"""
    {DUE}
    SELECT v.id, v.code, v.custody, v.program_id
    FROM public.inventory_vial v
    WHERE v.id IN (SELECT id FROM due)
    ORDER BY v.id FOR NO KEY UPDATE OF v
"""  # noqa: S608 - a constant of this module
HELD = f"""
    WITH held AS (
        INSERT INTO public.custody_heldvial (hold_id, vial_id)
        SELECT %s, unnest(%s::bigint[]) RETURNING *
    ) {into_history(HeldVial)} FROM held t
"""  # noqa: S608 - columns come from the model
EVENTS = """
    WITH place AS (
        SELECT own.id, string_agg(c.name, ' › ' ORDER BY length(c.path)) AS words
        FROM public.inventory_container own
        JOIN public.inventory_container c
            ON c.id = ANY(string_to_array(trim(BOTH '/' FROM own.path), '/')::bigint[])
        WHERE own.id IN (
            SELECT p.container_id FROM public.inventory_position p
            JOIN public.inventory_vial v ON v.position_id = p.id
            WHERE v.id = ANY(%(keys)s::bigint[]))
        GROUP BY own.id
    ), standing AS (
        SELECT v.*, COALESCE(place.words || ' › ' || p.label, '') AS place
        FROM public.inventory_vial v
        LEFT JOIN public.inventory_position p ON p.id = v.position_id
        LEFT JOIN place ON place.id = p.container_id
        WHERE v.id = ANY(%(keys)s::bigint[])
    )
    INSERT INTO public.custody_custodyevent
        (vial_id, kind, device, from_position_id, to_position_id, from_place, to_place,
         from_custodian_id, to_custodian_id, from_custody, to_custody, from_quality, to_quality,
         expected_code, scanned_code, reason, details)
    SELECT id, %(kind)s, %(device)s, position_id, position_id, place, place,
        custodian_id, custodian_id, custody, custody, quality, quality,
        '', '', %(reason)s, jsonb_build_object('hold', %(hold)s::bigint, 'scope', %(scope)s::text)
    FROM standing ORDER BY id
"""


@dataclass
class Outcome:
    """
    What was held, and what could not be.

    gone: the codes of those that had left for good by then; gone_keys: their keys.
    """

    hold: Hold | None = None
    held: int = 0
    gone: list[str] = field(default_factory=list)
    gone_keys: list[int] = field(default_factory=list)


@dataclass
class Reached:
    """Those that are locked and may be held, and those that are gone."""

    keys: list[int] = field(default_factory=list)
    programs: set[int] = field(default_factory=set)
    outcome: Outcome = field(default_factory=Outcome)


def hold_exposed(
    change: OpenChange, unit: Container, excursions: Sequence[Excursion], *, at: datetime
) -> Outcome:
    """
    Hold what stood in these excursions of one unit, parts split off included, where rules say so.

    Call it once the exposures are written. What is held for the same time already is not held
    again; nor is what was released while the excursion was known: that is quality's decision.
    Source: REQUIREMENTS B4; 21 CFR 211.150(b); URS-113, URS-115.
    """
    rules = newest_rules()
    counting = that_hold(excursions, rules)
    if not counting:
        return Outcome()
    found = lock_reached(REACHED, {"excursions": [row.pk for row in counting]})
    outcome = found.outcome
    if found.keys:
        gravest = max(counting, key=_gravity)
        hold = Hold(
            reason=f"Held by itself: {unit.name} {limit_of(gravest)} while it stood there",
            excursion=gravest,
            rules=rules,
            placed_at=at,
        )
        outcome.hold = place_by_rule(change, unit, found, hold)
        outcome.held = len(found.keys)
    return outcome


def number_due(excursions: Sequence[Excursion]) -> int:
    """Return how many vials are to be held for these excursions, gone ones included."""
    counting = that_hold(excursions, newest_rules())
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, {"excursions": [row.pk for row in counting]})
        return int(cursor.fetchone()[0])


def that_hold(excursions: Sequence[Excursion], rules: HandlingRules | None) -> list[Excursion]:
    """Return those excursions whose vials the rules hold."""
    least = excursions_held_from(rules)
    if least == HoldsFrom.NEVER:
        return []
    return [row for row in excursions if GRAVITY[Level(row.level)] >= GRAVITY[Level(least)]]


def _gravity(row: Excursion) -> tuple[int, float]:
    """Say how grave it is, and how far it went."""
    return GRAVITY[Level(row.level)], row.peak if row.side == Side.ABOVE else -row.peak


def lock_reached(statement: str, asked: dict[str, Any]) -> Reached:
    """
    Lock what a statement names, also what is split off while we wait.

    statement: gives key, code, custody and program of each vial, locked, in the order of keys.
    """
    found = Reached()
    known: set[int] = set()
    while more := [row for row in _read(statement, asked) if row[0] not in known]:
        for key, code, custody, program in more:
            known.add(key)
            if custody not in GONE:
                found.keys.append(key)
                found.programs.add(program)
            elif custody != Custody.CONSUMED_SPLIT:  # its parts are there
                found.outcome.gone.append(code)
                found.outcome.gone_keys.append(key)
    return found


def _read(statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


def place_by_rule(change: OpenChange, unit: Container, found: Reached, hold: Hold) -> Hold:
    """
    Hold what was locked of a unit, with the ledger's entry of each.

    hold: new, with its reason, its cause, the rules in force and when it is placed.
    """
    hold.scope, hold.subject = HoldScope.UNIT, unit.code[:100]
    hold.program_id = next(iter(found.programs)) if len(found.programs) == 1 else None
    hold.save(force_insert=True)
    _write_held(change, hold, found.keys)
    return hold


def _write_held(change: OpenChange, hold: Hold, keys: Sequence[int]) -> None:
    entry: dict[str, list[int] | int | str] = {
        "keys": list(keys),
        "kind": EventKind.HELD,
        "device": change.device,
        "reason": hold.reason,
        "hold": hold.pk,
        "scope": hold.scope,
    }
    with connection.cursor() as cursor:
        cursor.execute(HELD, [hold.pk, list(keys), "+"])
        cursor.execute(EVENTS, entry)
