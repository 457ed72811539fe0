"""Splitting a vial into parts that inherit its identity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from audit.writes import create_all
from custody.ledger import Before, Entry, append, snapshot, write
from custody.locks import lock_vials
from custody.models import EventKind, HeldVial
from custody.released import RELEASED_AS, released_as
from custody.rules.people import refusals_without_second
from custody.rules.standing import refusals_unless_in_hand
from custody.steps import admit_over, free_kept_places, let_go
from custody.time_out import OUT_SINCE, out_since
from inventory.identities import who_is
from inventory.models import Custody, Identifier, IdentifierKind, Purpose, Vial, VialKind
from inventory.rules.telling import refusals_of_telling_codes
from sop.action import Action

TAKEN_MEANWHILE = Refusal(
    "CODE_KNOWN", "A code was taken a moment ago. Nothing was changed: take new labels."
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part to be made; `code` is canonical and new."""

    code: str
    volume_ml: Decimal
    kind: VialKind
    purpose: Purpose


def split_vial(
    *, vial_id: int, parts: Sequence[Part], intent: SignedIntent, at: datetime
) -> list[Vial]:
    """
    Split a checked-out vial; the parts inherit COI, expiry, quality, holds and time out.

    What is left in the parent stays in it; a parent that is empty is consumed. The time out of
    storage of a part runs from when its parent left storage.
    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, NOT_IN_HAND, NO_PARTS,
    TOO_MUCH, CODE_KNOWN, CODE_TELLS_WHO).
    Source: REQUIREMENTS B9; URS-86, URS-87, URS-88, URS-94, URS-115.
    """
    with signed_change(intent, action=Action.SPLIT_VIAL) as change:
        parent = lock_vials([vial_id])[0]
        change.subject.update(vial=parent.code, parts=[part.code for part in parts])
        admit_over(change, Action.SPLIT_VIAL, [parent])
        known = Identifier.objects.filter(code__in=[part.code for part in parts])
        refuse_if(
            refusals_without_second(intent)
            + _refusals(parent, parts, set(known.values_list("code", flat=True)))
        )
        children = _make(parent, parts)
        _inherit_holds(parent, children)
        _append(change, parent, children, at)
        return children


def _make(parent: Vial, parts: Sequence[Part]) -> list[Vial]:
    with (
        refused_by("inventory_vial_code_key", TAKEN_MEANWHILE),
        refused_by("inventory_identifier_code_key", TAKEN_MEANWHILE),
    ):
        children = create_all(_children(parent, parts))
        create_all([Identifier(code=c.code, kind=IdentifierKind.VIAL, vial=c) for c in children])
    return children


def _children(parent: Vial, parts: Sequence[Part]) -> list[Vial]:
    return [
        Vial(
            code=part.code,
            batch=parent.batch,
            program_id=parent.program_id,
            therapy=parent.therapy,
            parent=parent,
            kind=part.kind,
            purpose=part.purpose,
            volume_ml=part.volume_ml,
            expires_at=parent.expires_at,
            quality=parent.quality,
            custody=Custody.CHECKED_OUT,
            custodian=parent.custodian,
        )
        for part in parts
    ]


def _inherit_holds(parent: Vial, children: Sequence[Vial]) -> None:
    holds = HeldVial.objects.open().filter(vial=parent).values_list("hold", flat=True)
    create_all([HeldVial(hold_id=hold, vial=child) for hold in holds for child in children])


def _append(change: OpenChange, parent: Vial, children: Sequence[Vial], at: datetime) -> None:
    before = snapshot([parent])
    parent.volume_ml -= sum((child.volume_ml for child in children), Decimal(0))
    reason = "" if change.intent is None else change.intent.reason
    split = Entry(
        kind=EventKind.SPLIT,
        reason=reason,
        details={
            "parts": [child.code for child in children],
            "left_ml": str(parent.volume_ml),
        },
    )
    if parent.volume_ml == 0:
        parent.volume_ml = sum((child.volume_ml for child in children), Decimal(0))
        let_go([parent], Custody.CONSUMED_SPLIT)
        free_kept_places([parent])
    events = write(change, [parent], before, split, at=at, also=["volume_ml"])
    made = Entry(
        kind=EventKind.MADE_BY_SPLIT,
        reason=reason,
        details={
            "parent": parent.code,
            OUT_SINCE: out_since([parent.pk])[parent.pk].isoformat(),
            RELEASED_AS: released_as([parent.pk]).get(parent.pk, ""),
        },
    )
    nowhere = {child.pk: Before("", "", None, None) for child in children}
    events += append(change, children, nowhere, made, at=at)
    change.sign(events)


def _refusals(parent: Vial, parts: Sequence[Part], known: set[str]) -> list[Refusal]:
    refusals = refusals_unless_in_hand(parent)
    if not parts or any(part.volume_ml <= 0 for part in parts):
        refusals.append(Refusal("NO_PARTS", "Name at least one part, each with a volume."))
    total = sum((part.volume_ml for part in parts), Decimal(0))
    if total > parent.volume_ml:
        refusals.append(
            Refusal(
                "TOO_MUCH", f"{parent.code} holds {parent.volume_ml} ml; {total} ml were asked."
            )
        )
    refusals.extend(
        Refusal("CODE_KNOWN", f"{part.code} is already in use. Take a new label.")
        for part in parts
        if part.code in known
    )
    if len({part.code for part in parts}) < len(parts):
        refusals.append(Refusal("CODE_KNOWN", "Each part needs its own code."))
    who = who_is(parent.therapy.patient if parent.therapy else None)
    return refusals + refusals_of_telling_codes((part.code for part in parts), who)
