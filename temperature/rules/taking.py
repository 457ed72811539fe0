"""Whether a sample becomes a reading, and what must be said of it; pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temperature.arrivals import Fault, Sample
from temperature.models import WRONG_CLOCK, Flag, Quantity
from temperature.rules.contacts import how_long
from temperature.rules.device_clocks import LATE_BY, Channel, Clocks, Kept, judged_clocks

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""What no clock shows before or after, however it was set: there the bytes were misread."""
AHEAD_BY = timedelta(minutes=1)
LONG = timedelta(days=1)
"""So much a clock is off in words of days; below it in minutes."""
FAULTS_KEPT = 100
BOUNDS = {
    Quantity.TEMPERATURE: (-200.0, 150.0),
    Quantity.LEVEL: (-5.0, 110.0),
    Quantity.DOOR: (0.0, 1.0),
    Quantity.POWER: (0.0, 1.0),
    Quantity.FILLING: (0.0, 1.0),
}
"""What a probe of each quantity can say at all; nitrogen boils at −195.8 °C."""

NO_VALUE, IMPLAUSIBLE, LATE, AHEAD, BEHIND, WRONG = map(
    int,
    (Flag.NO_VALUE, Flag.IMPLAUSIBLE, Flag.LATE, Flag.AHEAD, Flag.BEHIND, WRONG_CLOCK),
)  # plain numbers: a bulk file brings 50,000 readings a second
UNCLAIMED = "No probe is registered for channel"
EXPLAINED = int(Flag.NO_VALUE | Flag.OPEN_CIRCUIT | Flag.FAULT | Flag.IMPLAUSIBLE)

Row = tuple[int, datetime, float | None, int, datetime | None]


@dataclass
class Taken:
    """
    The readings to store, as columns of equal length, by probe and device time; and the rest.

    aside: those of a clock that is wrong, in the same order. clocks: of each probe that sent as it
    measured, the newest time by its own clock.
    """

    probes: list[int] = field(default_factory=list)
    device_at: list[datetime] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    gateway_at: list[datetime | None] = field(default_factory=list)
    aside: list[Row] = field(default_factory=list)
    clocks: dict[int, datetime] = field(default_factory=dict)
    repeated: int = 0
    faults: list[Fault] = field(default_factory=list)
    refused: int = 0

    def refuse(self, where: str, words: str) -> None:
        """Count a sample that is not taken; the first hundred are told in words."""
        self.refused += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(Fault(where, words))


def take(
    samples: Iterable[Sample],
    channels: Mapping[str, Channel],
    *,
    received_at: datetime,
    is_live: bool = False,
) -> Taken:
    """
    Return what of `samples` is stored, in the order of probe and time, each time once.

    A value that no probe can measure is stored and flagged, never dropped; a reading of a clock
    that is wrong is set aside; a time that nothing can mean, and a channel that nobody registered,
    are refused with the reason. is_live: the source sent, or was asked for, what it measures now.
    Source: 21 CFR 11.10(h); REQUIREMENTS C4; URS-28, URS-75, URS-111.
    """
    taken = Taken()
    kept: dict[tuple[int, datetime], Kept] = {}
    clock = _Clock(received_at)
    for number, (name, at, value, said, gateway_at) in enumerate(samples, start=1):
        channel = channels.get(name)
        if channel is None:
            taken.refuse(f"reading {number}", f"{UNCLAIMED} “{name}”.")
        elif not clock.is_possible(at):
            taken.refuse(f"reading {number}", _of_the_time(at))
        else:
            flags = int(said) | clock.flags_of(at)
            new = (*_value_of(value, flags, channel.quantity), gateway_at)
            before = kept.setdefault((channel.probe_id, at), new)
            if before is not new:
                _again(taken, number, at, before[0], new[0])
    wrong = judged_clocks(kept, channels, received_at) if is_live else Clocks()
    taken.clocks = wrong.read
    _tell_clocks(taken, channels, kept, wrong, received_at)
    _sort_out(taken, kept, wrong)
    return taken


class _Clock:
    """What a device's time means beside the server's."""

    def __init__(self, received_at: datetime) -> None:
        self.late = received_at - LATE_BY
        self.ahead = received_at + AHEAD_BY

    def is_possible(self, at: datetime) -> bool:
        """Say whether a reading may have been made then."""
        return at.tzinfo is not None and EARLIEST <= at <= LATEST

    def flags_of(self, at: datetime) -> int:
        """Return what is to be said of a possible time."""
        if at < self.late:
            return LATE
        return AHEAD if at > self.ahead else 0


def _value_of(value: float | None, flags: int, quantity: Quantity) -> tuple[float | None, int]:
    """Return a value as it is stored, and its flags; what is no number is stored as absent."""
    if value is None:
        return None, flags if flags & EXPLAINED else flags | NO_VALUE
    low, high = BOUNDS[quantity]
    if low <= value <= high and (not quantity.is_contact or value in {low, high}):
        return value, flags
    return value if math.isfinite(value) else None, flags | IMPLAUSIBLE


def _sort_out(taken: Taken, kept: Mapping[tuple[int, datetime], Kept], wrong: Clocks) -> None:
    """Put what is used into columns, and aside what came of clocks that are wrong."""
    for probe_id, at in sorted(kept):
        value, flags, gateway_at = kept[probe_id, at]
        if probe_id in wrong.behind:
            flags = flags & ~LATE | BEHIND
        if flags & WRONG:
            taken.aside.append((probe_id, at, value, flags, gateway_at))
            continue
        taken.probes.append(probe_id)
        taken.device_at.append(at)
        taken.values.append(value)
        taken.flags.append(flags)
        taken.gateway_at.append(gateway_at)


def _tell_clocks(
    taken: Taken,
    channels: Mapping[str, Channel],
    kept: Mapping[tuple[int, datetime], Kept],
    wrong: Clocks,
    received_at: datetime,
) -> None:
    """Say of each clock that is wrong by how much; what it sent is kept and not used."""
    ahead = {key: at for key, at in sorted(kept) if kept[key, at][1] & AHEAD}
    names = {channel.probe_id: name for name, channel in channels.items()}
    for key, at in sorted({**wrong.behind, **ahead}.items()):
        off = _off_by(abs(received_at - at))
        side = "ahead" if key in ahead else "behind"
        words = f"Its clock is {off} {side}: set it. What it sends is kept and not used."
        taken.faults.append(Fault(f"channel {names[key]}", words))


def _off_by(length: timedelta) -> str:
    return how_long(length) if length >= LONG else f"{round(length.total_seconds() / 60)} min"


def _of_the_time(at: datetime) -> str:
    if at.tzinfo is None:
        return f"The time {at:%Y-%m-%d %H:%M:%S} has no zone: say which zone the device keeps."
    return (
        f"The time {at:%Y-%m-%d %H:%M:%S %Z} cannot be true: set the clock of the device, "
        "then send its readings again."
    )


def _again(
    taken: Taken, number: int, at: datetime, before: float | None, value: float | None
) -> None:
    if before == value:
        taken.repeated += 1
        return
    taken.refuse(
        f"reading {number}",
        f"{at:%Y-%m-%d %H:%M:%S %Z} came twice, as {before} and as {value}: the first was kept.",
    )
