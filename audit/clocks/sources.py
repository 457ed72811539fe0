"""Asking time sources how far this machine's clock is off: chrony where it runs, else SNTP."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

import ntplib

_PATIENCE_SECONDS = 3
_ANSWERED_OF_ALL = 16  # a stratum from here on says that the server itself follows nobody
_NOT_SYNCHRONISED = 3  # leap indicator


@dataclass(frozen=True, kw_only=True)
class SourceReading:
    """
    What one time source said.

    ahead_seconds: how far our clock is ahead of it, negative when behind; None without an answer.
    fault: why there is none.
    """

    name: str
    ahead_seconds: float | None
    fault: str = ""


def ask_sources(servers: Sequence[str]) -> list[SourceReading]:
    """
    Ask chrony when this machine has it, and otherwise each of `servers`, `host` or `host:port`.

    Source: URS-72.
    """
    chronyc = shutil.which("chronyc")
    if chronyc is not None:
        return _by_chrony(chronyc)
    return [ask_sntp(server) for server in servers]


def ask_sntp(server: str) -> SourceReading:
    """Ask one server once by SNTP; RFC 4330."""
    host, _, port = server.partition(":")
    try:
        reply = ntplib.NTPClient().request(
            host, version=4, port=port or "ntp", timeout=_PATIENCE_SECONDS
        )
    except (ntplib.NTPException, OSError) as fault:
        return SourceReading(name=server, ahead_seconds=None, fault=str(fault))
    if reply.leap == _NOT_SYNCHRONISED or not 0 < reply.stratum < _ANSWERED_OF_ALL:
        return SourceReading(name=server, ahead_seconds=None, fault="follows no clock itself")
    return SourceReading(name=server, ahead_seconds=round(-float(reply.offset), 6))


def _by_chrony(chronyc: str) -> list[SourceReading]:
    try:
        done = subprocess.run(  # noqa: S603 - found on the path, our own words
            [chronyc, "-c", "-n", "sources"],
            capture_output=True,
            text=True,
            check=True,
            timeout=_PATIENCE_SECONDS,
        )
    except (subprocess.SubprocessError, OSError) as fault:
        return [SourceReading(name="chrony", ahead_seconds=None, fault=str(fault))]
    return [read_chrony_line(line) for line in done.stdout.splitlines() if line]


def read_chrony_line(line: str) -> SourceReading:
    """
    Read one line of `chronyc -c sources`.

    Its fields: mode, state, name, stratum, poll, reach (octal), seconds since the last sample, and
    that sample's offset adjusted and as measured, in seconds, positive when we are ahead; error.
    """
    fields = line.split(",")
    if len(fields) < 9 or int(fields[5] or "0", 8) == 0:
        name = fields[2] if len(fields) > 2 else "chrony"
        return SourceReading(name=name, ahead_seconds=None, fault="not reached lately")
    return SourceReading(name=fields[2], ahead_seconds=float(fields[7]))
