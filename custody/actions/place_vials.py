"""Placing vials in storage by scanning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from custody.ledger import Entry, snapshot, write
from custody.locks import lock_containers_of, lock_positions, lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.placing import refusals_to_place
from custody.spots import spots
from custody.steps import free_kept_places, stand_at
from sop.action import Action
from sop.authority import require_authority

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


def place_vials(
    *,
    placements: Sequence[Placement],
    attribution: Attribution,
    at: datetime,
    expected_therapy_id: int | None = None,
) -> list[CustodyEvent]:
    """
    Place vials that are in hand, all or none, and append PLACED to each chain of custody.

    expected_therapy_id: the patient's treatment that is being put away, when there is one.
    Raises NotFound; NotAuthorised; ActionRefused (VIAL_*, NOT_RECEIVED, WRONG_*, POSITION_*).
    Source: REQUIREMENTS B3, B8; URS-89, URS-106.
    """
    with attributed_change(attribution, action=Action.PLACE_VIALS) as change:
        change.subject.update(
            scanned=[[placement.scanned_vial, placement.scanned_place] for placement in placements],
            expected_therapy=expected_therapy_id,
        )
        keys = [placement.position_id for placement in placements]
        lock_containers_of(keys)
        positions = lock_positions(keys)
        vials = lock_vials(placement.vial_id for placement in placements)
        around = spots(list(positions.values()))
        require_authority(
            attribution.actor,
            Action.PLACE_VIALS,
            programs={vial.program_id for vial in vials},
            sites={spot.site_id for spot in around.values()},
        )
        refuse_if(refusals_of_a_repeat(placements))
        wanted = {placement.vial_id: around[placement.position_id] for placement in placements}
        refuse_if(
            [
                refusal
                for vial in vials
                for refusal in refusals_to_place(
                    vial, wanted[vial.pk], expected_therapy_id=expected_therapy_id
                )
            ]
        )
        before = snapshot(vials)
        for vial in vials:
            stand_at(vial, wanted[vial.pk].position)
        entry = Entry(
            kind=EventKind.PLACED,
            reason=attribution.reason,
            codes={
                placement.vial_id: (wanted[placement.vial_id].place[:60], placement.scanned_place)
                for placement in placements
            },
        )
        with refused_by("inventory_one_vial_per_position", TAKEN_MEANWHILE):
            events = write(change, vials, before, entry, at=at)
        free_kept_places(vials)
        return events


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
