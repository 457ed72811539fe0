"""Rules about steps that are entered after they were done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.errors import Refusal
from custody.rules.moments import on_site_clocks

LEAST_HOURS, MOST_HOURS = 1, 720
UNLESS_SET = timedelta(hours=168)
"""How long after a step those who did it may enter it, until quality signs another limit."""


@dataclass(frozen=True, kw_only=True)
class LateEntry:
    """
    A step that is entered after it was done.

    performed_at: when it was done, as the person states it; it never replaces the time at which
    the entry is recorded. reason: why it is entered only now.
    Source: 21 CFR 1271.270(a), 211.188(b); URS-26, URS-73.
    """

    performed_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class VialTimes:
    """When a vial's batch was completed, and when its last event happened; None for no event."""

    code: str
    completed_at: datetime
    last_event_at: datetime | None


def refusals_to_enter_late(
    late: LateEntry,
    vials: Sequence[VialTimes],
    *,
    at: datetime,
    has_second: bool,
    at_most: timedelta = UNLESS_SET,
) -> list[Refusal]:
    """
    Say every reason why a step may not be entered late.

    at: now. has_second: whether a second person signed too.
    at_most: how long after a step it may still be entered.
    Source: 21 CFR 1271.270(a); URS-26, URS-40, URS-73.
    """
    refusals = _of_people(late, has_second=has_second)
    if late.performed_at > at:
        refusals.append(
            Refusal("LATE_IN_FUTURE", "The time given is still to come: enter when it was done.")
        )
    if at - late.performed_at > at_most:
        hours = round(at_most.total_seconds() / 3600)
        refusals.append(
            Refusal(
                "LATE_TOO_OLD",
                f"It was done more than {hours} hours ago, which is as long as a step may be "
                "entered afterwards here. Tell QA: it is a deviation.",
            )
        )
    return refusals + [refusal for vial in vials for refusal in _of_vial(late.performed_at, vial)]


def _of_people(late: LateEntry, *, has_second: bool) -> list[Refusal]:
    refusals = []
    if not late.reason.strip():
        refusals.append(
            Refusal("LATE_WITHOUT_REASON", "Say why it is entered only now: the reason is kept.")
        )
    if not has_second:
        refusals.append(
            Refusal(
                "LATE_NEEDS_SECOND",
                "A late entry takes two people: let the second person sign for it too.",
            )
        )
    return refusals


def _of_vial(performed_at: datetime, vial: VialTimes) -> list[Refusal]:
    refusals = []
    if performed_at < vial.completed_at:
        refusals.append(
            Refusal(
                "LATE_BEFORE_COMPLETION",
                f"{vial.code} did not exist then: its batch was completed at "
                f"{on_site_clocks(vial.completed_at)}.",
            )
        )
    if vial.last_event_at is not None and performed_at < vial.last_event_at:
        refusals.append(
            Refusal(
                "LATE_BEFORE_PREVIOUS",
                f"{vial.code} was still at its step of {on_site_clocks(vial.last_event_at)}: "
                "the time given is before it.",
            )
        )
    return refusals
