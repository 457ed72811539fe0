"""Giving another system its token."""

import secrets

from accounts.authority import require_role
from accounts.models import Person, ServiceToken
from accounts.roles import Role
from accounts.tokens import digest_of
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if


def issue_service_token(*, name: str, account_id: int, intent: SignedIntent) -> str:
    """
    Issue a token for a service account and return it; it can never be read again.

    Raises NotAuthorised; ActionRefused (NOT_A_SERVICE_ACCOUNT, TOKEN_NAME_TAKEN).
    Source: 21 CFR 11.10(h); URS-28.
    """
    token = secrets.token_urlsafe(32)
    with signed_change(intent, action="issue_service_token") as change:
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(name, account_id))
        row = ServiceToken(name=name, account_id=account_id, digest=digest_of(token))
        row.save(force_insert=True)
        change.sign([row])
    return token


def _refusals(name: str, account_id: int) -> list[Refusal]:
    refusals = []
    personal = Person.objects.filter(pk=account_id, is_shared=False)
    if not personal.filter(groups__name=Role.SERVICE).exists():
        refusals.append(
            Refusal(
                "NOT_A_SERVICE_ACCOUNT",
                "Tokens are for accounts with the service role that are not shared.",
            )
        )
    if ServiceToken.objects.filter(name=name).exists():
        refusals.append(Refusal("TOKEN_NAME_TAKEN", f"A token named {name} was issued before."))
    return refusals
