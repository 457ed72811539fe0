"""What the dashboard says about training: what is to be read, what is missing, what comes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from sop.queries.training import (
    Cell,
    PersonRow,
    seen_through,
    soon_of,
    training_matrix,
    training_of,
)
from web.links import with_query
from web.presenters.tiles import Tile
from web.training_lines import TrainingLine, line_of

MOST_LISTED = 12


@dataclass(frozen=True, kw_only=True)
class TrainingNews:
    """
    What of training concerns one person now.

    expiring: within 30 days. coming: in force within 14 days, and required. Quality sees both of
    everybody at its sites. left_out: how many more there are than are listed.
    """

    tiles: tuple[Tile, ...] = ()
    expiring: tuple[TrainingLine, ...] = ()
    coming: tuple[TrainingLine, ...] = ()
    left_out: int = 0


def training_news(person: Person, at: datetime) -> TrainingNews:
    """Gather what concerns this person; quality watches over everybody whom it sees."""
    if Role.QA in person.role_names():
        matrix = training_matrix(at=at, sites=seen_through(person))
        own = next((row for row in matrix.rows if row.person.id == person.pk), None)
        rows, gaps = matrix.rows, matrix.gaps
    else:
        own, gaps = training_of(person.pk, at=at), 0
        rows = () if own is None else (own,)
    expiring, coming = _soon(rows, at)
    shown = expiring[:MOST_LISTED], coming[:MOST_LISTED]
    return TrainingNews(
        tiles=tuple(_tiles(own, gaps)),
        expiring=shown[0],
        coming=shown[1],
        left_out=len(expiring) + len(coming) - len(shown[0]) - len(shown[1]),
    )


def _tiles(own: PersonRow | None, gaps: int) -> Iterable[Tile]:
    index = reverse("training:index")
    to_read = 0 if own is None else sum(cell.is_to_read for cell in own.cells)
    if to_read:
        yield Tile(
            label="To read and sign", count=to_read, url=index, icon="signature", is_urgent=True
        )
    if gaps:
        url = with_query(index, gaps="on")
        yield Tile(label="Training gaps", count=gaps, url=url, icon="school", is_urgent=True)


def _soon(
    rows: Sequence[PersonRow], at: datetime
) -> tuple[tuple[TrainingLine, ...], tuple[TrainingLine, ...]]:
    expiring: list[tuple[Cell, str]] = []
    coming: list[tuple[Cell, str]] = []
    for row in rows:
        ends, comes = soon_of(row, at=at)
        expiring += [(cell, row.person.name) for cell in ends]
        coming += [(cell, row.person.name) for cell in comes]
    return (
        tuple(line_of(cell, name) for cell, name in expiring),
        tuple(line_of(cell, name) for cell, name in coming),
    )
