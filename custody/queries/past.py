"""What ledger, containers, holds, deviations and claim say of vials, in one statement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from custody.burdens import Burdens
from custody.chain import SUMMARY, ChainCheck
from custody.models import EventKind
from custody.queries.whereabouts import SIGHTINGS, UNMOVING, Crumb, Sighting
from custody.released import DECIDES, RELEASED_AS
from custody.rules.emptying import TO_CONFIRM
from custody.time_out import OUT_SINCE
from custody.viability import DeviationFact, HoldFact
from sop.models import DeviationStatus, Impact

# Written by hand: every scan asks it, and composing it anew each time took longer than answering
# it. `tests/custody/queries/test_past.py` holds it against the querysets.
PAST = f"""
    SELECT c.*, way.*, seen.person, seen.at, seen.kind, here.since, here.to_confirm,
        counted.at, decided.kept, held.*,
        deviated.*, claim.*
    FROM ({SUMMARY}) c
    LEFT JOIN LATERAL (
        SELECT array_agg(w.id ORDER BY length(w.path)), array_agg(w.name ORDER BY length(w.path))
        FROM inventory_vial v
        JOIN inventory_position p ON p.id = v.position_id
        JOIN inventory_container b ON b.id = p.container_id
        JOIN inventory_container w
            ON w.id = ANY (string_to_array(trim(BOTH '/' FROM b.path), '/')::bigint[])
        WHERE v.id = c.id
    ) way ON true
    LEFT JOIN LATERAL (
        SELECT COALESCE(p.full_name, e.device) AS person,
            COALESCE(e.performed_at, e.recorded_at) AS at, e.kind
        FROM custody_custodyevent e LEFT JOIN accounts_person p ON p.id = e.actor_id
        WHERE e.vial_id = c.id AND e.kind = ANY(%(sightings)s)
        ORDER BY e.seq DESC LIMIT 1
    ) seen ON true
    LEFT JOIN LATERAL (
        SELECT COALESCE((e.details ->> '{OUT_SINCE}')::timestamptz, e.performed_at,
            e.recorded_at) AS since,
            (e.details ->> '{TO_CONFIRM}')::bigint AS to_confirm
        FROM custody_custodyevent e
        WHERE e.vial_id = c.id AND e.kind <> ALL(%(unmoving)s)
        ORDER BY e.seq DESC LIMIT 1
    ) here ON true
    LEFT JOIN LATERAL (
        SELECT e.recorded_at AS at FROM custody_custodyevent e
        WHERE e.vial_id = c.id AND e.kind = '{EventKind.COUNTED.value}'
        ORDER BY e.seq DESC LIMIT 1
    ) counted ON true
    LEFT JOIN LATERAL (
        SELECT e.details ->> '{RELEASED_AS}' AS kept FROM custody_custodyevent e
        WHERE e.vial_id = c.id AND e.kind = ANY(%(deciding)s)
        ORDER BY e.seq DESC LIMIT 1
    ) decided ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(h.id ORDER BY h.id), array_agg(h.subject ORDER BY h.id),
            array_agg(h.reason ORDER BY h.id), array_agg(h.placed_at ORDER BY h.id)
        FROM custody_heldvial hv JOIN custody_hold h ON h.id = hv.hold_id
        WHERE hv.vial_id = c.id AND hv.released_at IS NULL
    ) held ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(d.id ORDER BY d.id), array_agg(d.number ORDER BY d.id),
            array_agg(dv.impact ORDER BY d.id)
        FROM sop_deviationvial dv JOIN sop_deviation d ON d.id = dv.deviation_id
        WHERE dv.vial_id = c.id AND dv.impact <> '{Impact.NONE.value}'
            AND d.status <> '{DeviationStatus.CLOSED.value}'
    ) deviated ON true
    LEFT JOIN LATERAL (
        SELECT r.id, r.order_number, p.full_name, k.claimed_at
        FROM custody_claim k JOIN custody_retrieval r ON r.id = k.retrieval_id
        JOIN accounts_person p ON p.id = k.claimed_by_id
        WHERE k.vial_id = c.id AND k.released_at IS NULL
    ) claim ON true
"""
# With one key for an array, PostgreSQL keeps its plan: how long an array will be, it cannot know.
PAST_OF_ONE = PAST.replace("ANY(%(vials)s)", "%(vial)s")


@dataclass(frozen=True)
class ClaimFact:
    """Who holds the vial for which order, since when."""

    retrieval_id: int
    order_number: str
    claimed_by: str
    claimed_at: datetime


@dataclass(frozen=True)
class Past:
    """
    What has happened to one vial that still counts.

    way: the containers from the unit down to the one it stands in.
    here_since: when it came to be where it is. to_confirm: the emptying that left its place there
    to be confirmed. last_count: when it was last counted there.
    released_as: its fingerprint when quality decided; empty where none was kept.
    """

    chain: ChainCheck
    way: tuple[Crumb, ...]
    last_sighting: Sighting | None
    here_since: datetime | None
    to_confirm: int | None
    last_count: datetime | None
    released_as: str
    burdens: Burdens
    claim: ClaimFact | None


def pasts(vial_ids: Collection[int]) -> dict[int, Past]:
    """Return the past of each of these vials; one statement for any number."""
    keys = list(vial_ids)
    which: dict[str, int | list[int]] = {"vial": keys[0]} if len(keys) == 1 else {"vials": keys}
    kinds = {
        "sightings": [str(kind) for kind in SIGHTINGS],
        "unmoving": [str(kind) for kind in UNMOVING],
        "deciding": [str(kind) for kind in DECIDES],
    }
    with connection.cursor() as cursor:
        cursor.execute(PAST_OF_ONE if len(keys) == 1 else PAST, {**which, **kinds})
        return {row[0]: _past(row) for row in cursor.fetchall()}


def _past(row: tuple[Any, ...]) -> Past:
    _, intact, unbroken, bad, gap, containers, names, *rest = row
    person, seen_at, kind, since, to_confirm, counted, kept, *rest = rest
    keys, subjects, reasons, placed, *rest = rest
    deviations, numbers, impacts, *claim = rest
    return Past(
        chain=ChainCheck(intact, bool(unbroken), bad, gap),
        way=tuple(map(Crumb, containers or (), names or ())),
        last_sighting=None if kind is None else Sighting(person, seen_at, EventKind(kind).label),
        here_since=since,
        to_confirm=to_confirm,
        last_count=counted,
        released_as=kept or "",
        burdens=Burdens(
            holds=tuple(map(HoldFact, keys or (), subjects or (), reasons or (), placed or ())),
            deviations=tuple(
                map(DeviationFact, deviations or (), numbers or (), map(Impact, impacts or ()))
            ),
        ),
        claim=None if claim[0] is None else ClaimFact(*claim),
    )
