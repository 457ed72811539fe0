"""Whether an excursion or a gap may be evaluated; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from audit.errors import Refusal
from custody.models import Cause
from inventory.models import StabilityLimits
from temperature.models import Excursion, Gap, Quantity

WITHDRAWN = Refusal(
    "WITHDRAWN",
    "Readings that came later show something else: open the list, and evaluate what stands there.",
)
STILL_OPEN = Refusal(
    "STILL_OPEN",
    "It is not over yet: what it means can be said once the unit is measured and cold again.",
)
NOT_TOUCHED = Refusal(
    "NOT_TOUCHED", "No vial of this product stood there then. Choose a product that is listed."
)
NO_REASONING = Refusal(
    "NO_REASONING", "Say what the stability data show, and why you decide so: both are read later."
)
NO_CAUSE = Refusal(
    "NO_CAUSE", "Choose the cause; where nobody knows it yet, that it is under investigation."
)
CAUSE_NOT_SAID = Refusal("CAUSE_NOT_SAID", "Say which other cause it had.")


NOT_WARM = Refusal(
    "NOT_WARM",
    "No vial of this product stood where it was too warm for it, or an excursion tells of it. Open "
    "the list, and evaluate what stands there.",
)
WARMER_SINCE = Refusal(
    "WARMER_SINCE", "It became warmer since the sheet was opened. Open it again, and look."
)


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """
    What QA says for one product.

    cause: one of `Cause`; cause_words: more of it. comparison: with the product's stability data.
    despite_limit: why there is no impact although it was warmer than the product's limit; empty
    where it was not. tells_physician: whether physician or patient must know.
    """

    product_id: int
    has_impact: bool
    cause: str
    comparison: str
    reasoning: str
    tells_physician: bool
    despite_limit: str = ""
    cause_words: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision(Deciding):
    """What QA says of one excursion or gap, which is the key, for one product."""

    key: int


@dataclass(frozen=True, kw_only=True)
class WarmthDecision(Deciding):
    """What QA says of the warmth of a unit for one product: up to when and how warm as seen."""

    seen_until: datetime
    seen_peak: float


def refusals_to_evaluate(
    subject: Excursion | Gap,
    decision: Decision,
    *,
    is_touched: bool,
    limits: StabilityLimits | None,
) -> list[Refusal]:
    """
    Say every reason why QA may not decide so now.

    limits: of the product, as they were in force when it began.
    Source: REQUIREMENTS B7; URS-105.
    """
    return [
        *refusals_of_subject(subject),
        *([] if is_touched else [NOT_TOUCHED]),
        *_refusals_of_words(decision),
        *_refusals_of_limit(subject, decision, limits),
    ]


def refusals_of_subject(subject: Excursion | Gap) -> list[Refusal]:
    """Say why an excursion or gap cannot be decided on, whatever the product."""
    if subject.is_withdrawn:
        return [WITHDRAWN]
    return [STILL_OPEN] if subject.ended_at is None else []


def is_beyond(subject: Excursion | Gap, limits: StabilityLimits | None) -> bool:
    """Say whether an excursion was warmer than the product may ever be."""
    return (
        limits is not None
        and isinstance(subject, Excursion)
        and subject.probe.quantity == Quantity.TEMPERATURE
        and subject.peak > limits.warmest_allowed_celsius
    )


def refusals_to_evaluate_warmth(
    decision: WarmthDecision, *, peak: float | None, limits: StabilityLimits | None
) -> list[Refusal]:
    """
    Say every reason why QA may not decide so of warmth that no excursion tells of.

    peak: the warmest, absent where no vial of the product stood in any; limits: of the product.
    Source: REQUIREMENTS B7; URS-105, URS-112.
    """
    refusals = [*_refusals_of_words(decision)]
    if peak is None or limits is None:
        return [NOT_WARM, *refusals]
    if peak > decision.seen_peak:
        refusals.append(WARMER_SINCE)
    if not decision.has_impact and not decision.despite_limit.strip():
        refusals.append(_warmer(limits, f"it was up to {in_celsius(peak)}"))
    return refusals


def _refusals_of_words(decision: Deciding) -> Iterator[Refusal]:
    if not decision.comparison.strip() or not decision.reasoning.strip():
        yield NO_REASONING
    if decision.cause not in Cause.values:
        yield NO_CAUSE
    if decision.cause == Cause.OTHER and not decision.cause_words.strip():
        yield CAUSE_NOT_SAID


def _refusals_of_limit(
    subject: Excursion | Gap, decision: Decision, limits: StabilityLimits | None
) -> Iterator[Refusal]:
    if decision.has_impact or decision.despite_limit.strip() or not is_beyond(subject, limits):
        return
    if limits is not None and isinstance(subject, Excursion):
        yield _warmer(limits, f"{subject.probe.code} measured up to {in_celsius(subject.peak)}")


def _warmer(limits: StabilityLimits, told: str) -> Refusal:
    warmest = in_celsius(limits.warmest_allowed_celsius)
    return Refusal(
        "WARMER_THAN_PRODUCT",
        f"{limits.product.code} may never be warmer than {warmest}, and {told}. Say which "
        "stability data show that this had no impact, or decide that it had one.",
    )


def in_celsius(value: float | Decimal) -> str:
    """Write a temperature with one decimal and a true minus sign."""
    return f"{value:.1f} °C".replace("-", "\N{MINUS SIGN}")
