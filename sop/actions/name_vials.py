"""Naming further vials that a deviation touched, or may have touched."""

from collections.abc import Collection, Sequence

from accounts.authority import require_role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from inventory.models import Vial
from sop.authority import FLOOR_OR_QUALITY
from sop.deviation_locks import lock_deviation, lock_seen_vials, vials_listed
from sop.deviations import list_vials
from sop.models import Deviation, DeviationStatus, DeviationVial
from sop.rules.deviations import refusals_to_change

NO_VIALS = Refusal("NO_VIALS", "Scan at least one vial.")
ALL_LISTED = Refusal("LISTED_ALREADY", "All of these are listed already. Scan the missing ones.")


def name_vials(
    *, deviation_id: int, vial_ids: Collection[int], attribution: Attribution
) -> Deviation:
    """
    List further vials under an open deviation; each is under review until its impact is assessed.

    What is listed already stays as it is. A closure that was asked for is asked anew. Nothing is
    taken off the list: quality says of a vial that there is no impact, and why.
    Raises NotFound; NotAuthorised; ActionRefused (DEVIATION_CLOSED, NO_VIALS, LISTED_ALREADY).
    Source: 21 CFR 211.192; REQUIREMENTS B7; URS-113.
    """
    with attributed_change(attribution, action="name_vials") as change:
        vials = lock_seen_vials(vial_ids, seen_by=attribution.actor) if vial_ids else []
        deviation = lock_deviation(deviation_id, seen_by=attribution.actor)
        change.subject.update(deviation=deviation.number, vials=[vial.code for vial in vials])
        require_role(attribution.actor, FLOOR_OR_QUALITY)
        listed = vials_listed(deviation)
        new = _new(vials, listed)
        refuse_if(refusals_to_change(deviation) + _refusals(vials, new))
        list_vials(deviation, new)
        programs = {vial.program_id for vial in (*new, *(row.vial for row in listed))}
        deviation.program_id = programs.pop() if len(programs) == 1 else None
        if deviation.status == DeviationStatus.AWAITING_CLOSURE:
            deviation.status = DeviationStatus.INVESTIGATING
        deviation.save(update_fields=["program", "status"])
        return deviation


def _new(vials: Sequence[Vial], listed: Sequence[DeviationVial]) -> list[Vial]:
    known = {row.vial_id for row in listed}
    return [vial for vial in vials if vial.pk not in known]


def _refusals(vials: Sequence[Vial], new: Sequence[Vial]) -> list[Refusal]:
    if not vials:
        return [NO_VIALS]
    return [] if new else [ALL_LISTED]
