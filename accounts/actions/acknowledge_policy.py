"""Acknowledging the accountability policy."""

from accounts.authority import require_role
from accounts.models import AccountabilityPolicy, PolicyAcknowledgement
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if

ALREADY = Refusal("ALREADY_ACKNOWLEDGED", "You acknowledged this revision before.")
REPLACED = Refusal(
    "POLICY_REPLACED", "A newer revision is in force. Open the page again and read that one."
)


def acknowledge_policy(*, policy_id: int, intent: SignedIntent) -> PolicyAcknowledgement:
    """
    Record that the signer read a revision of the policy and answers for what they sign.

    Raises NotAuthorised; ActionRefused (POLICY_REPLACED, ALREADY_ACKNOWLEDGED).
    Source: 21 CFR 11.10(j); URS-64.
    """
    with signed_change(intent, action="acknowledge_policy") as change:
        require_role(intent.signer, list(Role))
        newest = AccountabilityPolicy.objects.order_by("-revision").first()
        if newest is None or newest.pk != policy_id:
            refuse_if([REPLACED])
        row = PolicyAcknowledgement(person_id=intent.signer.pk, policy_id=policy_id)
        with refused_by("accounts_each_revision_read_once", ALREADY):
            row.save(force_insert=True)
        change.sign([row])
    return row
