"""Rejecting a request for access."""

from accounts.asking import APPROVERS, decide, locked_request, refusals_to_decide
from accounts.authority import require_role
from accounts.models import AccessRequest, RequestStatus
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if


def reject_access(*, request_id: int, intent: SignedIntent) -> AccessRequest:
    """
    Reject a request; the reason says why.

    Raises NotFound; NotAuthorised; ActionRefused (ALREADY_DECIDED, OWN_ACCESS, OWN_REQUEST).
    Source: Annex 11 (2011) section 12.3; URS-16.
    """
    with signed_change(intent, action="reject_access") as change:
        asked = locked_request(request_id)
        change.subject.update(request=request_id, person=asked.person.user_id, what=asked.what)
        require_role(intent.signer, APPROVERS)
        refuse_if(refusals_to_decide(asked, intent.signer))
        decide(asked, RequestStatus.REJECTED, intent)
        change.sign([asked])
    return asked
