"""Packing checked-out vials into a shipper."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from custody.ledger import Entry, snapshot, write
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.leaving import refusals_of_quality
from custody.rules.people import refusals_without_second
from custody.rules.statuses import refusals_to_enter
from custody.steps import hand_to, held_among, of_each, require_authority_over
from inventory.models import Custody
from sop.action import Action


def pack_vials(
    *, vial_ids: Sequence[int], shipper: str, seal_number: str, intent: SignedIntent, at: datetime
) -> list[CustodyEvent]:
    """
    Pack vials into a shipper, signed by the packer and a verifier.

    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, WRONG_CUSTODY,
    NOT_RELEASED, EXPIRED, ON_HOLD).
    Source: REQUIREMENTS B8, B10; URS-99, URS-103.
    """
    with signed_change(intent, action=Action.PACK_VIALS) as change:
        vials = lock_vials(vial_ids)
        change.subject.update(vials=[vial.code for vial in vials])
        require_authority_over(change, Action.PACK_VIALS, vials)
        held = held_among(vials)
        refuse_if(
            refusals_without_second(intent)
            + of_each(vials, lambda vial: refusals_to_enter(vial, Custody.PACKED))
            + of_each(vials, lambda v: refusals_of_quality(v, is_held=v.pk in held, at=at))
        )
        before = snapshot(vials)
        hand_to(change, vials, Custody.PACKED)
        entry = Entry(
            kind=EventKind.PACKED,
            reason=intent.reason,
            details={"shipper": shipper, "seal_number": seal_number},
        )
        events = write(change, vials, before, entry, at=at)
        change.sign(events)
        return events
