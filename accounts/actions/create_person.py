"""Opening an account."""

from accounts.asking import ask
from accounts.authority import require_role
from accounts.granting import give, role_wanted
from accounts.models import Person, RequestStatus
from accounts.opening import NewAccount, open_account, refusals_to_open
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if


def create_person(*, account: NewAccount, intent: SignedIntent) -> Person:
    """
    Open an account, and ask for its roles: somebody else approves them before they count.

    Raises NotAuthorised; ActionRefused (USER_ID_TAKEN, BADGE_TAKEN, FULL_NAME_MISSING,
    ROLES_EXCLUDE_EACH_OTHER).
    Source: 21 CFR 11.100(a), 11.300(a); URS-11, URS-15, URS-16, URS-65.
    """
    with signed_change(intent, action="create_person") as change:
        change.subject.update(user_id=account.user_id)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(refusals_to_open(account))
        person = open_account(account)
        change.sign([person])
        asked = [ask(person, role_wanted(role), intent=intent) for role in account.roles]
        change.sign(asked)
        alone = [Role(row.role) for row in asked if row.status == RequestStatus.ALONE]
        change.sign([give(person, role) for role in alone])
        return person
