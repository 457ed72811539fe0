"""What went into and out of a box, and where a container stood."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from audit.authors import Author
from custody.models import CustodyEvent
from inventory.models import Container, Program

MOST_ROWS = 50


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One vial that came, left, or moved within the container."""

    vial_id: int
    code: str
    title: str
    from_place: str
    to_place: str
    who: str
    second_person: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One place where a container stood, from when, and who put it there."""

    place: str
    since: datetime
    who: str
    reason: str


def passages(container: Container, *, seen_by: Author) -> list[Passage]:
    """Return the newest events by which vials entered or left the container's own places."""
    rows = (
        CustodyEvent.objects.filter(
            Q(pk__in=_newest(container, "to_position"))
            | Q(pk__in=_newest(container, "from_position")),
            vial__program__in=Program.objects.visible_to(seen_by),
        )
        .select_related("vial", "actor", "second_person")
        .order_by("-pk")[:MOST_ROWS]
    )
    return [
        Passage(
            vial_id=row.vial_id,
            code=row.vial.code,
            title=row.get_kind_display(),
            from_place=row.from_place,
            to_place=row.to_place,
            who=row.device if row.actor is None else row.actor.full_name,
            second_person="" if row.second_person is None else row.second_person.full_name,
            at=row.recorded_at,
        )
        for row in rows
    ]


def _newest(container: Container, end: str) -> list[int]:
    """Return the keys of the newest events with that end in the container and another outside."""
    positions = container.positions.values("pk")
    rows = CustodyEvent.objects.filter(**{f"{end}__in": positions})
    moved = rows.exclude(from_position=F("to_position")) | rows.filter(
        Q(from_position__isnull=True) | Q(to_position__isnull=True)
    )
    return list(moved.order_by("-pk").values_list("pk", flat=True)[: MOST_ROWS * 2])


def standings(container: Container) -> list[Standing]:
    """Return where the container stood, newest first, from its history; two queries."""
    rows = list(container.history.select_related("change").order_by("history_id"))
    keys = {int(part) for row in rows for part in row.path.split("/") if part}
    names = dict(Container.objects.filter(pk__in=keys).values_list("pk", "name"))
    found: list[Standing] = []
    path = ""
    for row in rows:
        if row.path and row.path != path:
            path = row.path
            found.append(_standing(row, names))
    return found[::-1]


def _standing(row: Any, names: Mapping[int, str]) -> Standing:
    """Read one history row; its last key is the container itself."""
    keys = [int(part) for part in row.path.split("/") if part][:-1]
    return Standing(
        place=" › ".join(names[key] for key in keys if key in names),
        since=row.change.recorded_at,
        who=row.change.actor_name or row.change.device,
        reason=row.change.reason,
    )
