"""What is left of a vial's budget, in a few words, before it is taken out."""

from custody.exposure import length
from custody.queries.exposure import BudgetLeft


def left_words(left: BudgetLeft | None) -> str:
    """Say how often and how long it may still be out."""
    if left is None:
        return "no limits set"
    if left.is_exceeded or not left.times:
        return "nothing left"
    times = f"{left.times} time{'' if left.times == 1 else 's'}"
    return f"{times}, {length(left.at_once)} at once, {length(left.total)} in all"
