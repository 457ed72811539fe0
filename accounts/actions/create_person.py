"""Opening an account."""

from accounts.authority import require_role
from accounts.models import Person
from accounts.opening import NewAccount, open_account, refusals_to_open
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if


def create_person(*, account: NewAccount, intent: SignedIntent) -> Person:
    """
    Open an account with its roles.

    Raises NotAuthorised; ActionRefused (USER_ID_TAKEN, BADGE_TAKEN, FULL_NAME_MISSING,
    ROLES_EXCLUDE_EACH_OTHER).
    Source: 21 CFR 11.100(a), 11.300(a); URS-11, URS-15, URS-65.
    """
    with signed_change(intent, action="create_person") as change:
        change.subject.update(user_id=account.user_id)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(refusals_to_open(account))
        person = open_account(account)
        change.sign([person])
        return person
