"""Releasing a hold."""

from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from audit.writes import update_all
from custody.ledger import Entry, append, snapshot
from custody.locks import lock_vials
from custody.models import EventKind, HeldVial, Hold
from custody.steps import admit_over
from inventory.models import Vial
from sop.action import Action


def release_hold(*, hold_id: int, intent: SignedIntent, at: datetime) -> Hold:
    """
    Release a hold; never by the person who placed it.

    Raises NotFound; NotAuthorised; ActionRefused (ALREADY_RELEASED, PLACED_BY_YOU).
    Source: REQUIREMENTS B8; URS-115.
    """
    with signed_change(intent, action=Action.RELEASE_HOLD) as change:
        vials = _lock_held(hold_id)
        hold = Hold.objects.select_for_update(of=("self",), no_key=True).filter(pk=hold_id).first()
        if hold is None:
            raise NotFound([Refusal("UNKNOWN_HOLD", "No such hold. Open it from the list.")])
        change.subject.update(hold=hold.pk)
        admit_over(change, Action.RELEASE_HOLD, vials)
        refuse_if(_refusals(hold, intent))
        hold.released_by_id, hold.released_at = intent.signer.pk, at
        hold.release_reason = intent.reason
        hold.save(update_fields=["released_by", "released_at", "release_reason"])
        held = list(HeldVial.objects.open().filter(hold=hold))
        for row in held:
            row.released_at = at
        update_all(held, ["released_at"])
        entry = Entry(kind=EventKind.HOLD_RELEASED, reason=intent.reason, details={"hold": hold.pk})
        append(change, vials, snapshot(vials), entry, at=at)
        change.sign([hold])
        return hold


def _lock_held(hold_id: int) -> list[Vial]:
    """Lock all vials under the hold; parts that were split off meanwhile are under it too."""
    keys: set[int] = set()
    vials: list[Vial] = []
    rows = HeldVial.objects.filter(hold=hold_id)
    while more := set(rows.values_list("vial", flat=True)) - keys:
        keys |= more
        vials = lock_vials(sorted(keys))
    return vials


def _refusals(hold: Hold, intent: SignedIntent) -> list[Refusal]:
    refusals = []
    if hold.released_at is not None:
        refusals.append(
            Refusal("ALREADY_RELEASED", f"The hold on {hold.subject} was released before.")
        )
    if hold.placed_by_id == intent.signer.pk:
        refusals.append(
            Refusal("PLACED_BY_YOU", "You placed this hold: somebody else in QA must release it.")
        )
    return refusals
