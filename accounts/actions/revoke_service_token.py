"""Taking a token away from another system, at once."""

from datetime import datetime

from accounts.authority import require_role
from accounts.models import ServiceToken
from accounts.reviewing import settle_revoked_token
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if


def revoke_service_token(*, token_id: int, intent: SignedIntent, at: datetime) -> ServiceToken:
    """
    Revoke a token; the next request that carries it is refused.

    Raises NotAuthorised; ActionRefused (ALREADY_REVOKED).
    Source: 21 CFR 11.300(c); URS-67.
    """
    with signed_change(intent, action="revoke_service_token") as change:
        token = ServiceToken.objects.select_for_update(of=("self",), no_key=True).get(pk=token_id)
        require_role(intent.signer, [Role.ADMINISTRATOR, Role.QA])
        if token.revoked_at is not None:
            refuse_if([Refusal("ALREADY_REVOKED", f"The token {token.name} is already revoked.")])
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        settle_revoked_token(token)
        change.sign([token])
    return token
