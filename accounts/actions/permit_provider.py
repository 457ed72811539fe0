"""Letting somebody prove who they are at the identity provider."""

from datetime import datetime

from accounts import provider
from accounts.authority import require_role
from accounts.models import Person, ProviderLink
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if


def permit_provider(*, person_id: int, intent: SignedIntent, at: datetime) -> ProviderLink:
    """
    Permit somebody to bind their account to their identity at the provider.

    Only they can take it up, with their password and at the provider: so no one, administrators
    included, attaches an identity of their own to somebody else's account.
    Raises NotAuthorised; ActionRefused (NO_PROVIDER, ACCOUNT_CLOSED, SHARED_ACCOUNT, OWN_ACCOUNT,
    ALREADY_PERMITTED).
    Source: 21 CFR 11.200(a)(2), (3); URS-16, URS-58, URS-62.
    """
    with signed_change(intent, action="permit_provider") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(person, intent))
        link = ProviderLink(person=person, permitted_at=at)
        link.save(force_insert=True)
        change.sign([link])
    return link


def _refusals(person: Person, intent: SignedIntent) -> list[Refusal]:
    refusals = []
    if not provider.is_configured():
        refusals.append(Refusal("NO_PROVIDER", "This site has no identity provider."))
    if not person.is_active:
        refusals.append(Refusal("ACCOUNT_CLOSED", f"{person.full_name}'s account is closed."))
    if person.is_shared:
        refusals.append(Refusal("SHARED_ACCOUNT", "A shared account is nobody's identity."))
    if person.pk == intent.signer.pk:
        words = "Nobody permits it to themselves: ask another administrator."
        refusals.append(Refusal("OWN_ACCOUNT", words))
    if ProviderLink.objects.filter(person=person, ended_at__isnull=True).exists():
        words = f"{person.full_name} is permitted it already."
        refusals.append(Refusal("ALREADY_PERMITTED", words))
    return refusals
