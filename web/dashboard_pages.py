"""The dashboard: what needs this person first, then what needs everybody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit.queries.refusals import RefusedEntry, RefusedFilter, refused_attempts
from custody.queries.desk import (
    ALL_LISTED,
    MOST_LISTED,
    ArrivalLine,
    Desk,
    desk_of,
)
from custody.queries.deviations import Shown
from custody.queries.deviations import count_waiting as count_deviations_waiting
from custody.queries.emptying import counts_due
from custody.queries.exposure import BudgetLeft, OutNow, lifted_now
from custody.queries.picking import picking_now
from custody.queries.quality import Need, count_needs, count_open_holds
from custody.queries.receipts import count_waiting
from custody.queries.retrievals import RetrievalCard, open_retrievals
from custody.queries.reviews import overdue_deferrals
from custody.queries.storage import SiteStorage, storage_seen_by
from custody.queries.trail import refusals_shown_to
from temperature.queries.reviews import count_overdue
from web.access_tiles import access_tiles
from web.audit_search import MISMATCHES
from web.hand_lines import HandLine, budgets_at_hand, hand_lines
from web.links import storage_url, with_query
from web.presenters import Clock
from web.presenters.tiles import Tile
from web.retrieval_pages import RetrievalLine, retrieval_lines
from web.training_tiles import TrainingNews, training_news

FLOOR = frozenset({Role.TECHNICIAN, Role.SUPERVISOR})
QUALITY = frozenset({Role.QA, Role.RELEASE})
MOST_ORDERS = 8
MOST_NEAR_MISSES = 5


@dataclass(frozen=True, kw_only=True)
class ArrivalRow:
    """One batch whose received vials wait for a place; the clock of the first of them."""

    number: str
    product: str
    vials: int
    url: str
    clock: Clock
    is_over: bool


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """One freezer or tank with its free places."""

    name: str
    url: str
    site: str
    storage: str
    used: int
    places: int
    free: int


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """
    What the dashboard of one person shows; `near_misses` is for quality only.

    left_out: whether more is in hand, or waits for a place, than is listed.
    """

    greeting: str
    training: TrainingNews
    tiles: tuple[Tile, ...]
    mine: tuple[HandLine, ...]
    out: tuple[HandLine, ...]
    lifted: list[OutNow]
    arrivals: tuple[ArrivalRow, ...]
    left_out: bool
    orders: tuple[RetrievalLine, ...]
    orders_left_out: int
    units: tuple[UnitRow, ...]
    is_quality: bool
    is_floor: bool
    near_misses: tuple[RefusedEntry, ...]


def dashboard_of(person: Person, *, at: datetime, lists_all: bool = False) -> Dashboard:
    """Gather what needs this person: the floor sees hands and orders, quality sees decisions."""
    roles = set(person.role_names())
    is_quality, is_floor = bool(roles & QUALITY), bool(roles & FLOOR)
    desk = desk_of(person, most=ALL_LISTED if lists_all else MOST_LISTED)
    orders = open_retrievals(seen_by=person, status=None)
    training, storage = training_news(person, at), storage_seen_by(person)
    picked = picking_now(seen_by=person, at=at)
    out_now = desk.mine_count + desk.out_count + len(picked)
    tiles = _tiles(person, desk, orders, storage, is_quality=is_quality, out=out_now, at=at)
    left = budgets_at_hand(desk, picked, at=at)
    mine, out = hand_lines(desk, picked, person, left, at=at)
    return Dashboard(
        greeting=person.full_name,
        training=training,
        tiles=(*training.tiles, *tiles),
        mine=mine,
        out=out,
        lifted=lifted_now(seen_by=person, at=at),
        arrivals=tuple(_arrival(line, left.get(line.first_id), at) for line in desk.arrivals),
        left_out=desk.is_cut,
        orders=tuple(retrieval_lines(orders[:MOST_ORDERS], at=at)),
        orders_left_out=max(0, len(orders) - MOST_ORDERS),
        units=tuple(_units(storage)),
        is_quality=is_quality,
        is_floor=is_floor,
        near_misses=tuple(_near_misses(person)) if is_quality else (),
    )


def _tiles(
    person: Person,
    desk: Desk,
    orders: list[RetrievalCard],
    storage: Sequence[SiteStorage],
    *,
    is_quality: bool,
    out: int,
    at: datetime,
) -> Iterable[Tile]:
    yield from access_tiles(person, at)
    if is_quality:
        yield from _quality_tiles(person, at)
        yield from _temperature_tiles(storage, at)
        return
    yield from _count_tiles(person, at)
    retrievals, late = reverse("retrievals:index"), any(card.needed_by <= at for card in orders)
    expected = sum(count_waiting(seen_by=person).values())
    yield Tile(label="Out of storage", count=out, url="#hands", icon="clock", is_urgent=out > 0)
    yield Tile(
        label="Received, not stored", count=desk.arrived_count, url="#arrivals", icon="inbox"
    )
    yield Tile(
        label="Open retrievals",
        count=len(orders),
        url=retrievals,
        icon="clipboard-list",
        is_urgent=late,
    )
    yield Tile(
        label="Batches expected",
        count=expected,
        url=reverse("batches:index"),
        icon="package-import",
    )


def _count_tiles(person: Person, at: datetime) -> Iterable[Tile]:
    """Tell the floor what is to be counted after units were emptied; most days nothing is."""
    due = counts_due(seen_by=person, at=at)
    if due:
        yield Tile(
            label="To count after an emergency",
            count=len(due),
            url=reverse("emptying:index"),
            icon="urgent",
            is_urgent=any(row.is_overdue for row in due),
        )


def _quality_tiles(person: Person, at: datetime) -> Iterable[Tile]:
    index = reverse("quality:index")
    needs = count_needs(seen_by=person, at=at)
    icons = {
        Need.QUARANTINE: "shield-half",
        Need.RETURNED: "arrow-back-up",
        Need.MISSING: "map-pin-question",
        Need.EXPIRING: "calendar-due",
    }
    for need, icon in icons.items():
        yield Tile(
            label=str(need.label),
            count=needs[need],
            url=with_query(index, show=need.value),
            icon=icon,
            is_urgent=need is Need.MISSING and needs[need] > 0,
        )
    overdue = len(overdue_deferrals(seen_by=person, on=at.date()))
    if overdue:
        yield Tile(
            label="Deferred reviews past their day",
            count=overdue,
            url=reverse("audit:reviews"),
            icon="history",
            is_urgent=True,
        )
    yield from _deviation_tiles(person, at)
    holds = count_open_holds(seen_by=person)
    yield Tile(
        label="Open holds", count=holds, url=with_query(index, show="holds"), icon="hand-stop"
    )


def _temperature_tiles(storage: Sequence[SiteStorage], at: datetime) -> Iterable[Tile]:
    overdue = count_overdue([row.site.pk for row in storage], at=at)
    if overdue:
        yield Tile(
            label="Reviews of temperature overdue",
            count=overdue,
            url=reverse("temperature:reviews"),
            icon="temperature",
            is_urgent=True,
        )


def _deviation_tiles(person: Person, at: datetime) -> Iterable[Tile]:
    """Say what is open, and what FDA must still be told of; the clock is on its list."""
    waiting, url = count_deviations_waiting(seen_by=person, at=at), reverse("quality:deviations")
    yield Tile(
        label="Open deviations",
        count=waiting.open,
        url=url,
        icon="file-alert",
        is_urgent=waiting.overdue > 0,
    )
    if waiting.to_report:
        yield Tile(
            label="To report to FDA within 45 days",
            count=waiting.to_report,
            url=with_query(url, show=Shown.TO_REPORT.value),
            icon="mail",
            is_urgent=True,
        )
    if waiting.incidents:
        url = reverse("quality:incidents")
        yield Tile(label="Open incidents", count=waiting.incidents, url=url, icon="bug")


def _arrival(line: ArrivalLine, left: BudgetLeft | None, at: datetime) -> ArrivalRow:
    return ArrivalRow(
        number=line.number,
        product=line.product,
        vials=line.vials,
        url=reverse("batches:batch", args=[line.batch_id]),
        clock=Clock(since=line.since, now=at, limit=None if left is None else left.may_last(at)),
        is_over=left is not None and left.is_exceeded,
    )


def _units(storage: Sequence[SiteStorage]) -> Iterable[UnitRow]:
    for site in storage:
        for row in site.units:
            yield UnitRow(
                name=row.container.name,
                url=storage_url(row.container.pk),
                site=site.site.name,
                storage=row.container.type.get_storage_class_display(),
                used=row.fill.used,
                places=row.fill.places,
                free=row.fill.free,
            )


def _near_misses(person: Person) -> list[RefusedEntry]:
    shows = partial(refusals_shown_to, person)
    return list(
        refused_attempts(shows=shows, matching=RefusedFilter(codes=MISMATCHES)).rows[
            :MOST_NEAR_MISSES
        ]
    )
