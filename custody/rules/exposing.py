"""Rules about taking a vial out of its cold place, by how often and how long it was; pure."""

from datetime import datetime

from audit.errors import Refusal
from custody.exposure import Accepted, Budget, Spent, budget_in_force, length, words_of


def refusals_of_exposure(
    code: str, used: Spent, budget: Budget | None, accepted: Accepted | None, *, at: datetime
) -> list[Refusal]:
    """
    Say that a vial was out of storage longer or more often than allowed, and QA did not accept it.

    code: of the vial. Source: REQUIREMENTS B5, B7; URS-89, URS-112.
    """
    wide = budget_in_force(budget, accepted, at)
    if wide is None or used.is_nothing or used.part_of(wide) <= 1:
        return []
    return [
        Refusal(
            "EXPOSURE_EXCEEDED",
            f"{code}: {_lower(words_of(used, wide))}: more than allowed. "
            "Ask QA to accept its exposure, or take another vial.",
        )
    ]


def refusals_to_expose(
    code: str, used: Spent, budget: Budget | None, accepted: Accepted | None, *, at: datetime
) -> list[Refusal]:
    """
    Say why a vial may not be taken out once more: its budget would not last for that.

    Once more is expected to take as long as the rules of handling say.
    Source: REQUIREMENTS B5; URS-89, URS-112.
    """
    wide = budget_in_force(budget, accepted, at)
    if wide is None or used.part_of(wide) > 1:
        return []
    expected = wide.expected_pick
    is_spent = bool(used.total) and used.total >= wide.longest_total
    is_too_short = used.total + expected > wide.longest_total or expected > wide.longest_single
    if used.before + 1 <= wide.most and not is_spent and not is_too_short:
        return []
    return [
        Refusal(
            "WOULD_EXCEED",
            f"{code}: {_lower(words_of(used, wide))}. Taking it out once more, for about "
            f"{length(expected)} by the rules of handling, is more than allowed. "
            "Ask QA to accept it, or take another vial.",
        )
    ]


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]
