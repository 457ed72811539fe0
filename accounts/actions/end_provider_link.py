"""Ending the binding of an account to the identity provider."""

from datetime import datetime

from accounts.authority import require_role
from accounts.models import EarlierPassword, Person, ProviderLink
from accounts.passwords import new_secret, set_password
from accounts.roles import Role
from accounts.sessions import end_sessions
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import ActionRefused, Refusal, refuse_if

OWN_ACCOUNT = Refusal("OWN_ACCOUNT", "Nobody ends their own: ask another administrator.")


def end_provider_link(*, person_id: int, intent: SignedIntent, at: datetime) -> str:
    """
    End the binding of an account; return the secret by which its person comes back.

    The secret opens the way to a password of their own, nowhere else. All their sessions end. Of
    a permission that was not taken up nothing else ends, and the secret is empty.
    Raises NotAuthorised; ActionRefused (NOT_PERMITTED, OWN_ACCOUNT).
    Source: 21 CFR 11.200(a)(2), 11.300(b); URS-16, URS-58.
    """
    secret = new_secret()
    with signed_change(intent, action="end_provider_link") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        link = ProviderLink.objects.filter(person=person, ended_at__isnull=True).first()
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if link is None:
            words = f"{person.full_name} signs in with a password already."
            raise ActionRefused([Refusal("NOT_PERMITTED", words)])
        refuse_if([OWN_ACCOUNT] if person.pk == intent.signer.pk else [])
        link.ended_at = at
        link.save(update_fields=["ended_at"])
        change.sign([link])
        if link.linked_at is None:
            return ""
        set_password(person, secret, lasts_from=None)
        person.save(update_fields=["password", "password_set_at", "password_is_temporary"])
        EarlierPassword(person=person, password=person.password).save(force_insert=True)
        end_sessions(person, note="The link to the identity provider was ended")
        change.sign([person])
    return secret
