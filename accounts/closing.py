"""What else is done when an account is closed, in the same Change; floors above add theirs."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import Person
from audit.changes import OpenChange

WhenClosed = Callable[[OpenChange, Person, datetime], None]
_steps: list[WhenClosed] = []


def when_an_account_is_closed(step: WhenClosed) -> None:
    """Have a step done whenever an account is closed; the same one once."""
    if step not in _steps:
        _steps.append(step)


def give_up(change: OpenChange, person: Person, *, at: datetime) -> None:
    """Do what the floors above want done when this account closes."""
    for step in _steps:
        step(change, person, at)
