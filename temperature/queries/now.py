"""What one probe says now, and why it is not believed where it is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from temperature.corrections import steps_of
from temperature.models import UNUSABLE, Calibration, Flag, Gap, GapCause, Probe, Quantity
from temperature.rules.corrections import correction_at, truly
from temperature.rules.intervals import silent_after

STEADY = {Quantity.TEMPERATURE: 0.5, Quantity.LEVEL: 1.0}
"""By how much a value may differ from that of three hours ago and still be called steady."""

NOT_BELIEVED = {GapCause.FLAT, GapCause.JUMPS, GapCause.DISAGREES}
"""What makes a value that comes in time no evidence."""

LATE_INTERVALS = 1.5
"""So many intervals after the last reading the next one is late. Source: REQUIREMENTS B4."""

DISAGREES = str(GapCause.DISAGREES.label).lower()

WHY = (
    (Flag.OPEN_CIRCUIT, "its sensor is broken"),
    (Flag.AHEAD, "its clock is ahead"),
    (Flag.BEHIND, "its clock is behind"),
    (Flag.IMPLAUSIBLE, "no probe can measure what it says"),
    (Flag.FAULT, "it reports a fault"),
    (Flag.NO_VALUE, "it sends no value"),
)


@dataclass(frozen=True, kw_only=True)
class ProbeNow:
    """
    One probe at an instant.

    value: the newest usable one, in the unit of its quantity; it counts as current only while
    `is_current`. usable_at: when it was measured. doubt: why it is not current, in words; empty
    where it is. doubt_since: since when. change: against the mean of the hour that lies three
    hours back; absent where one of both is missing. due_at: until when its calibration counts; a
    contact needs none. since: from when on a contact has stood at 1. is_late: a reading is due,
    though it is not silent yet.
    """

    id: int
    code: str
    quantity: Quantity
    zone: str
    value: float | None
    usable_at: datetime | None
    doubt: str
    doubt_since: datetime | None
    change: float | None
    due_at: datetime | None
    is_calibrated: bool
    disagrees: bool = False
    since: datetime | None = None
    is_late: bool = False

    @property
    def is_current(self) -> bool:
        """Whether its value may be shown as that of now: of two that disagree, either."""
        return not self.doubt or self.disagrees

    @property
    def is_on(self) -> bool:
        """Whether it is a contact that stands at 1 now: a door is open, or mains failed."""
        return self.quantity.is_contact and self.is_current and self.value == 1

    @property
    def trend(self) -> str:
        """How the value moved in three hours, in one word; empty where it is unknown."""
        if self.change is None or not self.is_current or self.quantity.is_contact:
            return ""
        if abs(self.change) < STEADY[self.quantity]:
            return "steady"
        return "rising" if self.change > 0 else "falling"


def probe_now(
    probe: Probe,
    *,
    zone: str,
    fitted_at: datetime,
    gaps: Sequence[Gap],
    calibrations: Sequence[Calibration],
    before: float | None,
    on_since: datetime | None,
    at: datetime,
) -> ProbeNow:
    """
    Say what a probe says at an instant.

    probe: with its state. fitted_at: since when it sits where it is; what it measured before
    says nothing of that place. gaps: the open ones. before: three hours ago. on_since: its spell's.
    calibrations: all of it, in the order of time; the one in force then corrects what it read.
    Source: 21 CFR 211.68(a); URS-108, URS-112.
    """
    value, usable_at, flags = _newest(probe, fitted_at, calibrations)
    calibration = calibrations[-1] if calibrations else None
    doubt, since = _doubt(probe, usable_at=usable_at, flags=flags, gaps=gaps, at=at)
    return ProbeNow(
        id=probe.pk,
        code=probe.code,
        quantity=Quantity(probe.quantity),
        zone=zone,
        value=value,
        usable_at=usable_at,
        doubt=doubt,
        doubt_since=since,
        change=None if value is None or before is None else value - before,
        due_at=None if calibration is None else calibration.due_at,
        is_calibrated=probe.is_contact or (calibration is not None and calibration.due_at > at),
        disagrees=doubt == DISAGREES,
        since=on_since or usable_at,
        is_late=_is_late(probe, usable_at, at),
    )


def _newest(
    probe: Probe, fitted_at: datetime, calibrations: Sequence[Calibration]
) -> tuple[float | None, datetime | None, int]:
    """Return what was measured last where it sits, when, and the flags of the newest reading."""
    state = getattr(probe, "state", None)  # absent until its first reading
    if state is None:
        return None, None, 0
    value, usable_at = state.usable_value, state.usable_at
    if value is None or usable_at is None or usable_at < fitted_at:
        return None, None, state.last_flags
    return (
        truly(value, correction_at(steps_of(calibrations), usable_at)),
        usable_at,
        state.last_flags,
    )


def _is_late(probe: Probe, usable_at: datetime | None, at: datetime) -> bool:
    return usable_at is not None and at - usable_at > probe.expected_every * LATE_INTERVALS


def _doubt(
    probe: Probe, *, usable_at: datetime | None, flags: int, gaps: Sequence[Gap], at: datetime
) -> tuple[str, datetime | None]:
    """Say why the newest value is not that of now, and since when."""
    if usable_at is None:
        return (_why(flags) if flags & UNUSABLE else "nothing came yet"), None
    if flags & Flag.OPEN_CIRCUIT:
        return _why(flags), usable_at
    if at - usable_at > silent_after(probe.expected_every):
        return (_why(flags) if flags & UNUSABLE else "silent"), usable_at
    for gap in sorted(gaps, key=_how_unsure):
        if gap.cause in NOT_BELIEVED:
            return str(GapCause(gap.cause).label).lower(), gap.began_at
    return "", None


def _how_unsure(gap: Gap) -> bool:
    """Tell of two probes that disagree last: either may be right."""
    return gap.cause == GapCause.DISAGREES


def _why(flags: int) -> str:
    return next((words for flag, words in WHY if flags & flag), "no measurement")
