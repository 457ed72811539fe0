"""How verdicts, findings and statuses look: a word, a shape and a colour for each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inventory.models import Custody, Quality


class Mark(StrEnum):
    """The four verdicts; the value names the colour and the CSS class."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"

    @classmethod
    def _missing_(cls, value: object) -> "Mark | None":
        return cls.__members__.get(str(value).upper())

    @property
    def shape(self) -> str:
        """Give the sign that tells the verdicts apart without colour."""
        return _SHAPES[self]

    @property
    def words(self) -> str:
        """Give the verdict in the floor's words."""
        return _WORDS[self]


_SHAPES = {Mark.GREEN: "✔", Mark.AMBER: "▲", Mark.RED: "✖", Mark.GREY: "?"}
_WORDS = {
    Mark.GREEN: "Within specification",
    Mark.AMBER: "Under review",
    Mark.RED: "Do not use",
    Mark.GREY: "Unknown",
}


@dataclass(frozen=True, kw_only=True)
class VerdictMark:
    """A verdict as pages show it; `as_of` is the instant it was asked."""

    mark: Mark
    as_of: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """One reason behind a verdict, with the evidence it stands on."""

    mark: Mark
    question: str
    words: str
    evidence: str = ""
    evidence_url: str = ""


class Axis(StrEnum):
    """The three things a badge can speak about."""

    QUALITY = "quality"
    CUSTODY = "custody"
    HOLD = "hold"


@dataclass(frozen=True, kw_only=True)
class StatusBadge:
    """A status in words on one axis; `mark` is None where no verdict colour belongs."""

    axis: Axis
    words: str
    mark: Mark | None = None


_QUALITY_MARKS = {
    Quality.EXPECTED: Mark.GREY,
    Quality.QUARANTINE: Mark.AMBER,
    Quality.COND_RELEASED: Mark.AMBER,
    Quality.RELEASED: Mark.GREEN,
    Quality.REJECTED: Mark.RED,
    Quality.OOS_SUPPLY: Mark.AMBER,
    Quality.EXPIRED: Mark.RED,
    Quality.RECALLED: Mark.RED,
}


def quality_badge(status: str) -> StatusBadge:
    """
    Give the badge of a quality status.

    Raises ValueError: there is no such status.
    """
    quality = Quality(status)
    words = str(quality.label)
    return StatusBadge(axis=Axis.QUALITY, words=words, mark=_QUALITY_MARKS[quality])


def custody_badge(status: str) -> StatusBadge:
    """
    Give the badge of a custody status; only a missing vial carries a verdict's colour.

    Raises ValueError: there is no such status.
    """
    custody = Custody(status)
    mark = Mark.GREY if custody is Custody.MISSING else None
    return StatusBadge(axis=Axis.CUSTODY, words=str(custody.label), mark=mark)


def hold_badge(*, count: int = 1) -> StatusBadge:
    """Give the badge of one hold or of several."""
    words = "On hold" if count == 1 else f"On hold \N{MULTIPLICATION SIGN}{count}"
    return StatusBadge(axis=Axis.HOLD, words=words, mark=Mark.AMBER)
