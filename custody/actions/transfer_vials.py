"""Transferring vials out of our custody for good."""

from collections.abc import Callable, Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal
from custody.ledger import Entry
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind
from custody.queries.warmth import warmth_of
from custody.released import released_as
from custody.rules.claiming import refusals_of_a_hold_by_others
from custody.rules.late import LateEntry
from custody.rules.leaving import refusals_to_transfer
from custody.rules.released import refusals_of_a_change
from custody.rules.warm import Step, refusals_of_warmth
from custody.steps import claims_on, held_among, leave
from inventory.models import Custody, Quality, Vial
from sop.action import Action


def transfer_vials(
    *,
    vial_ids: Sequence[int],
    receiver: str,
    intent: SignedIntent,
    at: datetime,
    in_quarantine: bool = False,
    late: LateEntry | None = None,
) -> list[CustodyEvent]:
    """
    Hand custody to another organisation, signed by two people.

    receiver: who takes them over: organisation and name.
    in_quarantine: that they ship under the statement “in quarantine”, to be released there.
    late: when it was done, where it is entered afterwards, by two people.
    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, NOT_RELEASED, EXPIRED,
    CHANGED_SINCE_RELEASE, ON_HOLD, CLAIMED, WRONG_CUSTODY, VIAL_GONE, EXCURSION, TEMPERATURE_GAP,
    EXCURSION_EVALUATED, LOW_NITROGEN, LOW_NITROGEN_EVALUATED, GAP_EVALUATED, EXPOSURE_EXCEEDED,
    LATE_*).
    Source: 21 CFR 1271.265(b), (c), 1271.290(d), (e); URS-91, URS-99.
    """
    with signed_change(intent, action=Action.TRANSFER_VIALS) as change:
        vials = lock_vials(vial_ids)
        return leave(
            change,
            vials,
            action=Action.TRANSFER_VIALS,
            to=Custody.TRANSFERRED,
            rule=_rule(vials, in_quarantine=in_quarantine, at=at),
            entry=Entry(
                kind=EventKind.TRANSFERRED,
                reason=intent.reason,
                details={"receiver": receiver, "in_quarantine": in_quarantine},
            ),
            at=at,
            two_people=True,
            late=late,
        )


def _rule(
    vials: Sequence[Vial], *, in_quarantine: bool, at: datetime
) -> Callable[[Vial], list[Refusal]]:
    """Return what is asked of each vial: what is claimed for a patient goes nowhere else."""
    held, claims = held_among(vials), claims_on(vials)
    keys = [vial.pk for vial in vials]
    decided, warmth = released_as(keys), warmth_of(keys, at=at)
    return lambda vial: [
        *refusals_of_a_hold_by_others({key: row for key, row in claims.items() if key == vial.pk}),
        *refusals_to_transfer(vial, in_quarantine=in_quarantine, is_held=vial.pk in held, at=at),
        *refusals_of_a_change(vial, decided.get(vial.pk, "")),
        *(
            []
            if in_quarantine and vial.quality == Quality.QUARANTINE
            else refusals_of_warmth(vial, warmth[vial.pk], Step.HAND_OVER, at=at)
        ),
    ]
