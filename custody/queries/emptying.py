"""Emptying a unit as screens show it: what is left, on the way, put down, to confirm, to count."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count as CountOf
from django.db.models import Q

from audit.authors import Author
from audit.errors import NotFound
from custody.models import Count, CountStatus, EmptiedRack, Emptying
from custody.rules.emptying import UNKNOWN_EMPTYING, is_counted
from inventory.models import Container, Vial

LISTED = 100
LOADED = ("unit__type", "site", "deviation", "begun_by", "ended_by")
OF_A_RACK = (
    *("emptying__unit", "container__type", "to_unit"),
    *("taken_out_by", "carried_by", "put_down_by", "confirmed_by"),
)


@dataclass(frozen=True, kw_only=True)
class Left:
    """A rack or box that stands in the unit still, with how many vials it holds."""

    container_id: int
    name: str
    code: str
    category: str
    vials: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """
    How far an emptying has come.

    loose: vials in no rack or box that is taken out. moved: what was put into other units.
    to_confirm: what was put down without a place, and was not moved on since.
    """

    left: tuple[Left, ...]
    loose: int
    on_the_way: tuple[EmptiedRack, ...]
    moved: tuple[EmptiedRack, ...]
    to_confirm: tuple[EmptiedRack, ...]

    @property
    def categories(self) -> frozenset[str]:
        """What kinds of container are to be put somewhere."""
        carried = {row.container.type.category for row in self.on_the_way}
        return frozenset({each.category for each in self.left} | carried)

    @property
    def not_apart(self) -> tuple[EmptiedRack, ...]:
        """What stands where segregation does not agree."""
        return tuple(row for row in self.moved if row.deferred)

    def in_hand_of(self, person: Author) -> EmptiedRack | None:
        """Return what somebody scanned last of what they carry."""
        own = [row for row in self.on_the_way if row.carried_by_id == person.pk]
        return max(own, key=lambda row: (row.carried_at, row.pk), default=None)


@dataclass(frozen=True, kw_only=True)
class DueCount:
    """A rack that is to be counted after it was moved in an emergency."""

    rack: EmptiedRack
    due_at: datetime
    is_overdue: bool


def emptying_seen_by(person: Author, key: int) -> Emptying:
    """
    Return an emptying with the rows its page names.

    Raises NotFound: there is none at a site that the person may see.
    """
    found = Emptying.objects.visible_to(person).filter(pk=key).select_related(*LOADED).first()
    if found is None:
        raise NotFound([UNKNOWN_EMPTYING])
    return found


def emptyings(*, seen_by: Author) -> list[Emptying]:
    """List them at the sites that somebody may see, the newest first."""
    rows = Emptying.objects.visible_to(seen_by).select_related(*LOADED)
    return list(rows.order_by("-pk")[:LISTED])


def going_on_in(unit_id: int) -> Emptying | None:
    """Return the emptying of a unit that goes on."""
    return Emptying.objects.going_on().filter(unit=unit_id).first()


def progress_of(emptying: Emptying) -> Progress:
    """Say what is left, on the way and moved; three statements for any number."""
    rows = EmptiedRack.objects.filter(emptying=emptying).select_related(*OF_A_RACK)
    racks = list(rows.order_by("pk"))
    carried = [row for row in racks if row.put_down_at is None]
    left, loose = _left_in(emptying.unit, {row.container_id for row in carried})
    return Progress(
        left=left,
        loose=loose,
        on_the_way=tuple(carried),
        moved=tuple(row for row in racks if row.to_unit_id not in {None, emptying.unit_id}),
        to_confirm=tuple(row for row in racks if _waits(row)),
    )


def _waits(row: EmptiedRack) -> bool:
    return (
        row.put_down_at is not None
        and row.confirmed_at is None
        and row.container.unit_id == row.to_unit_id
    )


def racks_of_code(emptying: Emptying, container_id: int) -> EmptiedRack | None:
    """Return the last time a rack was carried under an emptying."""
    rows = EmptiedRack.objects.filter(emptying=emptying, container=container_id)
    return rows.select_related(*OF_A_RACK).order_by("-pk").first()


def counts_due(*, seen_by: Author, at: datetime) -> list[DueCount]:
    """List what is to be counted after emergencies, what is due first at the top."""
    ended = Emptying.objects.visible_to(seen_by).filter(ended_at__isnull=False)
    rows = EmptiedRack.objects.filter(emptying__in=ended, put_down_at__isnull=False)
    racks = [
        row
        for row in rows.select_related(*OF_A_RACK).order_by("emptying__counts_due_at", "pk")
        if row.to_unit_id != row.emptying.unit_id
    ]
    counted = _counts_since(racks)
    return [
        DueCount(rack=row, due_at=due, is_overdue=due <= at)
        for row in racks
        if (due := row.emptying.counts_due_at) is not None and not is_counted(row, counted)
    ]


def _counts_since(racks: Sequence[EmptiedRack]) -> list[tuple[str, datetime]]:
    """Return what was counted since the first of these racks was put down."""
    since = min((row.put_down_at for row in racks if row.put_down_at is not None), default=None)
    if since is None:
        return []
    rows = Count.objects.filter(
        status=CountStatus.CLOSED, started_at__gte=since, recount_of__isnull=True
    )
    return list(rows.values_list("container__path", "started_at"))


def _left_in(unit: Container, carried: set[int]) -> tuple[tuple[Left, ...], int]:
    """Return what is taken out as one, the outermost, and how many vials stand in none."""
    inside = Container.objects.filter(path__startswith=unit.path).exclude(pk=unit.pk)
    by_key = {row.pk: row for row in inside.select_related("type")}
    vials: Counter[int] = Counter()
    loose = 0
    for path, number in _vials_by_box(unit):
        keys = [int(part) for part in path.split("/") if part]
        if carried.intersection(keys):
            continue
        taken = _outermost(keys, by_key)
        if taken is None:
            loose += number
        else:
            vials[taken] += number
    left = [
        Left(
            container_id=key,
            name=by_key[key].name,
            code=by_key[key].code,
            category=by_key[key].type.category,
            vials=number,
        )
        for key, number in vials.items()
    ]
    return tuple(sorted(left, key=lambda each: (each.name, each.container_id))), loose


def _vials_by_box(unit: Container) -> Iterable[tuple[str, int]]:
    rows = Vial.objects.filter(Q(position__container__path__startswith=unit.path))
    counted = rows.values_list("position__container__path").annotate(number=CountOf("pk"))
    return counted.order_by("position__container__path")


def _outermost(keys: Sequence[int], by_key: Mapping[int, Container]) -> int | None:
    return next((key for key in keys if key in by_key and by_key[key].type.is_taken_out), None)
