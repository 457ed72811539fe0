"""How long the nitrogen of a tank lasts, and where its contents could go, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from custody.queries.backups import Backup
from temperature.rules.survival import METHOD, Survival
from web.links import unit_temperature_url


@dataclass(frozen=True, kw_only=True)
class Refuge:
    """A unit with room, as a link; doubt: why it may not be fit."""

    url: str
    name: str
    free: int
    doubt: str


@dataclass(frozen=True, kw_only=True)
class Nitrogen:
    """
    What is said of the nitrogen.

    words: how long it lasts, or why that is not known; rests_on: on what that rests.
    """

    words: str
    rests_on: str
    is_short: bool


def nitrogen_of(found: Survival | None) -> Nitrogen | None:
    """Say how long the nitrogen lasts; nothing of a unit without a gauge."""
    if found is None:
        return None
    if found.hours is None:
        return Nitrogen(words=f"Not known: {found.unknown}", rests_on="", is_short=False)
    least = "" if found.least is None else f"; must be {found.least:g} h"
    return Nitrogen(
        words=f"About {int(found.hours)} h until {found.limit:g} %{least}",
        rests_on=f"{found.per_day:.1f} % a day, the {METHOD}, {found.falls} times without a fill",
        is_short=found.is_short,
    )


def refuges(found: Sequence[Backup]) -> tuple[Refuge, ...]:
    """Show units with room."""
    return tuple(_refuges(found))


def _refuges(found: Iterable[Backup]) -> Iterable[Refuge]:
    for backup in found:
        url = unit_temperature_url(backup.unit_id)
        yield Refuge(url=url, name=backup.name, free=backup.free, doubt=backup.doubt)
