"""Handing somebody a badge, a key or a device."""

from datetime import datetime

from accounts.authority import require_role
from accounts.carrying import KEEPERS, TAKEN, NewToken, hand_over, refusals_to_issue
from accounts.models import AccessToken, Person
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import refuse_if


def issue_access_token(*, new: NewToken, intent: SignedIntent, at: datetime) -> AccessToken:
    """
    Hand a token to somebody; it counts once it passed its first test.

    Raises NotAuthorised; ActionRefused (CODE_MISSING, NO_OPEN_ACCOUNT, OWN_TOKEN, CODE_TAKEN).
    Source: 21 CFR 11.300(c), (e); URS-67, URS-70.
    """
    with signed_change(intent, action="issue_access_token") as change:
        change.subject.update(code=new.code, kind=new.kind)
        require_role(intent.signer, KEEPERS)
        holder = Person.objects.get(pk=new.holder_id)
        refuse_if(refusals_to_issue(new, holder, [intent.signer]))
        with refused_by("accounts_accesstoken_code_key", TAKEN):
            row = hand_over(new, holder, at=at, replaces=None)
        change.sign([row])
    return row
