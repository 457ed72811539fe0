"""The bands of a version of limits, as rules see them; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from temperature.models import Level, LimitVersion, Side


@dataclass(frozen=True)
class Band:
    """
    Beyond `limit` for longer than `delay`, something is wrong in this grade.

    limit: in °C or %, the last value that is still inside.
    """

    level: Level
    side: Side
    limit: float
    delay: timedelta

    def is_beyond(self, value: float) -> bool:
        """Say whether a value is outside."""
        return value > self.limit if self.side == Side.ABOVE else value < self.limit

    def is_back(self, value: float, dead_band: float) -> bool:
        """Say whether a value is inside again, by as much as the dead-band asks."""
        if self.side == Side.ABOVE:
            return value <= self.limit - dead_band
        return value >= self.limit + dead_band

    def as_json(self) -> dict[str, object]:
        """Return the band as a version keeps it."""
        return {
            "level": str(self.level),
            "side": str(self.side),
            "limit": self.limit,
            "delay_seconds": int(self.delay.total_seconds()),
        }


def band_of(kept: Mapping[str, object]) -> Band:
    """Return the band that a version keeps as `kept`."""
    return Band(
        Level(str(kept["level"])),
        Side(str(kept["side"])),
        float(str(kept["limit"])),
        timedelta(seconds=float(str(kept["delay_seconds"]))),
    )


def bands_of(version: LimitVersion) -> Sequence[Band]:
    """Return the bands of a version."""
    return [band_of(kept) for kept in version.bands]


def told_at_once_above(version: LimitVersion) -> float | None:
    """Return the least limit above which any one reading is an excursion; None: there is none."""
    at_once = [
        band.limit for band in bands_of(version) if band.side == Side.ABOVE and not band.delay
    ]
    return min(at_once, default=None)
