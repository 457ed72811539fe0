"""Rules about accepting that a vial was out of storage more than its product allows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from audit.errors import Refusal
from custody.estimates import celsius
from custody.exposure import Spent, length
from inventory.models import GONE, Vial


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """
    Up to which QA accepts the exposure of a vial.

    most: how often it may have been out of controlled storage in all. valid_until: absent where it
    has no end. reasoning: why, such as the stability study that covers it. warmest_celsius: up to
    how warm it may have become by estimate; absent: no warmer than its product may ever be.
    """

    most: int
    longest_single: timedelta
    longest_total: timedelta
    valid_until: datetime | None
    reasoning: str
    warmest_celsius: Decimal | None = None


def refusals_of_allowance(allowance: Allowance, *, at: datetime) -> list[Refusal]:
    """Say what is wrong with an allowance before any vial is looked at."""
    refusals = []
    if not allowance.reasoning.strip():
        words = "Say why it is accepted, and which data cover it: the reasoning is kept."
        refusals.append(Refusal("NO_REASONING", words))
    if allowance.valid_until is not None and allowance.valid_until <= at:
        refusals.append(Refusal("ENDS_IN_THE_PAST", "It would end in the past: set a later time."))
    if allowance.longest_single > allowance.longest_total:
        words = "The longest single time is longer than all together: correct one of them."
        refusals.append(Refusal("SINGLE_ABOVE_TOTAL", words))
    return refusals


def refusals_to_accept(
    vial: Vial, used: Spent, allowance: Allowance, *, too_warm: float | None = None
) -> list[Refusal]:
    """
    Say why the exposure of `vial` cannot be accepted so: the allowance must cover what was seen.

    too_warm: how warm it became by estimate, where that is warmer than its product may ever be.
    Source: 21 CFR 211.192; REQUIREMENTS B5, B7.
    """
    if vial.custody in GONE:
        words = f"{vial.code} is gone; there is nothing to accept."
        return [Refusal("VIAL_GONE", words)]
    covers = (
        used.times <= allowance.most
        and used.longest <= allowance.longest_single
        and used.total <= allowance.longest_total
    )
    warm = _of_warmth(vial, too_warm, allowance)
    if covers:
        return warm
    return [
        Refusal(
            "LESS_THAN_SEEN",
            f"{vial.code} was out {used.times} times, {length(used.longest)} at once and "
            f"{length(used.total)} in all: accept at least that, or reject it.",
        ),
        *warm,
    ]


def _of_warmth(vial: Vial, too_warm: float | None, allowance: Allowance) -> list[Refusal]:
    accepted = allowance.warmest_celsius
    if too_warm is None or (accepted is not None and too_warm <= accepted):
        return []
    words = (
        f"{vial.code} became up to {celsius(too_warm)} by its warming curve, warmer than its "
        "product may ever be: accept at least that, or reject it."
    )
    return [Refusal("COLDER_THAN_SEEN", words)]
