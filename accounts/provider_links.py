"""Who proves who they are at the identity provider, and whose an identity there is."""

from accounts.models import Person, ProviderLink
from accounts.provider import Identity
from audit.errors import Refusal

AT_THE_PROVIDER = Refusal(
    "AT_THE_PROVIDER",
    "This account signs in at the identity provider, and no password counts for it. An "
    "administrator can end that first.",
)


def link_of(person_id: int) -> ProviderLink | None:
    """Return the binding of an account that is in force; None while its password counts."""
    rows = ProviderLink.objects.filter(person=person_id, ended_at__isnull=True)
    return rows.filter(linked_at__isnull=False).first()


def permission_of(person_id: int) -> ProviderLink | None:
    """Return what an administrator permitted and the person has not taken up yet."""
    rows = ProviderLink.objects.filter(person=person_id, ended_at__isnull=True)
    return rows.filter(linked_at__isnull=True).first()


def person_of(identity: Identity) -> Person | None:
    """Return whose account an identity at the provider is bound to; None when to nobody's."""
    rows = ProviderLink.objects.filter(issuer=identity.issuer, subject=identity.subject)
    link = rows.filter(ended_at__isnull=True, linked_at__isnull=False)
    found = link.select_related("person").first()
    return None if found is None else found.person
