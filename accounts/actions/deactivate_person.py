"""Closing an account."""

from accounts.authority import require_role
from accounts.closing import give_up
from accounts.models import Person
from accounts.reviewing import settle_closed_account
from accounts.roles import Role
from accounts.sessions import end_sessions
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if


def deactivate_person(*, person_id: int, intent: SignedIntent) -> Person:
    """
    Deactivate an account and end its sessions; its id stays taken, its history readable.

    What its person had claimed and not taken out is in the queue again.

    Raises NotAuthorised; ActionRefused (ALREADY_DEACTIVATED, OWN_ACCOUNT).
    Source: 21 CFR 11.10(d); URS-11, URS-17.
    """
    with signed_change(intent, action="deactivate_person") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(person, intent))
        person.is_active = False
        person.save(update_fields=["is_active"])
        end_sessions(person, note="The account was closed")
        give_up(change, person, at=intent.confirmed_at)
        settle_closed_account(person)
        change.sign([person])
    return person


def _refusals(person: Person, intent: SignedIntent) -> list[Refusal]:
    refusals = []
    if not person.is_active:
        refusals.append(
            Refusal("ALREADY_DEACTIVATED", f"{person.full_name}'s account is already closed.")
        )
    if person.pk == intent.signer.pk:
        refusals.append(
            Refusal("OWN_ACCOUNT", "Nobody closes their own account: ask another administrator.")
        )
    return refusals
