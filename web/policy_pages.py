"""The page on which a person reads the accountability policy, and whether they may sign."""

from django.urls import reverse

from accounts.models import AccountabilityPolicy, Person, PolicyAcknowledgement
from accounts.readiness import (
    SET_UP,
    acknowledgement_of,
    newest_policy,
    readiness_of,
    refusals_to_sign,
)
from audit.models import Meaning
from audit.signing import signature_blocks
from web.presenters import Crumb
from web.sheets import SignSheet
from web.signing import SignAs

ACKNOWLEDGING = SignAs(meaning=Meaning.RESPONSIBILITY, needs=SET_UP)


def policy_to_read(person: Person) -> AccountabilityPolicy | None:
    """Return the policy in force when the person has not acknowledged it, and can sign."""
    policy = newest_policy()
    if policy is None or person.is_shared or acknowledgement_of(person.pk, policy.pk):
        return None
    return policy


def policy_context(person: Person) -> dict[str, object]:
    """Gather what is shown to somebody who has nothing to acknowledge now."""
    policy = newest_policy()
    read = None if policy is None else acknowledgement_of(person.pk, policy.pk)
    return {
        "policy": policy,
        "signatures": [] if read is None else signature_blocks(PolicyAcknowledgement, read.pk),
        "missing": refusals_to_sign(person.full_name, readiness_of(person.pk)),
    }


def policy_sheet(policy: AccountabilityPolicy) -> SignSheet:
    """Give the sheet on which a person acknowledges a revision of the policy."""
    return SignSheet(
        heading="Accountability policy",
        words=f"Revision {policy.revision}. Read it before you sign: you answer for everything "
        "that is done under your signature.",
        statement=f"I have read revision {policy.revision} of this policy. My electronic signature "
        "binds me as the one by hand does.",
        action_label="Sign that I have read it",
        cancel_url=reverse("dashboard:dashboard"),
        crumbs=(Crumb(label="Signing"), Crumb(label="Accountability policy")),
        text=policy.text,
        covers=((AccountabilityPolicy, policy.pk),),
        reasons=("Before my first signature", "New revision"),
    )
