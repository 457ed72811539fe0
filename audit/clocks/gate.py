"""What a wrong clock stops: signing and release, never what brings product to safety."""

from django.utils import timezone

from audit.clocks.judging import ClockLevel
from audit.clocks.state import ClockState, clock_state
from audit.errors import ActionRefused, Refusal

_stops: dict[str, bool] = {}


def set_rule(action: str, *, stops: bool) -> None:
    """Say whether a wrong clock stops an action; floors above register their tables with this."""
    _stops[action] = stops


def insist_on_clock(action: str, *, is_signed: bool) -> None:
    """
    Stop an action whose time would be worth nothing.

    Without a rule of its own a signed action is stopped and another one is not.
    Raises ActionRefused (CLOCK_WRONG): a clock is more than five seconds off.
    Source: FDA time-stamp draft; URS-72.
    """
    if not _stops.get(action, is_signed):
        return
    state = clock_state(timezone.now())
    if state.level == ClockLevel.STOPS:
        raise ActionRefused([Refusal("CLOCK_WRONG", clock_words(state))])


def clock_words(state: ClockState) -> str:
    """Say in words what is wrong with the clocks and what may still be done."""
    return (
        f"{_offset_words(state)} Nothing can be signed or released until it is set right: tell "
        "your administrator. You may still put vials into a safe place, put them back, hold "
        "them and report them missing."
    )


def _offset_words(state: ClockState) -> str:
    if state.worst_seconds is None:
        apart = abs(state.database_seconds)
        return f"The clocks of the web server and of the database are {apart:.1f} s apart."
    way = "ahead of" if state.worst_seconds > 0 else "behind"
    return f"A clock of this system is {abs(state.worst_seconds):.1f} s {way} its time sources."
