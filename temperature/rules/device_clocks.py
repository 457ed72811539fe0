"""Whether the clock of a device is behind, or its readings only come late; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temperature.models import Quantity

LATE_BY = timedelta(minutes=15)
SLACK = timedelta(seconds=10)

Kept = tuple[float | None, int, datetime | None]
"""Value, flags, and the gateway's time of a reading."""


@dataclass(frozen=True)
class Channel:
    """
    The probe behind a channel, and how its clock stood before.

    every: how often it is expected to read. clock_at: the newest time by its clock in what it sent
    last as it measured; clock_heard_at: when that came.
    """

    probe_id: int
    quantity: Quantity
    every: timedelta = timedelta(minutes=1)
    clock_at: datetime | None = None
    clock_heard_at: datetime | None = None


@dataclass
class Clocks:
    """
    What the times of one arrival say of the clocks behind them.

    read: of each probe, the newest time by its clock. behind: those of clocks that are behind.
    """

    read: dict[int, datetime] = field(default_factory=dict)
    behind: dict[int, datetime] = field(default_factory=dict)


def judged_clocks(
    kept: Mapping[tuple[int, datetime], Kept],
    channels: Mapping[str, Channel],
    received_at: datetime,
) -> Clocks:
    """
    Judge the clocks by what came of probes that send as they measure.

    A clock is behind where its newest time was long past twice running, and went on meanwhile as
    the server's did. What is filled in afterwards goes on faster, or ends with times of now; and
    where the gateway's clock says that it had the reading in time, it was only passed on late.
    Nothing is judged by one arrival. Source: URS-75.
    """
    clocks = Clocks()
    newest = _newest(kept)
    for channel in channels.values():
        at = newest.get(channel.probe_id)
        if at is None:
            continue
        gateway_at = kept[channel.probe_id, at][2]
        is_past = _is_past(at, received_at, channel.every)
        if is_past and gateway_at is not None and not _is_past(at, gateway_at, channel.every):
            continue
        if is_past and not _may_be_judged(channel, at, received_at):
            continue
        clocks.read[channel.probe_id] = at
        if is_past and _goes_on_as_ours(channel, at, received_at):
            clocks.behind[channel.probe_id] = at
    return clocks


def _newest(keys: Iterable[tuple[int, datetime]]) -> dict[int, datetime]:
    newest: dict[int, datetime] = {}
    for probe_id, at in keys:
        before = newest.get(probe_id)
        if before is None or at > before:
            newest[probe_id] = at
    return newest


def _is_past(at: datetime, now: datetime, every: timedelta) -> bool:
    return now - at > LATE_BY + every


def _may_be_judged(channel: Channel, at: datetime, received_at: datetime) -> bool:
    """Say whether enough time passed since the last one, and a new reading came."""
    if channel.clock_at is None or channel.clock_heard_at is None:
        return True
    return at != channel.clock_at and received_at - channel.clock_heard_at >= channel.every / 2


def _goes_on_as_ours(channel: Channel, at: datetime, received_at: datetime) -> bool:
    before, heard_at = channel.clock_at, channel.clock_heard_at
    if before is None or heard_at is None or not _is_past(before, heard_at, channel.every):
        return False
    apart = abs((at - before) - (received_at - heard_at))
    return at > before and apart <= channel.every * 0.75 + SLACK
