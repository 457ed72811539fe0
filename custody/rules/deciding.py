"""Rules about what quality may decide."""

from collections.abc import Sequence
from datetime import datetime

from audit.errors import Refusal
from custody.status import QUALITY_TRANSITIONS
from inventory.models import GONE, Custody, Quality, Vial

DECISIONS = frozenset(
    {
        Quality.COND_RELEASED,
        Quality.RELEASED,
        Quality.REJECTED,
        Quality.OOS_SUPPLY,
        Quality.QUARANTINE,
    }
)
BY_RELEASE_ONLY = frozenset({Quality.RELEASED, Quality.COND_RELEASED, Quality.OOS_SUPPLY})
RELEASES = frozenset({Quality.RELEASED, Quality.COND_RELEASED})


def refusals_of_form(decision: Quality, evidence: str) -> list[Refusal]:
    """Say what is wrong with a decision before any vial is looked at."""
    refusals = []
    if decision not in DECISIONS:
        refusals.append(
            Refusal("NOT_A_DECISION", f"“{decision.label}” is not decided here; nobody signs it.")
        )
    if not evidence.strip():
        refusals.append(
            Refusal("NO_EVIDENCE", "Name what the decision rests on, such as the certificate.")
        )
    return refusals


def refusals_to_decide(
    vial: Vial,
    decision: Quality,
    *,
    is_held: bool,
    at: datetime,
    deviations: Sequence[str] = (),
) -> list[Refusal]:
    """
    Say every reason why `vial` may not be decided as `decision`.

    deviations: the numbers of the open ones whose impact on it is not “none”.
    Source: REQUIREMENTS B8; 21 CFR 211.192, 1271.265(c).
    """
    refusals = []
    if vial.custody == Custody.NOT_RECEIVED:
        refusals.append(
            Refusal("NOT_RECEIVED", f"{vial.code} was not received. Receive its batch first.")
        )
    if vial.custody in GONE:
        refusals.append(Refusal("VIAL_GONE", f"{vial.code} is gone; there is nothing to decide."))
    if decision not in QUALITY_TRANSITIONS[Quality(vial.quality)]:
        refusals.append(
            Refusal(
                "WRONG_QUALITY",
                f"{vial.code} is “{Quality(vial.quality).label}”, and from there it cannot "
                f"become “{decision.label}”.",
            )
        )
    if decision in RELEASES:
        refusals.extend(_refusals_to_release(vial, is_held=is_held, at=at))
        refusals.extend(_of_a_deviation(vial, number) for number in deviations)
    return refusals


def _refusals_to_release(vial: Vial, *, is_held: bool, at: datetime) -> list[Refusal]:
    refusals = []
    if is_held:
        refusals.append(Refusal("ON_HOLD", f"{vial.code} is on hold. Release the hold first."))
    if vial.expires_at <= at:
        refusals.append(Refusal("EXPIRED", f"{vial.code} expired on {vial.expires_at:%Y-%m-%d}."))
    return refusals


def _of_a_deviation(vial: Vial, number: str) -> Refusal:
    return Refusal(
        "DEVIATION_OPEN",
        f"{number} is open on {vial.code}. Close it, or assess that it has no impact on it.",
        about=number,
    )
