"""When a drill of a probe can be started, and how it went; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.errors import Refusal
from temperature.models import DrillResult

PROBE_DRILL_GOES_ON = Refusal(
    "PROBE_DRILL_GOES_ON", "A drill of this probe goes on. Wait until it is passed or failed."
)
BEYOND_ALREADY = Refusal(
    "BEYOND_ALREADY", "This probe is beyond a limit already. Drill it when it is cold again."
)
ALARMS_SILENCED = Refusal(
    "ALARMS_SILENCED", "The alarms of its unit are silenced: nobody would be told. End that first."
)
WRITTEN_BY = timedelta(minutes=1)
"""What was done in time may be written a moment later; only then has a drill failed."""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """When each link of a drill came, as far as it came in time."""

    read_at: datetime | None = None
    raised_at: datetime | None = None
    told_at: datetime | None = None
    acknowledged_at: datetime | None = None


def refusals_to_drill(*, goes_on: bool, is_beyond: bool, is_silenced: bool) -> list[Refusal]:
    """Say every reason why a fitted probe cannot be drilled now; empty when it can."""
    found = [
        (goes_on, PROBE_DRILL_GOES_ON),
        (is_beyond, BEYOND_ALREADY),
        (is_silenced, ALARMS_SILENCED),
    ]
    return [refusal for holds, refusal in found if holds]


def result_of(chain: Chain, *, until: datetime, at: datetime) -> DrillResult | None:
    """
    Say whether a drill is passed or failed at `at`; None while it goes on.

    Somebody who acknowledges before anybody was told has proven nothing of the telling.
    Source: URS-110.
    """
    if not missing_link(chain):
        return DrillResult.PASSED
    return DrillResult.FAILED if at > until + WRITTEN_BY else None


def missing_link(chain: Chain) -> str:
    """Say in words which link is the first that did not come in time; empty when all did."""
    if chain.read_at is None or chain.raised_at is None:
        return "No alarm of a reading beyond a limit was raised in time."
    if chain.told_at is None:
        return "Nobody was told in time."
    if chain.acknowledged_at is None:
        return "Nobody acknowledged it in time."
    if chain.acknowledged_at < chain.told_at:
        return "It was acknowledged before anybody was told."
    return ""
