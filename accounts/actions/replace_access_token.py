"""Replacing a badge, a key or a device that counts no more, by two people."""

from datetime import datetime

from accounts.authority import require_role
from accounts.carrying import (
    KEEPERS,
    TAKEN,
    NewToken,
    hand_over,
    locked_token,
    refusals_to_issue,
    refusals_to_replace,
)
from accounts.models import AccessToken, TokenKind
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import refuse_if
from audit.signing import signers


def replace_access_token(
    *, token_id: int, code: str, intent: SignedIntent, at: datetime
) -> AccessToken:
    """
    Hand the holder another token in the place of one that counts no more; two keepers sign.

    code: of the new one.
    Raises NotFound; NotAuthorised; ActionRefused (TWO_PEOPLE, COUNTS_STILL, REPLACED, and what
    speaks against issuing it).
    Source: 21 CFR 11.300(c); URS-31, URS-67.
    """
    by = [proof.signer for proof in signers(intent)]
    with signed_change(intent, action="replace_access_token") as change:
        old = locked_token(token_id)
        change.subject.update(token=old.code, holder=old.holder.user_id)
        for person in by:
            require_role(person, KEEPERS)
        new = NewToken(kind=TokenKind(old.kind), code=code, holder_id=old.holder_id)
        refuse_if(
            refusals_to_replace(old, is_by_two=len(by) == 2)
            + refusals_to_issue(new, old.holder, by)
        )
        with refused_by("accounts_accesstoken_code_key", TAKEN):
            row = hand_over(new, old.holder, at=at, replaces=old)
        change.sign([row])
    return row
