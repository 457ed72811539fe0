"""What an adapter hands over: readings of channels, and what could not be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from temperature.models import Flag, IntakeKind


class Sample(NamedTuple):
    """
    One reading as its source told it.

    channel: what the source calls the probe. at: by the device's clock, with its zone. value: in
    the unit of the probe's quantity (°C, %), None where the source gave none. gateway_at: by the
    clock of the gateway that passed it on.
    """

    channel: str
    at: datetime
    value: float | None
    flags: Flag = Flag.NONE
    gateway_at: datetime | None = None


@dataclass(frozen=True)
class Fault:
    """What could not be taken, where it stands in what came, and why, in words."""

    where: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """
    One poll, message or file.

    body: the bytes as they came; is_original_kept: whether they are kept beside their digest, as
    for files and messages. name: of the file or message. settings: how it was read.
    is_backfill: it was asked for a time that is past, so its times say nothing of a clock.
    """

    kind: IntakeKind
    body: bytes
    samples: Sequence[Sample]
    faults: Sequence[Fault] = ()
    name: str = ""
    is_original_kept: bool = False
    settings: Mapping[str, object] = field(default_factory=dict)
    is_backfill: bool = False
