"""The wall board: every unit as one tile, the worst first, in words that carry across a room."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from accounts.models import Person
from custody.queries.backups import Backup, backups_among, conditions_of
from custody.queries.storage import Fill, storage_seen_by
from inventory.models import Container
from temperature.models import LOUD, Excursion, ExcursionRule, Fitting, Level, Quantity, Side
from temperature.queries.alarms import OfUnit, alarms_at
from temperature.queries.board import UnitNow, units_now
from temperature.queries.now import ProbeNow
from temperature.queries.survival import survivals
from temperature.rules.contacts import how_long
from temperature.rules.survival import Survival
from web.links import unit_temperature_url
from web.presenters import Mark
from web.temperature.nitrogen import Nitrogen, Refuge, nitrogen_of, refuges
from web.templatetags.freezer import in_unit

MARKS = {
    Level.CRITICAL: Mark.RED,
    Level.ACTION: Mark.RED,
    Level.WARNING: Mark.AMBER,
    Level.ADVISORY: Mark.AMBER,
}
RANKS = {Level.CRITICAL: 0, Level.ACTION: 1, Level.WARNING: 3, Level.ADVISORY: 4}
SILENT, NEGLECTED, LATE, FINE = 2, 5, 6, 9
REFUGES = 3
ARROWS = {"rising": "↗", "falling": "↘", "steady": "→"}


@dataclass(frozen=True, kw_only=True)
class State:
    """
    What is to be said of a unit in one word, how grave it is, and since when.

    rank: the smaller the worse.
    """

    mark: Mark
    word: str
    rank: int
    detail: str = ""
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ProbeLine:
    """
    One probe on a tile: what it says, or since when it says nothing.

    words: what a contact says, and for how long it has; empty of what measures.
    """

    probe: ProbeNow
    unit: str
    arrow: str
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """
    One unit on the wall.

    main: its warmest thermometer that can be believed. doors: what its contacts say is open or
    failed, and for how long. refuges: units with room, where it needs it.
    """

    url: str
    name: str
    site: str
    state: State
    more: tuple[State, ...]
    main: ProbeLine | None
    lines: tuple[ProbeLine, ...]
    doors: tuple[str, ...]
    heard_at: datetime | None
    is_measured: bool
    fill: Fill
    stands: OfUnit
    nitrogen: Nitrogen | None
    refuges: tuple[Refuge, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """The whole wall as it stood at an instant."""

    tiles: tuple[Tile, ...]
    at: datetime
    worst: State | None
    troubled: int


def board_of(person: Person, *, at: datetime) -> Board:
    """
    Show the units at the sites open to somebody, the worst first.

    Source: REQUIREMENTS B4, B5; URS-104, URS-108.
    """
    storage = storage_seen_by(person)
    rows = [
        (row, found.site.code)
        for found in storage
        for row in found.units
        if row.container.type.is_unit
    ]
    units = [row.container for row, _ in rows]
    stand, alarms = units_now(units, at=at), alarms_at([unit.pk for unit in units], at=at)
    lasting = survivals(stand, at=at)
    conditions = conditions_of(stand, lasting, alarms)
    tiles = [
        _tile(
            now,
            alarms[now.unit.pk],
            site=site,
            fill=row.fill,
            lasting=lasting.get(now.unit.pk),
            at=at,
            backups=lambda unit: backups_among(unit, storage, conditions=conditions),
        )
        for now, (row, site) in zip(stand, rows, strict=True)
    ]
    tiles.sort(key=lambda tile: (not _needs_a_look(tile), tile.state.rank, tile.site, tile.name))
    return Board(
        tiles=tuple(tiles),
        at=at,
        worst=tiles[0].state if tiles else None,
        troubled=sum(map(_needs_a_look, tiles)),
    )


def units_seen_by(person: Person) -> list[Container]:
    """Return the freezers and tanks at the sites open to somebody."""
    rows = (row for found in storage_seen_by(person) for row in found.units)
    return [row.container for row in rows if row.container.type.is_unit]


def _needs_a_look(tile: Tile) -> bool:
    """Say whether something is wrong with a unit, or an alarm of it calls."""
    calls = (row for row in tile.stands.alarms if row.level in LOUD and row.acknowledged_at is None)
    return tile.state.mark != Mark.GREEN or any(calls)


def _tile(
    now: UnitNow,
    stands: OfUnit,
    *,
    site: str,
    fill: Fill,
    lasting: Survival | None,
    backups: Callable[[Container], list[Backup]],
    at: datetime,
) -> Tile:
    first, *more = states_of(now, lasting)
    is_short = lasting is not None and lasting.is_short
    needs_room = is_short or any(row.is_grave for row in now.excursions)
    warmest = now.warmest
    lines = tuple(line_of(probe, at=at) for probe in now.probes)
    return Tile(
        url=unit_temperature_url(now.unit.pk),
        name=now.unit.name,
        site=site,
        state=first,
        more=tuple(more),
        main=None if warmest is None else line_of(warmest, at=at),
        lines=lines,
        doors=doors_of(now, at=at),
        heard_at=now.heard_at,
        is_measured=bool(now.thermometers),
        fill=fill,
        stands=stands,
        nitrogen=nitrogen_of(lasting),
        refuges=refuges(backups(now.unit)[:REFUGES]) if needs_room else (),
    )


def line_of(probe: ProbeNow, *, at: datetime) -> ProbeLine:
    """Show one probe."""
    words = ""
    if probe.quantity.is_contact and probe.value is not None:
        words = probe.quantity.states[int(probe.value)]
        if probe.is_on and probe.since is not None:
            words += f" for {how_long(at - probe.since)}"
    arrow = ARROWS.get(probe.trend, "")
    return ProbeLine(probe=probe, unit=probe.quantity.unit, arrow=arrow, words=words)


def doors_of(now: UnitNow, *, at: datetime) -> tuple[str, ...]:
    """Say what is open or failed in a unit, and for how long: `Door open for 3 min`."""
    lines = (line_of(probe, at=at) for probe in now.contacts_on)
    return tuple(f"{line.probe.quantity.thing} {line.words}" for line in lines)


def states_of(now: UnitNow, lasting: Survival | None) -> list[State]:
    """
    Say everything that is wrong with a unit, the worst first; or that nothing is.

    lasting: how long its nitrogen lasts, where it has a gauge.
    """
    measured_first = sorted(now.excursions, key=attrgetter("probe.is_contact"))
    found = [*_excursions(measured_first), *_waiting(now), *_doubts(now), *_neglects(now)]
    found += _of_nitrogen(lasting)
    if not found:
        found = [State(mark=Mark.GREEN, word="In limits", rank=FINE)]
    return sorted(found, key=attrgetter("rank"))


def _excursions(excursions: Iterable[Excursion]) -> Iterable[State]:
    for row in excursions:
        level = Level(row.level)
        yield State(
            mark=MARKS[level],
            word=str(level.label),
            rank=RANKS[level],
            detail=_beyond(row),
            since=row.began_at,
        )


def _beyond(row: Excursion) -> str:
    quantity = Quantity(row.probe.quantity)
    if quantity.is_contact:
        return quantity.when_on.lower()
    side = str(Side(row.side).label).lower()
    broke = f"{side} {in_unit(row.limit, quantity.unit)}"
    if row.rule != ExcursionRule.LIMIT:
        broke = row.get_rule_display()
    return f"{broke}, worst {in_unit(row.peak, quantity.unit)}"


def _waiting(now: UnitNow) -> Iterable[State]:
    """Say what is beyond a limit, while the delay of that limit still runs."""
    told = {(row.probe.code, row.level) for row in now.excursions}
    for probe, band in now.beyond:
        if (probe.code, band.level) not in told:
            side, minutes = str(band.side.label).lower(), round(band.delay.total_seconds() / 60)
            limit = in_unit(band.limit, probe.quantity.unit)
            detail = f"{probe.code} {side} {limit} ({str(band.level.label).lower()})"
            yield State(
                mark=Mark.AMBER,
                word="Beyond a limit",
                rank=RANKS[band.level],
                detail=f"{detail}, counts after {minutes} min",
            )


def _doubts(now: UnitNow) -> Iterable[State]:
    """Say which probes give no evidence now."""
    for probe in now.probes:
        if probe.doubt:
            detail = f"{probe.code}: {probe.doubt}"
            mark, word, rank = Mark.GREY, "Unknown", SILENT
            if probe.quantity.is_contact:  # how cold it is the thermometers say
                mark, word, rank = Mark.AMBER, probe.quantity.when_silent, RANKS[Level.WARNING]
            yield State(mark=mark, word=word, rank=rank, detail=detail, since=probe.doubt_since)
        elif probe.is_late:
            detail, since = f"{probe.code} has not said anything since", probe.usable_at
            yield State(mark=Mark.AMBER, word="Late", rank=LATE, detail=detail, since=since)


def _of_nitrogen(lasting: Survival | None) -> Iterable[State]:
    """Say that the nitrogen lasts for less than it must."""
    said = nitrogen_of(lasting)
    level = None if lasting is None else lasting.level
    if said is not None and level is not None:
        rank, word = RANKS[level], "Nitrogen runs low"
        yield State(mark=MARKS[level], word=word, rank=rank, detail=said.words)


def _unmeasured(taken_out: Fitting | None) -> State:
    """Say that nothing measures how cold it is, and since when."""
    detail, since = "nothing measures how cold it is", None
    if taken_out is not None:
        detail = f"{taken_out.probe.code} was taken out and {detail}"
        since = taken_out.ended_at
    return State(mark=Mark.GREY, word="No thermometer", rank=NEGLECTED, detail=detail, since=since)


def _neglects(now: UnitNow) -> Iterable[State]:
    """Say what was never set up, or is no longer in order."""
    if not now.thermometers:
        yield _unmeasured(now.taken_out)
    elif not now.has_limits:
        detail = "no alarm can be raised here"
        yield State(mark=Mark.AMBER, word="No limits", rank=NEGLECTED, detail=detail)
    for probe in now.probes:
        if not probe.is_calibrated:
            detail = f"{probe.code} has no calibration that counts"
            since = probe.due_at
            word = "Calibration due"
            yield State(mark=Mark.AMBER, word=word, rank=NEGLECTED, detail=detail, since=since)
