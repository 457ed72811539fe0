"""Recording that somebody's identity was verified."""

from datetime import date

from django.utils import timezone

from accounts.authority import require_role
from accounts.models import IdentityVerification, Person
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if


def verify_identity(
    *, person_id: int, method: str, verified_on: date, intent: SignedIntent
) -> IdentityVerification:
    """
    Record that the signer verified who a person is.

    method: how, such as the kind of document that was seen; no number of it.
    Raises NotAuthorised; ActionRefused (OWN_IDENTITY, SHARED_ACCOUNT, METHOD_MISSING, DAY_AHEAD).
    Source: 21 CFR 11.100(b); URS-12.
    """
    with signed_change(intent, action="verify_identity") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject["person"] = person.user_id
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(person, method, verified_on, intent))
        row = IdentityVerification(
            person=person,
            verified_by_id=intent.signer.pk,
            verifier_name=intent.signer.full_name,
            method=method.strip(),
            verified_on=verified_on,
        )
        row.save(force_insert=True)
        change.sign([row])
    return row


def _refusals(
    person: Person, method: str, verified_on: date, intent: SignedIntent
) -> list[Refusal]:
    refusals = []
    if person.pk == intent.signer.pk:
        words = "Nobody verifies their own identity: ask another administrator."
        refusals.append(Refusal("OWN_IDENTITY", words))
    if person.is_shared:
        words = "A shared account is nobody’s identity, and never signs."
        refusals.append(Refusal("SHARED_ACCOUNT", words))
    if not method.strip():
        words = "Say how it was verified, such as “passport seen”."
        refusals.append(Refusal("METHOD_MISSING", words))
    if verified_on > timezone.localtime(intent.confirmed_at).date():
        refusals.append(Refusal("DAY_AHEAD", "The day of the verification has not come yet."))
    return refusals
