"""Testing that a badge, key or device works and was not tampered with."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.access_rules import newest_limits
from accounts.authority import require_role
from accounts.carrying import COUNTS_NO_MORE, KEEPERS, OWN_TOKEN, follow_badge, locked_token
from accounts.models import AccessToken, TokenState, TokenTest
from audit.authors import Author, SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if

NOT_SAID = Refusal("FINDING_MISSING", "Say what was looked at, and what was found.")


def check_access_token(
    *,
    token_id: int,
    works: bool,
    is_intact: bool,
    found: str,
    intent: SignedIntent,
    at: datetime,
) -> TokenTest:
    """
    Record a function and tamper test; what passes counts until the next is due, what fails no more.

    Raises NotFound; NotAuthorised; ActionRefused (COUNTS_NO_MORE, OWN_TOKEN, FINDING_MISSING).
    Source: 21 CFR 11.300(e); URS-70.
    """
    with signed_change(intent, action="check_access_token") as change:
        token = locked_token(token_id)
        change.subject.update(token=token.code, holder=token.holder.user_id)
        require_role(intent.signer, KEEPERS)
        refuse_if(_refusals(token, found, intent.signer))
        test = TokenTest(
            token=token, works=works, is_intact=is_intact, found=found.strip(), tested_at=at
        )
        test.save(force_insert=True)
        if works and is_intact:
            due = timedelta(days=newest_limits().token_test_days)
            token.state, token.next_test_on = TokenState.IN_USE, timezone.localdate(at) + due
        else:
            token.state, token.ended_at = TokenState.FAILED, at
        token.save(update_fields=["state", "next_test_on", "ended_at"])
        follow_badge(token)
        change.sign([token])
    return test


def _refusals(token: AccessToken, found: str, by: Author) -> list[Refusal]:
    refusals = [COUNTS_NO_MORE] if token.ended_at is not None else []
    if token.holder_id == by.pk:
        refusals.append(OWN_TOKEN)
    if not found.strip():
        refusals.append(NOT_SAID)
    return refusals
