"""Rules about what a product may be said to endure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from audit.errors import Refusal
from inventory.models import StabilityLimits

BOILING_NITROGEN = Decimal("-196.0")
WARMEST_STORE = Decimal("40.0")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a product endures out of controlled temperature; all limits are inclusive."""

    warmest_allowed_celsius: Decimal
    longest_single_exposure: timedelta
    longest_total_exposure: timedelta
    most_exposures: int


def refusals_of_limits(
    limits: Limits, *, last: StabilityLimits | None, effective_at: datetime, at: datetime
) -> list[Refusal]:
    """
    Say every reason why `limits` may not become the next version.

    last: the version before it, if there is one.
    Source: REQUIREMENTS B5; URS-05, URS-104.
    """
    refusals = _of_the_values(limits)
    if effective_at < at:
        refusals.append(
            Refusal(
                "EFFECTIVE_IN_THE_PAST",
                "Limits are never changed backwards: let them begin now or later.",
            )
        )
    if last is not None and effective_at < last.effective_at:
        refusals.append(
            Refusal(
                "EFFECTIVE_BEFORE_LAST",
                f"Version {last.version} begins on {last.effective_at:%Y-%m-%d %H:%M} UTC; "
                "the next one begins after it.",
            )
        )
    if last is not None and all(
        getattr(last, name) == value for name, value in vars(limits).items()
    ):
        refusals.append(
            Refusal("NOTHING_CHANGES", f"These are the limits of version {last.version} already.")
        )
    return refusals


def _of_the_values(limits: Limits) -> list[Refusal]:
    refusals = []
    if not BOILING_NITROGEN <= limits.warmest_allowed_celsius <= WARMEST_STORE:
        refusals.append(
            Refusal(
                "IMPOSSIBLE_TEMPERATURE",
                f"{limits.warmest_allowed_celsius} °C is not between {BOILING_NITROGEN} and "
                f"{WARMEST_STORE} °C. Check the sign.",
            )
        )
    if limits.longest_single_exposure < timedelta(0) or limits.most_exposures < 0:
        refusals.append(Refusal("NEGATIVE_EXPOSURE", "A time or a number cannot be below zero."))
    if limits.longest_single_exposure > limits.longest_total_exposure:
        refusals.append(
            Refusal(
                "SINGLE_ABOVE_TOTAL",
                "One exposure may not be allowed to last longer than all of them together.",
            )
        )
    return refusals
