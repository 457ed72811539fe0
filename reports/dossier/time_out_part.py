"""What a dossier holds of the times that containers were out of storage."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class TimeOutPart:
    """
    One time out; seconds: for as long as the container was out in it.

    celsius: how warm it became, with what followed or led to it, by its qualified curve; None where
    no curve tells. evidence: whether that is estimated, or unknown, so that it may be warmer.
    """

    container: str
    what: str
    way: str
    began_at: datetime
    ended_at: datetime
    seconds: int
    celsius: Decimal | None
    evidence: str
    person: str


@dataclass(frozen=True, kw_only=True)
class ExposurePart:
    """
    All times out of one container; seconds out of controlled storage.

    warmest_celsius, times_above, above_celsius, unknown: estimated; None where no curve tells.
    """

    container: str
    times: int
    longest_seconds: int
    total_seconds: int
    warmest_celsius: Decimal | None
    above_celsius: Decimal | None
    times_above: int | None
    unknown: int | None
    words: str
