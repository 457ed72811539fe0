"""What the page of one vial shows besides its facts: story, map, claims, parts and labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from audit.authors import Author
from custody.models import Claim
from custody.queries.boxes import PlaceOnMap, places_of
from custody.queries.facts import VialFacts
from custody.queries.timeline import TimelineEntry, timeline
from inventory.models import Container, Identifier, Vial


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


def story_of(facts: VialFacts, *, seen_by: Author, at: datetime) -> VialStory:
    """Return the story of a vial whose facts `seen_by` was shown; six queries."""
    vial = facts.vial
    family = {part.vial_id: part for part in _family(vial)}
    parent = None if vial.parent_id is None else family.pop(vial.parent_id, None)
    box = _box(vial)
    return VialStory(
        events=tuple(timeline([vial.pk])),
        box=box,
        places=() if box is None else tuple(places_of(box, seen_by=seen_by, at=at)),
        claims=tuple(_claims(vial)),
        parent=parent,
        parts=tuple(family.values()),
        labels=tuple(_labels(vial)),
    )


def _box(vial: Vial) -> Container | None:
    if vial.position is None:
        return None
    rows = Container.objects.filter(pk=vial.position.container_id)
    return rows.select_related("type").first()


def _claims(vial: Vial) -> Sequence[ClaimLine]:
    rows = Claim.objects.filter(vial=vial).select_related("retrieval", "claimed_by")
    return [
        ClaimLine(
            row.retrieval_id,
            row.retrieval.order_number,
            row.claimed_by.full_name,
            row.claimed_at,
            row.released_at,
        )
        for row in rows.order_by("-pk")
    ]


def _family(vial: Vial) -> Sequence[PartLine]:
    """Return what was split off, and what the vial itself was split from."""
    rows = Vial.objects.filter(Q(parent=vial) | Q(pk=vial.parent_id)).order_by("pk")
    return [PartLine(row.pk, row.code, row.custody, row.quality) for row in rows]


def _labels(vial: Vial) -> Sequence[LabelLine]:
    rows = Identifier.objects.filter(vial=vial).select_related("replaced_by").order_by("pk")
    return [
        LabelLine(row.code, "" if row.replaced_by is None else row.replaced_by.code) for row in rows
    ]
