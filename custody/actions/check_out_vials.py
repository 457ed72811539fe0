"""Checking vials out of storage into somebody's hands."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from custody.carrying import details_of, find_carrier, refusals_to_carry
from custody.claimed import lock_vials_with_places
from custody.late import as_entered, done_at, late_refusals
from custody.ledger import Entry
from custody.models import CustodyEvent, EventKind
from custody.rules.claiming import refusals_of_a_hold_by_others
from custody.rules.late import LateEntry
from custody.rules.people import refusals_without_second
from custody.rules.statuses import refusals_to_enter
from custody.steps import admit_over, claims_on, of_each, take_out
from inventory.models import Custody
from sop.action import Action


class InternalPurpose(models.TextChoices):
    """Why a vial leaves its place without an order of a patient."""

    QC = "qc", "QC testing"
    REARRANGE = "rearrange", "Rearranging"
    DISCARD = "discard", "Discarding"
    SPLIT = "split", "Splitting"
    TRANSFER = "transfer", "Transfer to another place"


def check_out_vials(
    *,
    vial_ids: Sequence[int],
    purpose: InternalPurpose,
    intent: SignedIntent,
    at: datetime,
    late: LateEntry | None = None,
    carrier_id: int | None = None,
) -> list[CustodyEvent]:
    """
    Check vials out for `purpose`, signed by two people; their places are kept for them.

    late: when it was done, where it is entered afterwards. carrier_id: what they are carried in;
    None: on the open bench.
    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, WRONG_CUSTODY,
    VIAL_GONE, CLAIMED, CARRIER_*, LATE_*).
    Source: REQUIREMENTS B8, B9; URS-31, URS-32.
    """
    with signed_change(intent, action=Action.CHECK_OUT_VIALS) as change:
        vials = lock_vials_with_places(vial_ids)
        carrier = find_carrier(carrier_id)
        change.subject.update(vials=[vial.code for vial in vials], purpose=purpose)
        admit_over(change, Action.CHECK_OUT_VIALS, vials)
        refuse_if(
            refusals_without_second(intent)
            + of_each(vials, lambda vial: refusals_to_enter(vial, Custody.CHECKED_OUT))
            + refusals_of_a_hold_by_others(claims_on(vials))
            + refusals_to_carry(carrier, vials, at=at)
            + late_refusals(late, vials, intent=intent, at=at)
        )
        details: dict[str, object] = {"purpose": purpose, **details_of(carrier)}
        entry = Entry(kind=EventKind.CHECKED_OUT, reason=intent.reason, details=details)
        return take_out(change, vials, as_entered(entry, late), at=done_at(late, at))
