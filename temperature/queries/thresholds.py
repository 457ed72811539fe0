"""Which limits were in force while an excursion lasted, and for how long it was beyond each."""

from dataclasses import dataclass
from datetime import datetime

from inventory.models import Container
from temperature.models import GRAVITY, Excursion, LimitVersion
from temperature.queries.endings import limits_through
from temperature.queries.measured import Window, seconds_beyond
from temperature.rules.bands import Band, bands_of
from temperature.stretches import limits_over_time


@dataclass(frozen=True)
class InForce:
    """A limit, and from when until when it was in force while an excursion lasted."""

    band: Band
    since: datetime
    until: datetime

    def meets(self, begins: datetime, ends: datetime) -> bool:
        """Say whether it was in force in a time; one of no length has that of its begin."""
        return self.since <= begins < self.until or begins < self.since < ends


def limits_meanwhile(row: Excursion, *, at: datetime) -> list[InForce]:
    """
    Return the limits on the side that was broken, each for as long as it was in force.

    The mildest first. at: up to when what goes on is asked. Source: REQUIREMENTS B7; URS-104.
    """
    versions = [(row.began_at, _limits_at_first(row)), *limits_through(row)]
    ends = [*(begins for begins, _ in versions[1:]), row.ended_at or at]
    lines = [
        InForce(band, begins, end)
        for (begins, version), end in zip(versions, ends, strict=True)
        for band in bands_of(version)
        if band.side == row.side and begins < end
    ]
    return sorted(lines, key=lambda line: (GRAVITY[line.band.level], line.since))


def beyond_each(row: Excursion, *, at: datetime) -> list[tuple[InForce, int]]:
    """Return for how many seconds readings stood beyond each limit while it was in force."""
    lines = limits_meanwhile(row, at=at)
    asked = [(Window(row.probe, line.since, line.until), line.band) for line in lines]
    return list(zip(lines, seconds_beyond(asked), strict=True))


def _limits_at_first(row: Excursion) -> LimitVersion:
    """Return those in force when it began; of a door that was open before any, the first."""
    unit = Container.objects.select_related("type").get(pk=row.unit_id)
    over_time = limits_over_time(unit, row.probe.quantity)
    begun = [version for since, version in over_time if since <= row.began_at]
    return begun[-1] if begun else row.limits
