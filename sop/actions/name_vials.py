"""Naming further vials that a deviation touched, or may have touched."""

from collections.abc import Collection

from accounts.authority import require_role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from sop.authority import FLOOR_OR_QUALITY
from sop.deviation_locks import lock_deviation, lock_seen_vials
from sop.deviations import list_further
from sop.models import Deviation
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
        refuse_if(refusals_to_change(deviation) + ([] if vials else [NO_VIALS]))
        refuse_if([] if list_further(deviation, vials) else [ALL_LISTED])
        return deviation
