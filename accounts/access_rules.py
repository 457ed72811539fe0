"""The rules of access in force, remembered for some seconds so that no page asks for them."""

import time
from dataclasses import dataclass, field, fields
from datetime import timedelta

from accounts.models import AccessRules, SecondFactorFor

REMEMBERED_SECONDS = 10.0
BOUNDS = {
    "password_days": ("Days until a password must be changed", 30, 1000),
    "password_history": ("Earlier passwords that are refused", 1, 50),
    "password_length": ("Characters of a password at least", 8, 100),
    "idle_minutes": ("Minutes without use until a session locks", 1, 120),
    "failures": ("Failures in a row until an account locks", 3, 20),
    "review_days": ("Days until access is reviewed again", 30, 400),
    "emergency_minutes": ("Minutes that emergency access lasts", 5, 60),
    "token_test_days": ("Days until a badge or key is tested again", 30, 750),
}
"""Each limit by name: its words, the least and the most that a site may set."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a site demands; version 0 is what holds until somebody signs another."""

    password_days: int = 365
    password_history: int = 10
    password_length: int = 12
    idle_minutes: int = 15
    failures: int = 5
    review_days: int = 180
    emergency_minutes: int = 60
    token_test_days: int = 365
    second_factor: str = SecondFactorFor.ADMINISTRATORS
    version: int = 0

    @property
    def password_age(self) -> timedelta:
        """How long a password may be used."""
        return timedelta(days=self.password_days)

    @property
    def idle(self) -> timedelta:
        """After how long without a request of a person a session locks."""
        return timedelta(minutes=self.idle_minutes)


@dataclass
class Memory:
    """What this process last read, and until when that holds."""

    until: float = 0.0
    limits: Limits = field(default_factory=Limits)


memory = Memory()


def limits_in_force() -> Limits:
    """
    Return the newest version; the database is asked once in ten seconds.

    Source: URS-19, URS-66, URS-68.
    """
    now = time.monotonic()
    if now >= memory.until:
        memory.limits = newest_limits()
        memory.until = now + REMEMBERED_SECONDS
    return memory.limits


def forget_limits() -> None:
    """Read the rules again when they are next asked for."""
    memory.until = 0.0


def newest_limits() -> Limits:
    """Return the newest version as the database has it now."""
    row = AccessRules.objects.order_by("-version").first()
    return Limits() if row is None else limits_of(row)


def limits_of(row: AccessRules) -> Limits:
    """Return what one version demands."""
    return Limits(**{each.name: getattr(row, each.name) for each in fields(Limits)})
