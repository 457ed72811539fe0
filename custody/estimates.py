"""What the estimated temperature of a vial that was out means, and how it is told; pure."""

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from custody.curves import Estimate, Heat
from custody.exposure import EXPOSURE, Accepted, Budget
from custody.findings import Finding, Verdict


def findings_of_heat(
    heat: Heat | None, budget: Budget | None, accepted: Accepted | None, *, at: datetime
) -> Iterator[Finding]:
    """
    Say when a vial became warmer, by estimate, than its product may ever be.

    Without a curve, or limits, nothing is said here: the budget counts its time. Source:
    REQUIREMENTS B5, B7; URS-112.
    """
    if heat is None or heat.warmest is None or budget is None:
        return
    if heat.warmest <= budget.warmest_celsius:
        return
    told = (
        f"Out of storage, it became up to {celsius(heat.warmest)} by its warming curve: warmer "
        f"than the {celsius(budget.warmest_celsius)} that its product may ever be"
    )
    if covers(accepted, heat, at):
        words = f"{told}. QA accepted it."
        yield Finding("ESTIMATE_ACCEPTED", Verdict.GREEN, words, EXPOSURE)
        return
    words = f"{told}. Estimated: QA decides."
    yield Finding("ESTIMATED_WARMER", Verdict.AMBER, words, EXPOSURE)


def covers(accepted: Accepted | None, heat: Heat, at: datetime) -> bool:
    """Say whether QA accepted at `at` that a vial became as warm as it was estimated to be."""
    if accepted is None or accepted.is_over(at) or accepted.warmest_celsius is None:
        return False
    return heat.warmest is not None and heat.warmest <= accepted.warmest_celsius


def celsius(value: float) -> str:
    """Write a temperature to a tenth."""
    return f"{to_a_tenth(value)} °C".replace("-", "−")


def to_a_tenth(value: float | None) -> Decimal | None:
    """Round up to a tenth, so that nothing is told colder than it may have been."""
    if value is None:
        return None
    return Decimal(f"{value:.6f}").quantize(Decimal("0.1"), rounding=ROUND_CEILING)


def words_of_estimate(found: Estimate) -> str:
    """Say how warm a vial became in one warming, with the class of its evidence."""
    if found.celsius is None:
        return "kept cold by its carrier" if found.is_whole else "temperature unknown: no curve"
    if found.is_whole:
        return f"up to {celsius(found.celsius)}, estimated"
    return f"temperature unknown: {celsius(found.celsius)} or warmer, beyond what its curve tells"


def words_of_heat(heat: Heat | None) -> str:
    """Say how warm a vial ever became while it was out, and what is not known of it."""
    if heat is None:
        return "How warm it became is unknown: no warming curve is set for vials like it."
    unknown = ""
    if heat.unknown:
        unknown = f" {heat.unknown} time{'' if heat.unknown == 1 else 's'} out: unknown, no curve "
        unknown += "tells, or not to the end."
    if heat.warmest is None:
        return f"Nothing is estimated.{unknown}"
    times = f"{heat.times} time{'' if heat.times == 1 else 's'}"
    return (
        f"Warmest {celsius(heat.warmest)}, estimated; {times} above {celsius(heat.above)}.{unknown}"
    )
