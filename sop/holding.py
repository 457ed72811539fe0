"""The seam by which custody holds vials for a failed step, in the same transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.changes import OpenChange


@dataclass(frozen=True, kw_only=True)
class Holding:
    """
    How the floor above holds.

    hold: takes the Change, the vials' keys, the reason and the time. on_mix_up: whether the site
    holds another patient's vial by itself.
    """

    hold: Callable[[OpenChange, Sequence[int], str, datetime], None]
    on_mix_up: Callable[[], bool]


_ways: list[Holding] = []


def hold_with(holding: Holding) -> None:
    """Let vials be held this way."""
    _ways[:] = [holding]


def holding() -> Holding:
    """
    Return how vials are held.

    Raises RuntimeError: custody has not said it.
    """
    if not _ways:
        raise RuntimeError("custody has not said how vials are held")
    return _ways[0]
