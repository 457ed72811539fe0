"""Opening the way to another password for somebody who lost theirs."""

from accounts.authority import require_role
from accounts.models import EarlierPassword, Person
from accounts.passwords import new_secret, set_password
from accounts.provider_links import AT_THE_PROVIDER, link_of
from accounts.roles import Role
from accounts.sessions import end_sessions
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if


def reset_password(*, person_id: int, intent: SignedIntent) -> str:
    """
    Replace a password by a temporary one and return it; it can never be read again.

    All sessions of the account end. It takes the person to the choice of their own, nowhere else.
    Raises NotAuthorised; ActionRefused (ACCOUNT_CLOSED, OWN_ACCOUNT, AT_THE_PROVIDER).
    Source: 21 CFR 11.200(a)(2), 11.300(b); URS-58.
    """
    secret = new_secret()
    with signed_change(intent, action="reset_password") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(person, intent))
        set_password(person, secret, lasts_from=None)
        person.save(update_fields=["password", "password_set_at", "password_is_temporary"])
        EarlierPassword(person=person, password=person.password).save(force_insert=True)
        end_sessions(person, note="The password was reset")
        change.sign([person])
    return secret


def _refusals(person: Person, intent: SignedIntent) -> list[Refusal]:
    refusals = []
    if not person.is_active:
        refusals.append(Refusal("ACCOUNT_CLOSED", f"{person.full_name}'s account is closed."))
    if person.pk == intent.signer.pk:
        words = "Change your own password on its page; another administrator resets it."
        refusals.append(Refusal("OWN_ACCOUNT", words))
    if link_of(person.pk) is not None:
        refusals.append(AT_THE_PROVIDER)
    return refusals
