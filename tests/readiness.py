"""Putting on record what signing waits for, as an administrator does before anybody signs."""

from accounts.actions.acknowledge_policy import acknowledge_policy
from accounts.actions.publish_policy import publish_policy
from accounts.actions.record_certification import record_certification
from accounts.actions.verify_first_identity import verify_first_identity
from accounts.actions.verify_identity import verify_identity
from accounts.models import IdentityVerification, Person
from accounts.readiness import newest_policy
from audit.authors import SignedIntent
from audit.models import Meaning

POLICY = "Whatever is done under my signature, I answer for."


def signed_by(person: Person, like: SignedIntent) -> SignedIntent:
    """Return the proven intent of somebody else, at the same time and place."""
    return SignedIntent(
        signer=person,
        meaning=Meaning.RESPONSIBILITY,
        reason=like.reason,
        device=like.device,
        confirmed_at=like.confirmed_at,
    )


def open_signing(people: list[Person], *, by: SignedIntent) -> None:
    """Let these people sign; the administrator who proved `by` verifies all others."""
    admin, today = by.signer, by.confirmed_at.date()
    if not IdentityVerification.objects.exists():
        verify_first_identity(
            user_id=admin.user_id,
            verifier_name="Head of quality",
            method="Passport seen",
            verified_on=today,
            device="set-up",
        )
        record_certification(reference="Letter 1", sent_on=today, intent=by)
        publish_policy(text=POLICY, intent=by)
    for person in people:
        make_ready(person, by=by)


def make_ready(person: Person, *, by: SignedIntent) -> None:
    """Let one person sign."""
    today, policy = by.confirmed_at.date(), newest_policy()
    assert policy is not None
    if person.pk != by.signer.pk:
        verify_identity(person_id=person.pk, method="Passport seen", verified_on=today, intent=by)
    acknowledge_policy(policy_id=policy.pk, intent=signed_by(person, by))
