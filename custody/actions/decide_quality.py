"""Deciding quality: release, reject, quarantine again, or supply out of specification."""

from collections.abc import Sequence
from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if
from custody.burdens import NONE, Burdens, burdens_on
from custody.ledger import Entry, snapshot, write
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind
from custody.queries.critical import refusals_of_review
from custody.released import RELEASED_AS
from custody.releasing import refusals_to_release_warm
from custody.rules.deciding import (
    BY_RELEASE_ONLY,
    refusals_of_form,
    refusals_to_decide,
)
from custody.rules.released import fingerprint
from custody.steps import admit_over, of_each
from inventory.models import Quality, Vial
from sop.action import Action


def decide_quality(
    *,
    vial_ids: Sequence[int],
    decision: Quality,
    evidence: str,
    intent: SignedIntent,
    at: datetime,
) -> list[CustodyEvent]:
    """
    Decide on vials, all or none, with one signature under each event.

    evidence: what the decision rests on: the certificate, the missing tests and their deadline,
    or the physician's request and the risk evaluation.
    Raises NotFound; NotAuthorised; ActionRefused (WRONG_QUALITY, NOT_A_DECISION, NOT_RECEIVED,
    ON_HOLD, DEVIATION_OPEN, EXPIRED, NO_EVIDENCE, TRAIL_NOT_REVIEWED, EXCURSION, TEMPERATURE_GAP,
    EXCURSION_EVALUATED, LOW_NITROGEN, LOW_NITROGEN_EVALUATED, GAP_EVALUATED, EXPOSURE_EXCEEDED).
    Source: 21 CFR 1271.265(c)(1); REQUIREMENTS B8; URS-44, URS-61, URS-96.
    """
    with signed_change(intent, action=Action.DECIDE_QUALITY) as change:
        vials = lock_vials(vial_ids)
        change.subject.update(vials=[vial.code for vial in vials], decision=decision)
        admit_over(change, Action.DECIDE_QUALITY, vials)
        require_role(intent.signer, [Role.RELEASE if decision in BY_RELEASE_ONLY else Role.QA])
        burdens = burdens_on([vial.pk for vial in vials])
        waiting = refusals_of_review(vials, decision, on=at.date())
        refuse_if(
            refusals_of_form(decision, evidence)
            + of_each(
                vials,
                lambda vial: _refusals(vial, decision, burdens.get(vial.pk, NONE), at),
            )
            + refusals_to_release_warm(vials, decision, at=at)
            + list(waiting.values())
        )
        before = snapshot(vials)
        for vial in vials:
            vial.quality = decision
        events = write(change, vials, before, _entry(vials, evidence, intent), at=at)
        change.sign(events)
        return events


def _refusals(vial: Vial, decision: Quality, burdens: Burdens, at: datetime) -> list[Refusal]:
    return refusals_to_decide(
        vial, decision, is_held=bool(burdens.holds), deviations=burdens.numbers, at=at
    )


def _entry(vials: Sequence[Vial], evidence: str, intent: SignedIntent) -> Entry:
    return Entry(
        kind=EventKind.QUALITY_DECIDED,
        reason=intent.reason,
        details={"evidence": evidence},
        each={vial.pk: {RELEASED_AS: fingerprint(vial)} for vial in vials},
    )
