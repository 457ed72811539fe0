"""What placing, moving, putting back and finding share: lock, look around, stand, write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from audit.changes import OpenChange
from audit.constraints import refused_by
from audit.errors import Refusal
from custody.ledger import Before, Entry, snapshot, write
from custody.lifts import Reach, note_lift
from custody.locks import (
    WITH_PRODUCT_AND_PLACE,
    lock_containers_around,
    lock_positions,
    lock_vials,
)
from custody.models import CustodyEvent
from custody.rules.placing import refusals_to_come_in
from custody.spots import Spot, spots
from custody.steps import stand_at
from inventory.models import Vial
from sop.gate import Scope

TAKEN_MEANWHILE = Refusal(
    "POSITION_OCCUPIED", "The place was taken a moment ago. Nothing was changed: scan another."
)


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One vial and the position it goes to, with the codes as they were scanned."""

    vial_id: int
    position_id: int
    scanned_vial: str = ""
    scanned_place: str = ""


@dataclass(frozen=True)
class Ground:
    """
    Vials, locked, and the places they come from and go to.

    around: the spot of each of those positions, by its key. others: vials that stay where they are,
    locked with them.
    """

    placements: Mapping[int, Placement]
    vials: list[Vial]
    around: Mapping[int, Spot]
    others: Sequence[Vial] = ()

    def spot_for(self, vial: Vial) -> Spot:
        """Return the spot that `vial` goes to."""
        return self.around[self.placements[vial.pk].position_id]

    @property
    def programs(self) -> set[int]:
        """The programs whose vials are handled."""
        return {vial.program_id for vial in self.vials}

    @property
    def sites(self) -> set[int]:
        """The sites of the places they come from and go to."""
        return {spot.site_id for spot in self.around.values()}

    @property
    def scope(self) -> Scope:
        """What the gate is asked about."""
        return Scope(programs=self.programs, sites=self.sites, vials=self.vials)


def lock_ground(placements: Sequence[Placement], *, also: Iterable[int] = ()) -> Ground:
    """
    Lock containers, positions and vials in the fixed order; four statements for any number.

    also: keys of further vials to lock.
    Raises NotFound: a vial or a position does not exist.
    """
    keys = [placement.position_id for placement in placements]
    by_vial = {placement.vial_id: placement for placement in placements}
    lock_containers_around(keys, list(by_vial))
    positions = lock_positions(keys)
    rows = lock_vials([*by_vial, *also], loaded=WITH_PRODUCT_AND_PLACE)
    vials, others = rows[: len(by_vial)], rows[len(by_vial) :]
    origins = {vial.position.pk: vial.position for vial in vials if vial.position is not None}
    around = spots(list({**origins, **positions}.values()))
    return Ground(by_vial, vials, around, others)


def refusals_of_a_repeat(placements: Sequence[Placement]) -> list[Refusal]:
    """Say whether a vial or a position is named twice in one go."""
    refusals = []
    if len({placement.vial_id for placement in placements}) < len(placements):
        refusals.append(Refusal("VIAL_TWICE", "The same vial was scanned twice. Scan each once."))
    if len({placement.position_id for placement in placements}) < len(placements):
        refusals.append(
            Refusal("POSITION_OCCUPIED", "Two vials cannot stand in one place. Scan another.")
        )
    return refusals


def refusals_of_warmth(ground: Ground) -> list[Refusal]:
    """Say which units are critically warm and take nothing in; each once."""
    refusals = [
        refusal
        for vial in ground.vials
        for refusal in refusals_to_come_in(
            ground.spot_for(vial), from_unit_id=_unit_of(vial, ground.around)
        )
    ]
    return list(dict.fromkeys(refusals))


def _unit_of(vial: Vial, around: Mapping[int, Spot]) -> int | None:
    return None if vial.position_id is None else around[vial.position_id].unit_id


def stand(
    change: OpenChange,
    ground: Ground,
    entry: Entry,
    *,
    at: datetime,
    before: Mapping[int, Before] | None = None,
) -> list[CustodyEvent]:
    """
    Put every vial of `ground` where it goes, and append `entry` with the scanned codes.

    before: a snapshot taken earlier, where the action changed more than the place.
    Raises ActionRefused (POSITION_OCCUPIED): somebody was quicker, against all locks.
    """
    was = snapshot(ground.vials) if before is None else before
    for vial in ground.vials:
        stand_at(vial, ground.spot_for(vial).position)
    note_lift(change, Reach.PASSING, positions=ground.around, at=at)
    codes = {
        vial.pk: (ground.spot_for(vial).place[:60], ground.placements[vial.pk].scanned_place)
        for vial in ground.vials
    }
    with refused_by("inventory_one_vial_per_position", TAKEN_MEANWHILE):
        return write(
            change, ground.vials, was, replace(entry, codes=codes), at=at, around=ground.around
        )
