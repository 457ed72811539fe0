"""Placing a hold, or recalling: one action reaches a batch, a patient, a donor or a tank."""

from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from custody.holds import hold_vials, lock_with_parts
from custody.ledger import Entry, snapshot, write
from custody.models import EventKind, Hold, HoldScope
from custody.status import QUALITY_TRANSITIONS
from custody.steps import admit_over
from inventory.models import Identifier, Quality, Vial
from sop.action import Action

BY_SCOPE = {
    HoldScope.VIALS: "identifiers__code__in",
    HoldScope.BATCH: "batch__number",
    HoldScope.THERAPY: "therapy__coi",
    HoldScope.DONATION: "batch__donation_number",
    HoldScope.UNIT: "position__container__unit__code",
}


def place_hold(
    *,
    scope: HoldScope,
    subject: str,
    intent: SignedIntent,
    at: datetime,
    is_recall: bool = False,
) -> Hold:
    """
    Hold every vial under `subject`, descendants of splits included, that is not gone.

    subject: vial codes (old ones too) separated by blanks, a batch number, a COI id, a donation
    number or a unit's code, as `scope` says.
    is_recall: also set the quality of what was released to RECALLED.
    Raises NotAuthorised; ActionRefused (UNKNOWN_CODE, NOTHING_TO_HOLD).
    Source: 21 CFR 211.150(b); URS-115.
    """
    with signed_change(intent, action=Action.PLACE_HOLD) as change:
        change.subject.update(scope=scope, subject=subject)
        vials = _locked(scope, subject)
        admit_over(change, Action.PLACE_HOLD, vials)
        hold = hold_vials(
            change,
            vials,
            scope=scope,
            subject=subject,
            reason=intent.reason,
            at=at,
            is_recall=is_recall,
        )
        if is_recall:
            _recall(change, vials, intent, at)
        return hold


def _locked(scope: HoldScope, subject: str) -> list[Vial]:
    """
    Lock all that the hold reaches.

    Raises ActionRefused (UNKNOWN_CODE, NOTHING_TO_HOLD).
    """
    refuse_if(_refusals_of_codes(subject) if scope == HoldScope.VIALS else [])
    value: str | list[str] = subject.split() if scope == HoldScope.VIALS else subject.strip()
    vials = lock_with_parts(Vial.objects.filter(**{BY_SCOPE[scope]: value}))
    if not vials:
        raise ActionRefused(
            [
                Refusal(
                    "NOTHING_TO_HOLD",
                    f"Nothing that could still be used belongs to “{subject}”. Check the code.",
                )
            ]
        )
    return vials


def _refusals_of_codes(subject: str) -> list[Refusal]:
    codes = set(subject.split())
    known = Identifier.objects.filter(code__in=codes, vial__isnull=False)
    unknown = codes - set(known.values_list("code", flat=True))
    return [
        Refusal("UNKNOWN_CODE", f"No vial carries {code}. Scan the vial's own label.")
        for code in sorted(unknown)
    ]


def _recall(change: OpenChange, vials: list[Vial], intent: SignedIntent, at: datetime) -> None:
    recalled = [
        vial for vial in vials if Quality.RECALLED in QUALITY_TRANSITIONS[Quality(vial.quality)]
    ]
    before = snapshot(recalled)
    for vial in recalled:
        vial.quality = Quality.RECALLED
    entry = Entry(kind=EventKind.QUALITY_DECIDED, reason=intent.reason, details={"recall": True})
    write(change, recalled, before, entry, at=at)
