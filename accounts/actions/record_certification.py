"""Recording the organisation's certification of its electronic signatures."""

from datetime import date

from django.utils import timezone

from accounts.authority import require_role
from accounts.models import SigningCertification
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if


def record_certification(
    *, reference: str, sent_on: date, intent: SignedIntent
) -> SigningCertification:
    """
    Record under which reference and when the organisation certified its signatures; opens signing.

    Raises NotAuthorised; ActionRefused (REFERENCE_MISSING, DAY_AHEAD).
    Source: 21 CFR 11.100(c); URS-13.
    """
    with signed_change(intent, action="record_certification") as change:
        change.subject["reference"] = reference
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refusals = []
        if not reference.strip():
            words = "Enter the reference under which the letter is filed."
            refusals.append(Refusal("REFERENCE_MISSING", words))
        if sent_on > timezone.localtime(intent.confirmed_at).date():
            refusals.append(Refusal("DAY_AHEAD", "The day on which it was sent has not come yet."))
        refuse_if(refusals)
        row = SigningCertification(reference=reference.strip(), sent_on=sent_on)
        row.save(force_insert=True)
        change.sign([row])
    return row
