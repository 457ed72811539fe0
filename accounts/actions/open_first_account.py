"""Opening the first account of an installation, by which all others are opened."""

from accounts.granting import give
from accounts.models import Person
from accounts.opening import NewAccount, open_account, refusals_to_open
from audit.changes import machine_change
from audit.errors import Refusal, refuse_if

NOT_THE_FIRST = Refusal(
    "NOT_THE_FIRST", "There are accounts already: an administrator must sign for a new one."
)


def open_first_account(*, account: NewAccount, device: str) -> Person:
    """
    Open the very first account with its roles; nobody can sign for it or approve it yet.

    device: the name of the installation's machine on which it is done.
    Raises ActionRefused (NOT_THE_FIRST, FULL_NAME_MISSING, ROLES_EXCLUDE_EACH_OTHER).
    Source: 21 CFR 11.10(d); URS-10, URS-16.
    """
    reason = "The first administrator's account"
    with machine_change(device, action="open_first_account", reason=reason) as change:
        change.subject.update(user_id=account.user_id)
        refuse_if([NOT_THE_FIRST] if Person.objects.exists() else [])
        refuse_if(refusals_to_open(account))
        person = open_account(account)
        for role in account.roles:
            give(person, role)
        return person
