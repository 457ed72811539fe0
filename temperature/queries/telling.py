"""What stands between an alarm and the people who must hear of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from temperature.queries.channels import ChannelLine, channel_lines


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that keeps people from being told, in words; grave: somebody may not be told."""

    title: str
    words: str
    is_grave: bool


def faults_of_telling(*, at: datetime) -> list[Fault]:
    """
    Say what of the chain does not work, the gravest first; empty when all of it does.

    Source: URS-110; REQUIREMENTS E 9.
    """
    del at
    found = [*_of_channels(channel_lines())]
    return sorted(found, key=lambda fault: not fault.is_grave)


def _of_channels(lines: list[ChannelLine]) -> Iterator[Fault]:
    out = [line for line in lines if line.outage is not None]
    if not lines:
        words = "Have an administrator add one below."
        yield Fault(
            title="Nobody is told of alarms: there is no channel.", words=words, is_grave=True
        )
    elif len(out) == len(lines):
        words = "Call people by other means until one works again."
        yield Fault(title="No channel of alarms works.", words=words, is_grave=True)
    for line in out:
        words = "" if line.outage is None else line.outage.words
        title = f"{line.channel.name} does not work."
        yield Fault(title=title, words=words, is_grave=True)
