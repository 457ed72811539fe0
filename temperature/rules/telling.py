"""Whom an alarm tells when: steps of an escalation, by the rules in force; pure."""

from dataclasses import dataclass
from datetime import timedelta

from audit.errors import Refusal
from temperature.models import Level

BOUNDS = {
    "critical_minutes": ("Minutes until a critical alarm is told to the next", 1, 30),
    "action_minutes": ("Minutes until an action alarm is told to the next", 1, 60),
    "warning_minutes": ("Minutes until a warning is told to the next", 1, 240),
    "repeat_minutes": ("Minutes until everybody is told again", 5, 240),
    "gather_seconds": ("Seconds in which further alarms wait for one message", 0, 300),
    "drill_days": ("Days until a drill is due again", 1, 31),
    "probe_drill_minutes": ("Minutes that a drill of a probe may take in all", 5, 240),
}
"""Each limit by name: its words, the least and the most that a site may set."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How alarms are escalated; version 0 is what holds until somebody signs another."""

    critical_minutes: int = 5
    action_minutes: int = 10
    warning_minutes: int = 30
    repeat_minutes: int = 60
    gather_seconds: int = 60
    drill_days: int = 7
    probe_drill_minutes: int = 30
    version: int = 0

    def wait_of(self, level: str) -> timedelta:
        """Return how long a step of such an alarm waits for an acknowledgement."""
        minutes = {Level.CRITICAL: self.critical_minutes, Level.ACTION: self.action_minutes}
        return timedelta(minutes=minutes.get(Level(level), self.warning_minutes))

    @property
    def gather(self) -> timedelta:
        """How long a message may wait for others to the same person, once one of them went."""
        return timedelta(seconds=self.gather_seconds)


def refusals_of_rules(rules: Rules) -> list[Refusal]:
    """Say which limit lies outside what a site may set."""
    return [
        Refusal("OUT_OF_BOUNDS", f"{label}: from {least} to {most}.")
        for name, (label, least, most) in BOUNDS.items()
        if not least <= getattr(rules, name) <= most
    ]


def step_due(passed: timedelta, *, orders: int, wait: timedelta, repeat: timedelta) -> int:
    """
    Return the step that an escalation has reached.

    passed: since it began. orders: how many are on call one after the other. Steps 0 to orders - 1
    tell one of them each; step `orders` tells everybody, and so does each later one.
    Source: REQUIREMENTS B4; URS-110.
    """
    alone = wait * orders
    if passed < alone:
        return max(0, passed // wait)
    return orders + (passed - alone) // repeat


def next_step(last: int | None, due: int, *, orders: int) -> int | None:
    """
    Return the step that is to be done now; None when nothing is.

    last: the one that was done last. Nobody on call is passed over, however late it is; telling
    everybody again is done once, however often it was missed.
    """
    if last is not None and due <= last:
        return None
    following = 0 if last is None else last + 1
    return following if following <= orders else due
