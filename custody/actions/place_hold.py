"""Placing a hold, or recalling: one action reaches a batch, a patient, a donor or a tank."""

from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.errors import ActionRefused, Refusal
from audit.writes import create_all
from custody.ledger import Entry, append, snapshot, write
from custody.locks import lock_vials
from custody.models import EventKind, HeldVial, Hold, HoldScope
from custody.status import QUALITY_TRANSITIONS
from custody.steps import require_authority_over
from inventory.models import GONE, Quality, Vial
from sop.action import Action

BY_SCOPE = {
    HoldScope.VIALS: "code__in",
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

    subject: vial codes separated by blanks, a batch number, a COI id, a donation number or a
    unit's code, as `scope` says.
    is_recall: also set the quality of what was released to RECALLED.
    Raises NotAuthorised; ActionRefused (NOTHING_TO_HOLD).
    Source: 21 CFR 211.150(b); URS-115.
    """
    with signed_change(intent, action=Action.PLACE_HOLD) as change:
        change.subject.update(scope=scope, subject=subject)
        vials = _locked(scope, subject)
        require_authority_over(change, Action.PLACE_HOLD, vials)
        programs = {vial.program_id for vial in vials}
        hold = Hold(
            scope=scope,
            subject=subject[:100],
            program_id=programs.pop() if len(programs) == 1 else None,
            reason=intent.reason,
            placed_by_id=intent.signer.pk,
            placed_at=at,
            is_recall=is_recall,
        )
        hold.save(force_insert=True)
        create_all([HeldVial(hold=hold, vial=vial) for vial in vials])
        entry = Entry(
            kind=EventKind.HELD, reason=intent.reason, details={"hold": hold.pk, "scope": scope}
        )
        append(change, vials, snapshot(vials), entry, at=at)
        if is_recall:
            _recall(change, vials, intent, at)
        change.sign([hold])
        return hold


def _locked(scope: HoldScope, subject: str) -> list[Vial]:
    value: str | list[str] = subject.split() if scope == HoldScope.VIALS else subject.strip()
    found = Vial.objects.filter(**{BY_SCOPE[scope]: value}).exclude(custody__in=GONE)
    keys = set(found.values_list("pk", flat=True))
    reached = keys
    while reached:
        children = Vial.objects.filter(parent__in=reached).exclude(custody__in=GONE)
        reached = set(children.values_list("pk", flat=True)) - keys
        keys = keys | reached
    if not keys:
        raise ActionRefused(
            [
                Refusal(
                    "NOTHING_TO_HOLD",
                    f"Nothing that could still be used belongs to “{subject}”. Check the code.",
                )
            ]
        )
    return lock_vials(sorted(keys))


def _recall(change: OpenChange, vials: list[Vial], intent: SignedIntent, at: datetime) -> None:
    recalled = [
        vial for vial in vials if Quality.RECALLED in QUALITY_TRANSITIONS[Quality(vial.quality)]
    ]
    before = snapshot(recalled)
    for vial in recalled:
        vial.quality = Quality.RECALLED
    entry = Entry(kind=EventKind.QUALITY_DECIDED, reason=intent.reason, details={"recall": True})
    write(change, recalled, before, entry, at=at)
