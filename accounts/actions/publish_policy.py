"""Publishing a revision of the accountability policy."""

from accounts.authority import require_role
from accounts.models import AccountabilityPolicy
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if

NO_TEXT = Refusal("TEXT_MISSING", "Enter the text of the policy.")
MEANWHILE = Refusal(
    "PUBLISHED_MEANWHILE", "Somebody else published a revision a moment ago. Read it first."
)


def publish_policy(*, text: str, intent: SignedIntent) -> AccountabilityPolicy:
    """
    Put the next revision of the policy in force; everybody acknowledges it before they sign again.

    Raises NotAuthorised; ActionRefused (TEXT_MISSING, PUBLISHED_MEANWHILE).
    Source: 21 CFR 11.10(j); URS-64.
    """
    with signed_change(intent, action="publish_policy") as change:
        require_role(intent.signer, [Role.ADMINISTRATOR, Role.QA])
        refuse_if([] if text.strip() else [NO_TEXT])
        revisions = AccountabilityPolicy.objects.order_by("-revision")
        newest = revisions.values_list("revision", flat=True).first() or 0
        row = AccountabilityPolicy(revision=newest + 1, text=text.strip())
        with refused_by("accounts_accountabilitypolicy_revision_key", MEANWHILE):
            row.save(force_insert=True)
        change.sign([row])
    return row
