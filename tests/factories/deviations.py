"""Deviations as they stand once somebody opened one."""

from collections.abc import Sequence
from datetime import datetime

from audit.changes import attributed_change
from inventory.models import Vial
from sop.deviations import NewDeviation, open_deviation
from sop.models import Deviation, DeviationSource
from tests.world import NOON, World


def found(vials: Sequence[Vial] = (), **more: object) -> NewDeviation:
    """Return what is known when a deviation is opened."""
    known: dict[str, object] = {
        "source": DeviationSource.FAILED_STEP,
        "title": "The gloves were torn",
        "what_happened": "Both gloves were torn at step 4.",
        "vials": vials,
    }
    return NewDeviation(**(known | more))  # type: ignore[arg-type] # made of words here


def opened_deviation(
    world: World, *, vials: Sequence[Vial] = (), at: datetime = NOON, **more: object
) -> Deviation:
    """Open a deviation in a Change of the technician."""
    says = world.says(world.technician)
    with attributed_change(says, action="test set-up") as change:
        return open_deviation(change, found(vials, **more), at=at)
