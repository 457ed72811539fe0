"""Unlocking an account that failures have locked."""

from accounts.access import record_access
from accounts.authority import require_role
from accounts.lockout import is_locked, release
from accounts.models import AccessEvent, AccessKind, Person
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if


def unlock_account(*, person_id: int, ruled_out: str, intent: SignedIntent) -> AccessEvent:
    """
    Unlock an account; the signed entry of the access log keeps why misuse is ruled out.

    Raises NotAuthorised; ActionRefused (NOT_LOCKED, NOTE_MISSING).
    Source: 21 CFR 11.300(d); URS-68.
    """
    with signed_change(intent, action="unlock_account") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(person, ruled_out))
        release(person.user_id)
        entry = record_access(
            AccessKind.UNLOCKED, person=person, device=intent.device, note=ruled_out.strip()
        )
        change.sign([entry])
    return entry


def _refusals(person: Person, ruled_out: str) -> list[Refusal]:
    refusals = []
    if not is_locked(person.user_id):
        refusals.append(Refusal("NOT_LOCKED", f"{person.full_name}'s account is not locked."))
    if not ruled_out.strip():
        refusals.append(
            Refusal("NOTE_MISSING", "Say what you looked into and why it was no misuse.")
        )
    return refusals
