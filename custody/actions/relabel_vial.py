"""Giving a vial a new code; the old one leads to it for ever."""

from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from custody.ledger import Entry, snapshot, write
from custody.locks import lock_vials
from custody.models import EventKind
from custody.rules.people import refusals_without_second
from custody.rules.standing import refusals_to_relabel
from custody.steps import admit_over
from inventory.identities import who_is
from inventory.models import Identifier, IdentifierKind, Vial
from inventory.rules.telling import refusals_of_telling_codes
from sop.action import Action

TAKEN_MEANWHILE = Refusal(
    "CODE_KNOWN", "The code was taken a moment ago. Nothing was changed: take a new label."
)


def relabel_vial(*, vial_id: int, new_code: str, intent: SignedIntent, at: datetime) -> Vial:
    """
    Relabel a vial; the old code stays taken and points at the new one.

    new_code: canonical and never used before.
    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, CODE_KNOWN,
    CODE_TELLS_WHO, VIAL_GONE).
    Source: 21 CFR 1271.290(c); URS-86, URS-87, URS-94.
    """
    with signed_change(intent, action=Action.RELABEL_VIAL) as change:
        vial = lock_vials([vial_id])[0]
        change.subject.update(vial=vial.code, new_code=new_code)
        admit_over(change, Action.RELABEL_VIAL, [vial])
        refuse_if(refusals_without_second(intent) + _refusals(vial, new_code))
        old_code = vial.code
        old = Identifier.objects.get(code=old_code)
        new = Identifier(code=new_code, kind=IdentifierKind.VIAL, vial=vial)
        with refused_by("inventory_identifier_code_key", TAKEN_MEANWHILE):
            new.save(force_insert=True)
        old.replaced_by = new
        old.save(update_fields=["replaced_by"])
        before = snapshot([vial])
        vial.code = new_code
        entry = Entry(
            kind=EventKind.RELABELLED,
            reason=intent.reason,
            codes={vial.pk: (old_code, new_code)},
        )
        events = write(change, [vial], before, entry, at=at, also=["code"])
        change.sign(events)
        return vial


def _refusals(vial: Vial, new_code: str) -> list[Refusal]:
    refusals = []
    if Identifier.objects.filter(code=new_code).exists():
        refusals.append(Refusal("CODE_KNOWN", f"{new_code} is already in use. Take a new label."))
    who = who_is(vial.therapy.patient if vial.therapy else None)
    return refusals + refusals_of_telling_codes([new_code], who) + refusals_to_relabel(vial)
