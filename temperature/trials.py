"""Looking at what would be stored: of a source that is asked once, or of a file."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from temperature.arrivals import Arrival, Fault, Sample
from temperature.feeds.adapter import FeedFailed
from temperature.models import Feed, Flag
from temperature.polling import arrivals_of
from temperature.rules.taking import FAULTS_KEPT, UNCLAIMED, take
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
class Unclaimed:
    """
    A channel that came and has no probe.

    readings: how many of it; at, value: of the newest, its time absent where it has no zone.
    """

    channel: str
    readings: int
    at: datetime | None
    value: float | None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """
    What would be stored.

    rows: readings in what came; fit: how many can be taken, known ones among them; refused: how
    many cannot, the first hundred with the reason. shown: the last ones. unclaimed: channels that
    came and have no probe. failed: why nothing could be read at all; empty when something was.
    """

    rows: int = 0
    fit: int = 0
    refused: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    faults: Sequence[Fault] = ()
    shown: Sequence[TrialRow] = ()
    unclaimed: Sequence[Unclaimed] = ()
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
        faults=[*arrival.faults, *_of_claimed(taken.faults)][:FAULTS_KEPT],
        shown=[
            TrialRow(
                channel=names[probe], at=measured_at, value=value, doubts=words_of(Flag(flags))
            )
            for probe, measured_at, value, flags in newest
        ],
        unclaimed=list(_unclaimed(arrival.samples, channels)),
    )


def _of_claimed(faults: Sequence[Fault]) -> list[Fault]:
    """Leave out what is told of channels without a probe: those have a table of their own."""
    return [fault for fault in faults if not fault.words.startswith(UNCLAIMED)]


def _unclaimed(samples: Sequence[Sample], claimed: Collection[str]) -> Iterator[Unclaimed]:
    """Yield each channel that no probe is registered for, with what it said last."""
    own = [sample for sample in samples if sample.channel not in claimed]
    newest = {each.channel: each for each in sorted(own, key=lambda each: each.at.timestamp())}
    times = Counter(sample.channel for sample in own)
    for name, sample in sorted(newest.items()):
        at = sample.at if sample.at.tzinfo else None
        yield Unclaimed(channel=name, readings=times[name], at=at, value=sample.value)


def words_of(flags: Flag) -> str:
    """Say what is known against a reading; empty when nothing is."""
    return ", ".join(WORDS[flag] for flag in Flag if flag and flag in flags)
