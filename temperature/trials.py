"""Looking at what would be stored: of a source that is asked once, or of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from temperature.arrivals import Arrival, Fault
from temperature.feeds.adapter import FeedFailed
from temperature.models import Feed, Flag
from temperature.polling import arrivals_of
from temperature.rules.taking import FAULTS_KEPT, take
from temperature.storing import channels_of

ROWS_SHOWN = 20
WORDS = {
    Flag.NO_VALUE: "no value",
    Flag.OPEN_CIRCUIT: "sensor broken",
    Flag.IMPLAUSIBLE: "cannot be measured",
    Flag.LATE: "late",
    Flag.AHEAD: "clock ahead",
    Flag.FAULT: "fault",
    Flag.BEHIND: "clock behind",
}


@dataclass(frozen=True, kw_only=True)
class TrialRow:
    """One reading; value: in the unit of its probe."""

    channel: str
    at: datetime
    value: float | None
    doubts: str


@dataclass(frozen=True, kw_only=True)
class Trial:
    """
    What would be stored.

    rows: readings in what came; fit: how many can be taken, known ones among them; refused: how
    many cannot, the first hundred with the reason. shown: the last ones. failed: why nothing could
    be read at all; empty when something was.
    """

    rows: int = 0
    fit: int = 0
    refused: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    faults: Sequence[Fault] = ()
    shown: Sequence[TrialRow] = ()
    failed: str = ""


def try_feed(feed: Feed, *, at: datetime) -> Trial:
    """Ask a source once and store nothing; what it is asked for is what polling asks for."""
    try:
        arrivals = arrivals_of(feed, at=at, is_trial=True)
        arrival = next(arrivals, None)
    except FeedFailed as failed:
        return Trial(failed=failed.words)
    if arrival is None:
        return Trial(failed="It has nothing new to read now.")
    return trial_of(feed, arrival, at=at)


def trial_of(feed: Feed, arrival: Arrival, *, at: datetime) -> Trial:
    """Return what would be stored of an arrival."""
    channels = channels_of(feed)
    taken = take(arrival.samples, channels, received_at=at)
    names = {channel.probe_id: name for name, channel in channels.items()}
    columns = zip(taken.probes, taken.device_at, taken.values, taken.flags, strict=True)
    aside = [row[:4] for row in taken.aside]
    newest = sorted([*columns, *aside], key=lambda row: (row[1], row[0]), reverse=True)[:ROWS_SHOWN]
    return Trial(
        rows=len(arrival.samples) + len(arrival.faults),
        fit=len(taken.device_at),
        refused=taken.refused + len(arrival.faults),
        first_at=min(taken.device_at, default=None),
        last_at=max(taken.device_at, default=None),
        faults=[*arrival.faults, *taken.faults][:FAULTS_KEPT],
        shown=[
            TrialRow(
                channel=names[probe], at=measured_at, value=value, doubts=words_of(Flag(flags))
            )
            for probe, measured_at, value, flags in newest
        ],
    )


def words_of(flags: Flag) -> str:
    """Say what is known against a reading; empty when nothing is."""
    return ", ".join(WORDS[flag] for flag in Flag if flag and flag in flags)
