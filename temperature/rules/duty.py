"""What may stand in the rota, and where nobody does; pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from audit.errors import Refusal

LAST_ORDER = 9
LONGEST_DUTY = timedelta(days=366)

UNKNOWN_SITE = Refusal("UNKNOWN_SITE", "No such site. Choose it from the list.")
UNKNOWN_DUTY = Refusal("UNKNOWN_DUTY", "No such duty, or it is over. Choose it from the list.")
ORDER_TAKEN = Refusal(
    "ORDER_TAKEN",
    "Somebody else is on call there with this order in that time. Choose another order, or take "
    "their duty back first.",
)
NO_CONTACT = Refusal(
    "NO_CONTACT",
    "Nobody could tell them: no channel in use reaches them. Have an administrator enter where "
    "they are reached.",
)


class Span(NamedTuple):
    """A time in which somebody is on call, or nobody is."""

    begins_at: datetime
    ends_at: datetime


def refusals_of_duty(
    order: int, begins_at: datetime, ends_at: datetime, *, at: datetime
) -> list[Refusal]:
    """Say why nobody can be on call like that; empty when somebody can."""
    refusals = []
    if not 1 <= order <= LAST_ORDER:
        words = f"Give an order from 1 to {LAST_ORDER}: the lowest is told first."
        refusals.append(Refusal("ORDER_OUT_OF_BOUNDS", words))
    if ends_at <= begins_at:
        refusals.append(Refusal("ENDS_BEFORE_IT_BEGINS", "It must end after it begins."))
    elif ends_at - begins_at > LONGEST_DUTY:
        refusals.append(Refusal("TOO_LONG", "One entry lasts a year at most."))
    if ends_at <= at:
        refusals.append(Refusal("IN_THE_PAST", "It is over already. Enter a time to come."))
    return refusals


def uncovered(duties: Iterable[Span], *, since: datetime, until: datetime) -> Iterator[Span]:
    """Yield when nobody is on call between two instants, whatever the order."""
    covered_to = since
    for duty in sorted(duties):
        if duty.begins_at > covered_to:
            yield Span(covered_to, min(duty.begins_at, until))
        covered_to = max(covered_to, duty.ends_at)
        if covered_to >= until:
            return
    yield Span(covered_to, until)
