"""Placing a hold, or recalling: one action reaches a batch, a patient, a donor or a tank."""

from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from audit.writes import create_all
from custody.ledger import Entry, append, snapshot, write
from custody.locks import lock_vials
from custody.models import EventKind, HeldVial, Hold, HoldScope
from custody.status import QUALITY_TRANSITIONS
from custody.steps import require_authority_over
from inventory.models import GONE, Identifier, Quality, Vial
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
        require_authority_over(change, Action.PLACE_HOLD, vials)
        hold = Hold(
            scope=scope,
            subject=subject[:100],
            program_id=_one_program(vials),
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


def _one_program(vials: list[Vial]) -> int | None:
    """Return the program all of them belong to, or nothing when they belong to several."""
    programs = {vial.program_id for vial in vials}
    return programs.pop() if len(programs) == 1 else None


def _locked(scope: HoldScope, subject: str) -> list[Vial]:
    """
    Lock all that the hold reaches, also what was split off while the locks were awaited.

    Raises ActionRefused (UNKNOWN_CODE, NOTHING_TO_HOLD).
    """
    refuse_if(_refusals_of_codes(subject) if scope == HoldScope.VIALS else [])
    keys: set[int] = set()
    vials: list[Vial] = []
    while more := _reach(scope, subject) - keys:
        keys |= more
        vials = lock_vials(sorted(keys))
    vials = [vial for vial in vials if vial.custody not in GONE]
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


def _reach(scope: HoldScope, subject: str) -> set[int]:
    """Return the keys of what is named and not gone, and of every descendant that is not."""
    value: str | list[str] = subject.split() if scope == HoldScope.VIALS else subject.strip()
    named = Vial.objects.filter(**{BY_SCOPE[scope]: value})
    family = new = set(named.values_list("pk", flat=True))
    while new:  # through what was used up by a split: its parts are still there
        children = Vial.objects.filter(parent__in=new)
        new = set(children.values_list("pk", flat=True)) - family
        family = family | new
    alive = Vial.objects.filter(pk__in=family).exclude(custody__in=GONE)
    return set(alive.values_list("pk", flat=True))


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
