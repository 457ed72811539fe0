"""The banner over every page while a clock is wrong, or nobody knows whether it is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from accounts.roles import Role
from audit.clocks.gate import clock_words
from audit.clocks.judging import ClockLevel
from audit.clocks.state import ClockState, clock_state

LOOK_AFTER_CLOCKS = frozenset({Role.QA, Role.ADMINISTRATOR})


@dataclass(frozen=True, kw_only=True)
class ClockWarning:
    """What the banner says."""

    title: str
    words: str


def clock_warning(roles: Callable[[], Collection[str]]) -> ClockWarning | None:
    """
    Return the warning for a person: of a stop everybody is told, of the rest who can mend it.

    roles: those of the person, asked for only when there is something to say.
    Source: URS-72.
    """
    state = clock_state(timezone.now())
    if state.level == ClockLevel.GOOD or _is_the_demo(state):
        return None
    if state.level == ClockLevel.STOPS:
        return ClockWarning(title="A clock is wrong.", words=clock_words(state))
    if LOOK_AFTER_CLOCKS.isdisjoint(roles()):
        return None
    if state.level == ClockLevel.UNKNOWN:
        return ClockWarning(
            title="No time source answers.",
            words="Nobody knows whether the clocks are right. Look at CLOCK_SOURCES and the "
            "network of the worker; signing goes on meanwhile.",
        )
    return ClockWarning(
        title="A clock is more than a second off, or its sources disagree.",
        words=f"{_seconds(state)} Set it right: above 5 s nothing can be signed.",
    )


def _is_the_demo(state: ClockState) -> bool:
    """Say whether nobody named a source, in a demo, where nobody has to."""
    is_unknown = state.level == ClockLevel.UNKNOWN
    return is_unknown and settings.DEMO and not settings.CLOCK_SOURCES


def _seconds(state: ClockState) -> str:
    if state.worst_seconds is None:
        return f"Web server and database are {abs(state.database_seconds):.1f} s apart."
    return f"The worst is {state.worst_seconds:+.1f} s."
