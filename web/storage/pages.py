"""What the pages of storage show: sites with their units, and any one container."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Person
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from custody.queries.boxes import PlaceOnMap, PlaceState, places_of
from custody.queries.exposure import lift_of
from custody.queries.past_storage import ContentsThen, contents_at
from custody.queries.storage import (
    ContainerRow,
    Fill,
    StoredVial,
    containers_inside,
    storage_seen_by,
    total,
    vials_in,
)
from custody.queries.traffic import Passage, Standing, passages, standings
from inventory.models import Container, Holds, Zone
from sop.action import Action
from sop.authority import may
from web.links import storage_url, vial_url
from web.presenters import (
    BoxMap,
    Clock,
    Crumb,
    StatusBadge,
    Tab,
    hold_badge,
    quality_badge,
)
from web.presenters.places import map_of
from web.storage.crumbs import crumbs_to
from web.storage.lifting import clock_of
from web.storage.tools import Tool, tools_for


@dataclass(frozen=True, kw_only=True)
class ContainerLine:
    """One container of a table, with how full it is."""

    url: str
    name: str
    code: str
    place: str
    kind: str
    setting: str
    fill: Fill


@dataclass(frozen=True, kw_only=True)
class SitePanel:
    """One site with its units."""

    name: str
    code: str
    time_zone: str
    fill: Fill
    lines: tuple[ContainerLine, ...]
    shippers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class VialRow:
    """One vial of a box."""

    url: str
    code: str
    place: str
    coi: str
    pseudonym: str
    product: str
    batch: str
    expires_at: datetime
    badges: tuple[StatusBadge, ...]


def site_panels(person: Person) -> tuple[SitePanel, ...]:
    """Show the sites open to somebody, with their units."""
    return tuple(
        SitePanel(
            name=found.site.name,
            code=found.site.code,
            time_zone=found.site.time_zone,
            fill=found.fill,
            lines=tuple(_line(row) for row in found.units),
            shippers=tuple((storage_url(row.pk), row.name) for row in found.shippers),
        )
        for found in storage_seen_by(person)
    )


def _line(row: ContainerRow) -> ContainerLine:
    container = row.container
    return ContainerLine(
        url=storage_url(container.pk),
        name=container.name,
        code=container.code,
        place=row.position_label,
        kind=container.type.name,
        setting=_setting(container),
        fill=row.fill,
    )


def _setting(container: Container) -> str:
    said = [container.type.get_storage_class_display() if container.type.is_unit else ""]
    if container.zone != Zone.GENERAL:
        said.append(container.get_zone_display())
    return ", ".join(filter(None, said))


@dataclass(frozen=True, kw_only=True)
class ContainerPage:
    """
    Everything the page of a container shows.

    lines: containers inside. vials: those the person may see. others: those they may not.
    """

    container: Container
    crumbs: tuple[Crumb, ...]
    setting: str
    aside_for: str
    map: BoxMap
    fill: Fill
    lines: tuple[ContainerLine, ...]
    vials: tuple[VialRow, ...]
    others: int
    tools: tuple[Tool, ...]
    tabs: tuple[Tab, ...]
    clock: Clock | None
    out_with: str
    back_url: str


def container_page(container: Container, *, person: Person, at: datetime) -> ContainerPage:
    """Read what stands in `container` now, as `person` may see it."""
    places = places_of(container, seen_by=person, at=at)
    holds_vials = container.type.holds == Holds.VIAL
    rows = [] if holds_vials else containers_inside(container)
    vials = vials_in(container, seen_by=person) if holds_vials else []
    lift = lift_of(container, seen_by=person, at=at)
    moves = may(person, Action.MOVE_CONTAINER) and container.retired_at is None
    return ContainerPage(
        container=container,
        crumbs=crumbs_to(container),
        setting=_setting(container),
        aside_for=_aside_for(container),
        map=map_of(container, places),
        fill=_fill(places) if holds_vials else total(rows),
        lines=tuple(_line(row) for row in rows),
        vials=tuple(_vial_row(row) for row in vials),
        others=sum(place.is_masked for place in places),
        tools=tuple(
            tools_for(
                container,
                person,
                has_blocked=any(place.state == PlaceState.BLOCKED for place in places),
            )
        ),
        tabs=tabs_of(container, "now"),
        clock=clock_of(lift, at),
        out_with="" if lift is None else f"{lift.name}, {lift.person}",
        back_url=reverse("storage:back", args=[container.pk]) if lift and moves else "",
    )


def _fill(places: Iterable[PlaceOnMap]) -> Fill:
    states = [place.state.value for place in places]
    return Fill(
        places=len(states),
        used=sum(state in {"occupied", "held", "expired"} for state in states),
        kept=states.count("reserved"),
        out_of_service=states.count("blocked") + states.count("in_doubt"),
    )


def _aside_for(container: Container) -> str:
    if container.therapy is not None:
        return f"one patient only, {container.therapy.coi}"
    return "" if container.program is None else f"program {container.program.code} only"


def _vial_row(row: StoredVial) -> VialRow:
    badges = [quality_badge(row.quality)]
    if row.is_held:
        badges.append(hold_badge())
    return VialRow(
        url=vial_url(row.vial_id),
        code=row.code,
        place=row.place,
        coi=row.coi,
        pseudonym=row.pseudonym,
        product=row.product,
        batch=row.batch,
        expires_at=row.expires_at,
        badges=tuple(badges),
    )


def tabs_of(container: Container, active: str) -> tuple[Tab, ...]:
    """Give the pages of one container."""
    pages = {
        "now": ("Now", storage_url(container.pk)),
        "moves": ("Moves", reverse("storage:moves", args=[container.pk])),
        "past": ("In the past", reverse("storage:past", args=[container.pk])),
    }
    return tuple(
        Tab(label=label, url=url, active=name == active) for name, (label, url) in pages.items()
    )


@dataclass(frozen=True, kw_only=True)
class MovesPage:
    """What went in and out of a container, and where it stood itself."""

    container: Container
    crumbs: tuple[Crumb, ...]
    passages: tuple[Passage, ...]
    standings: tuple[Standing, ...]
    signatures: list[SignatureBlock]
    tabs: tuple[Tab, ...]


def moves_page(container: Container, *, person: Person) -> MovesPage:
    """Read the newest movements, and who signed the record of the container."""
    return MovesPage(
        container=container,
        crumbs=crumbs_to(container, last="Moves"),
        passages=tuple(passages(container, seen_by=person)),
        standings=tuple(standings(container)),
        signatures=blocks_under([(Container, container.pk)]).get((Container, container.pk), []),
        tabs=tabs_of(container, "moves"),
    )


@dataclass(frozen=True, kw_only=True)
class PastPage:
    """What stood in a container at an instant."""

    container: Container
    crumbs: tuple[Crumb, ...]
    then: ContentsThen | None
    tabs: tuple[Tab, ...]


def past_page(container: Container, *, person: Person, at: datetime | None) -> PastPage:
    """Read what stood there at `at`; nothing is read without an instant."""
    return PastPage(
        container=container,
        crumbs=crumbs_to(container, last="In the past"),
        then=None if at is None else contents_at(container, at, seen_by=person),
        tabs=tabs_of(container, "past"),
    )
