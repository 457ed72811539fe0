"""Taking a lost, stolen or returned badge, key or device out of use, at once."""

from datetime import datetime

from accounts.authority import require_own_account, require_role
from accounts.carrying import COUNTS_NO_MORE, KEEPERS, follow_badge, locked_token
from accounts.models import AccessToken, TokenState
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if

WHY = (TokenState.LOST, TokenState.STOLEN, TokenState.RETURNED)
NO_REASON_TO_END = Refusal("NO_REASON_TO_END", "Say whether it is lost, stolen or returned.")


def end_access_token(
    *, token_id: int, state: TokenState, intent: SignedIntent, at: datetime
) -> AccessToken:
    """
    Let a token count no more, in one action: by its holder, quality or an administrator.

    state: lost, stolen or returned.
    Raises NotFound; NotAuthorised; ActionRefused (COUNTS_NO_MORE, NO_REASON_TO_END).
    Source: 21 CFR 11.300(c); URS-67.
    """
    with signed_change(intent, action="end_access_token") as change:
        token = locked_token(token_id)
        change.subject.update(token=token.code, holder=token.holder.user_id)
        if token.holder_id == intent.signer.pk:
            require_own_account(intent.signer, token.holder)
        else:
            require_role(intent.signer, KEEPERS)
        refuse_if([] if state in WHY else [NO_REASON_TO_END])
        refuse_if([COUNTS_NO_MORE] if token.ended_at is not None else [])
        token.state, token.ended_at = state, at
        token.save(update_fields=["state", "ended_at"])
        follow_badge(token)
        change.sign([token])
    return token
