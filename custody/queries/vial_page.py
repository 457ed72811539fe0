"""What the page of one vial shows besides its facts: story, map, claims, parts and labels."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Any

from django.db import connection

from audit.authors import Author
from custody.queries.boxes import PlaceOnMap, places_of
from custody.queries.facts import VialFacts
from custody.queries.timeline import TimelineEntry, timeline
from inventory.models import Container
from sop.models import DeviationStatus, Impact

# Written by hand: four questions that are cheap to answer and dear to compose and to ask.
# `tests/custody/queries/test_vial_page.py` holds it against the querysets.
AROUND = """
    SELECT
        (SELECT jsonb_agg(jsonb_build_array(
                r.id, r.order_number, p.full_name, k.claimed_at, k.released_at) ORDER BY k.id DESC)
            FROM custody_claim k JOIN custody_retrieval r ON r.id = k.retrieval_id
            JOIN accounts_person p ON p.id = k.claimed_by_id WHERE k.vial_id = v.id),
        (SELECT jsonb_agg(jsonb_build_array(f.id, f.code, f.custody, f.quality) ORDER BY f.id)
            FROM inventory_vial f WHERE f.parent_id = v.id OR f.id = v.parent_id),
        (SELECT jsonb_agg(jsonb_build_array(i.code, COALESCE(n.code, '')) ORDER BY i.id)
            FROM inventory_identifier i
            LEFT JOIN inventory_identifier n ON n.id = i.replaced_by_id WHERE i.vial_id = v.id),
        (SELECT jsonb_agg(jsonb_build_array(d.id, d.number, d.status, dv.impact) ORDER BY d.id DESC)
            FROM sop_deviationvial dv JOIN sop_deviation d ON d.id = dv.deviation_id
            WHERE dv.vial_id = v.id)
    FROM inventory_vial v WHERE v.id = %s
"""


@dataclass(frozen=True)
class ClaimLine:
    """One claim on the vial, standing or released."""

    retrieval_id: int
    order_number: str
    claimed_by: str
    claimed_at: datetime
    released_at: datetime | None


@dataclass(frozen=True)
class PartLine:
    """One part that was split off."""

    vial_id: int
    code: str
    custody: str
    quality: str


@dataclass(frozen=True)
class LabelLine:
    """One code the vial carries or carried."""

    code: str
    replaced_by: str


@dataclass(frozen=True)
class DeviationLink:
    """One deviation that names the vial; of its texts nothing, they may be of several programs."""

    deviation_id: int
    number: str
    status: str
    impact: str

    @property
    def words(self) -> str:
        """Say how it stands and what it means for the vial."""
        status = DeviationStatus(self.status).label
        return f"{status}; {Impact(self.impact).label.lower()}"


@dataclass(frozen=True)
class VialStory:
    """
    The whole of what happened to a vial, and what stands around it.

    box: the container it stands in, with its type; absent when it stands nowhere.
    parent: the vial it was split from.
    """

    events: tuple[TimelineEntry, ...]
    box: Container | None
    places: tuple[PlaceOnMap, ...]
    claims: tuple[ClaimLine, ...]
    parent: PartLine | None
    parts: tuple[PartLine, ...]
    labels: tuple[LabelLine, ...]
    deviations: tuple[DeviationLink, ...] = ()


def story_of(facts: VialFacts, *, seen_by: Author, at: datetime) -> VialStory:
    """Return the story of a vial whose facts `seen_by` was shown; three queries."""
    vial = facts.vial
    claims, family, labels, deviations = _around(vial.pk)
    parts = {part.vial_id: part for part in starmap(PartLine, family)}
    parent = None if vial.parent_id is None else parts.pop(vial.parent_id, None)
    box = None if vial.position is None else vial.position.container
    return VialStory(
        events=tuple(timeline([vial.pk])),
        box=box,
        places=() if box is None else tuple(places_of(box, seen_by=seen_by, at=at)),
        claims=tuple(map(_claim, claims)),
        parent=parent,
        parts=tuple(parts.values()),
        labels=tuple(starmap(LabelLine, labels)),
        deviations=tuple(starmap(DeviationLink, deviations)),
    )


def _around(vial_id: int) -> Iterator[list[list[Any]]]:
    """Yield the claims, the family, the labels and the deviations, each as a list of rows."""
    with connection.cursor() as cursor:
        cursor.execute(AROUND, [vial_id])
        return (json.loads(rows) if rows else [] for rows in cursor.fetchone())


def _claim(row: Sequence[Any]) -> ClaimLine:
    retrieval_id, order_number, claimed_by, claimed_at, released_at = row
    return ClaimLine(
        retrieval_id,
        order_number,
        claimed_by,
        datetime.fromisoformat(claimed_at),
        None if released_at is None else datetime.fromisoformat(released_at),
    )
