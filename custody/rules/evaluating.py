"""Whether an excursion or a gap may be evaluated; pure."""

from audit.errors import Refusal
from temperature.models import Excursion, Gap

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


def refusals_to_evaluate(
    subject: Excursion | Gap, *, is_touched: bool, comparison: str, reasoning: str
) -> list[Refusal]:
    """
    Say every reason why QA may not decide on this now.

    Source: REQUIREMENTS B7; URS-105.
    """
    refusals = []
    if subject.is_withdrawn:
        refusals.append(WITHDRAWN)
    elif subject.ended_at is None:
        refusals.append(STILL_OPEN)
    if not is_touched:
        refusals.append(NOT_TOUCHED)
    if not comparison.strip() or not reasoning.strip():
        refusals.append(NO_REASONING)
    return refusals
