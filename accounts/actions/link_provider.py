"""Binding one's own account to one's identity at the provider."""

from datetime import datetime

from accounts.authority import require_own_account
from accounts.models import Person, ProviderLink, fold
from accounts.passwords import forget_password
from accounts.provider import Identity
from accounts.provider_links import permission_of, person_of
from accounts.sessions import end_sessions
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import ActionRefused, Refusal, refuse_if

NOT_PERMITTED = Refusal(
    "NOT_PERMITTED", "No administrator has permitted this, or it is done already. Ask one."
)
TAKEN = Refusal(
    "IDENTITY_TAKEN",
    "This identity at the provider is another account's. Sign in there as yourself.",
)


def link_provider(
    *,
    person_id: int,
    identity: Identity,
    attribution: Attribution,
    at: datetime,
    this_session: str = "",
) -> Person:
    """
    Bind the account of this session to the identity just proven; its password counts no more.

    this_session: the handle of the session that goes on; all others end.
    Raises NotAuthorised; ActionRefused (NOT_PERMITTED, IDENTITY_TAKEN, OTHER_IDENTITY).
    Source: 21 CFR 11.100(a), 11.200(a)(2); URS-57, URS-58, URS-62.
    """
    with attributed_change(attribution, action="link_provider") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id, subject=identity.subject)
        require_own_account(attribution.actor, person)
        link = permission_of(person.pk)
        if link is None:
            raise ActionRefused([NOT_PERMITTED])
        refuse_if(_refusals(person, identity))
        _take_up(link, identity, at)
        forget_password(person)
        person.save(update_fields=["password", "password_set_at", "password_is_temporary"])
        end_sessions(person, note="The identity provider was linked", but=this_session)
    return person


def _take_up(link: ProviderLink, identity: Identity, at: datetime) -> None:
    link.issuer, link.subject = identity.issuer, identity.subject
    link.known_as, link.linked_at = identity.known_as, at
    with refused_by("accounts_one_person_for_an_identity", TAKEN):
        link.save(update_fields=["issuer", "subject", "known_as", "linked_at"])


def _refusals(person: Person, identity: Identity) -> list[Refusal]:
    refusals = [TAKEN] if person_of(identity) is not None else []
    if identity.user_id and fold(identity.user_id) != person.user_id:
        words = (
            f"At the provider you are {identity.user_id}, here {person.user_id}. Sign in there as "
            "yourself, or ask an administrator."
        )
        refusals.append(Refusal("OTHER_IDENTITY", words))
    return refusals
