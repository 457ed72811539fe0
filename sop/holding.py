"""The seam by which custody holds vials for a failed step, in the same transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

from audit.changes import OpenChange

Hold = Callable[[OpenChange, Sequence[int], str, datetime], None]

_holders: list[Hold] = []


def hold_with(hold: Hold) -> None:
    """Let `hold` place the holds; it takes the Change, the vials' keys, the reason and the time."""
    _holders[:] = [hold]


def hold_for_a_step(change: OpenChange, vial_ids: Sequence[int], reason: str, at: datetime) -> None:
    """
    Hold vials in the Change that is open.

    Raises RuntimeError: nobody holds here.
    """
    if not _holders:
        raise RuntimeError("custody has not said how vials are held")
    if vial_ids:
        _holders[0](change, vial_ids, reason, at)
