"""Recording who verified the first administrator, by whom all others are verified."""

from datetime import date

from accounts.authority import require_role
from accounts.models import IdentityVerification, Person, fold
from accounts.roles import Role
from audit.changes import machine_change
from audit.errors import ActionRefused, Refusal, refuse_if

NOT_THE_FIRST = Refusal(
    "NOT_THE_FIRST", "Somebody is verified already: an administrator must sign for the next one."
)
UNKNOWN = Refusal("NO_SUCH_ACCOUNT", "Nobody has this user id. Open the account first.")
NOT_SAID = Refusal("METHOD_MISSING", "Say who verified the identity, and how.")


def verify_first_identity(
    *, user_id: str, verifier_name: str, method: str, verified_on: date, device: str
) -> IdentityVerification:
    """
    Record the very first verification, for which nobody can sign yet.

    verifier_name: who looked, such as somebody of quality. device: the name of the
    installation's machine on which it is done.
    Raises NotAuthorised: not an administrator; ActionRefused (NOT_THE_FIRST, NO_SUCH_ACCOUNT,
    METHOD_MISSING).
    Source: 21 CFR 11.100(b); URS-12.
    """
    reason = "The first administrator's identity"
    with machine_change(device, action="verify_first_identity", reason=reason) as change:
        change.subject["person"] = fold(user_id)
        person = Person.objects.filter(user_id=fold(user_id)).first()
        refusals = [NOT_THE_FIRST] if IdentityVerification.objects.exists() else []
        if not (verifier_name.strip() and method.strip()):
            refusals.append(NOT_SAID)
        if person is None:
            raise ActionRefused([*refusals, UNKNOWN])
        refuse_if(refusals)
        require_role(person, [Role.ADMINISTRATOR])
        row = IdentityVerification(
            person=person,
            verifier_name=verifier_name.strip(),
            method=method.strip(),
            verified_on=verified_on,
        )
        row.save(force_insert=True)
    return row
