"""The contacts of one unit on its page: when each was open, for how long, and who worked there."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from custody.queries.at_the_door import people_at
from inventory.models import Container
from temperature.models import ContactSpell, Fitting, Quantity
from temperature.queries.openings import MOST_OPENINGS, Band, Total, spells_in, totals_of
from temperature.rules.contacts import how_long

TOLD_APART = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class DoorRow:
    """
    One time in which a door stood open, or mains were away.

    lasted: from begin to end. unknown: how much of it the contact said nothing; None of little.
    """

    row: ContactSpell
    what: str
    lasted: timedelta
    unknown: timedelta | None
    who: str


@dataclass(frozen=True, kw_only=True)
class Doors:
    """
    What the contacts of a unit said in a time.

    title: by what contacts there are. totals: one sentence for each contact; rows: the newest
    first, at most `most`; is_cut: whether there are more.
    """

    title: str
    totals: tuple[str, ...]
    rows: tuple[DoorRow, ...]
    is_cut: bool
    most: int = MOST_OPENINGS


def doors_in(
    unit: Container, fittings: Sequence[Fitting], *, since: datetime, until: datetime, at: datetime
) -> Doors | None:
    """
    Tell when the doors of a unit were open; None where no contact sat there in that time.

    fittings: those of that time. Source: REQUIREMENTS B3, B5; URS-105, URS-112.
    """
    totals = totals_of(fittings, since=since, until=until)
    if not totals:
        return None
    rows = door_rows(unit, since=since, until=until, at=at)
    return Doors(
        title=_title({total.quantity for total in totals}),
        totals=tuple(map(_in_all, totals)),
        rows=tuple(rows),
        is_cut=len(rows) == MOST_OPENINGS,
    )


def _title(quantities: Set[Quantity]) -> str:
    """Name the table by what the contacts are of."""
    if quantities == {Quantity.DOOR}:
        return "Door openings"
    return "Mains away" if quantities == {Quantity.POWER} else "Doors open, mains away"


def _in_all(total: Total) -> str:
    """Say how often a contact stood at 1, and for how long: `D-1: door open once, 3 min in all`."""
    words = f"{total.fitting.probe.code}: {total.quantity.when_on.lower()} {_times(total.spells)}"
    return f"{words}, {how_long(total.lasted)} in all" if total.spells else words


def door_rows(unit: Container, *, since: datetime, until: datetime, at: datetime) -> list[DoorRow]:
    """Return the openings that touch a time, the newest first; two statements."""
    found = spells_in(unit, since=since, until=until)
    people = people_at(unit, [(row.began_at, row.ended_at or at) for row in found])
    return [_row(row, ", ".join(people.get(key, ())), at) for key, row in enumerate(found)]


def _row(row: ContactSpell, who: str, at: datetime) -> DoorRow:
    lasted = (row.ended_at or at) - row.began_at
    unknown = lasted - timedelta(seconds=row.seconds)
    is_told = row.ended_at is not None and unknown >= TOLD_APART
    what = Quantity(row.probe.quantity).when_on
    return DoorRow(row=row, what=what, lasted=lasted, unknown=unknown if is_told else None, who=who)


def _times(number: int) -> str:
    return {0: "never", 1: "once"}.get(number, f"{number} times")


def band_as_json(band: Band) -> dict[str, object]:
    """Return a band of the curve, as the script draws it."""
    words = f"{band.code}: {band.quantity.when_on.lower()}"
    if band.spells > 1:
        words += f" {_times(band.spells)}"
    else:
        words += f" for {how_long(band.ended_at - band.began_at)}"
    return {
        "label": words,
        "from": band.began_at.timestamp(),
        "to": None if band.goes_on else band.ended_at.timestamp(),
    }
