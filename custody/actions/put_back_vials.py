"""Putting checked-out vials back where they came from."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import refuse_if
from custody.actions.place_vials import TAKEN_MEANWHILE, Placement, refusals_of_a_repeat
from custody.ledger import Entry, snapshot, write
from custody.locks import lock_containers_of, lock_positions, lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.placing import refusals_to_go_back
from custody.spots import spots
from custody.steps import free_kept_places, of_each, stand_at
from inventory.models import Vial
from sop.action import Action
from sop.authority import require_authority


def put_back_vials(
    *, placements: Sequence[Placement], attribution: Attribution, at: datetime
) -> list[CustodyEvent]:
    """
    Put vials back into storage; the time they were out is kept with the event.

    Raises NotFound; NotAuthorised; ActionRefused (NOT_OUT, WRONG_*, POSITION_*).
    Source: REQUIREMENTS B5, B8; URS-89, URS-106.
    """
    with attributed_change(attribution, action=Action.PUT_BACK_VIALS) as change:
        keys = [placement.position_id for placement in placements]
        lock_containers_of(keys)
        positions = lock_positions(keys)
        vials = lock_vials(placement.vial_id for placement in placements)
        around = spots(list(positions.values()))
        change.subject.update(vials=[vial.code for vial in vials])
        require_authority(
            attribution.actor,
            Action.PUT_BACK_VIALS,
            programs={vial.program_id for vial in vials},
            sites={spot.site_id for spot in around.values()},
        )
        wanted = {placement.vial_id: around[placement.position_id] for placement in placements}
        refuse_if(
            refusals_of_a_repeat(placements)
            + of_each(vials, lambda vial: refusals_to_go_back(vial, wanted[vial.pk]))
        )
        before = snapshot(vials)
        for vial in vials:
            stand_at(vial, wanted[vial.pk].position)
        entry = Entry(
            kind=EventKind.PUT_BACK,
            reason=attribution.reason,
            codes={p.vial_id: (wanted[p.vial_id].place[:60], p.scanned_place) for p in placements},
            each=_seconds_out(vials, at),
        )
        with refused_by("inventory_one_vial_per_position", TAKEN_MEANWHILE):
            events = write(change, vials, before, entry, at=at)
        free_kept_places(vials)
        return events


def _seconds_out(vials: Sequence[Vial], at: datetime) -> dict[int, dict[str, object]]:
    """Return how long each vial was out, since its last check-out."""
    rows = CustodyEvent.objects.filter(vial__in=vials, kind=EventKind.CHECKED_OUT)
    last = dict(rows.order_by("vial", "seq").values_list("vial", "recorded_at"))
    return {
        vial.pk: {"seconds_out": round((at - out).total_seconds())}
        for vial in vials
        if (out := last.get(vial.pk)) is not None
    }
