"""Acknowledging a security notice, by somebody who looked into it."""

from datetime import datetime

from accounts.authority import require_role
from accounts.models import SecurityNotice
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if

MAY_ACKNOWLEDGE = (Role.ADMINISTRATOR, Role.QA)
UNKNOWN = Refusal("UNKNOWN_NOTICE", "No security notice has this number.")


def acknowledge_notice(*, notice_id: int, intent: SignedIntent, at: datetime) -> SecurityNotice:
    """
    Acknowledge a notice; the reason says what came of it.

    Raises NotFound; NotAuthorised; ActionRefused (ALREADY_ACKNOWLEDGED, OWN_NOTICE).
    Source: 21 CFR 11.300(d); URS-69, URS-110.
    """
    with signed_change(intent, action="acknowledge_notice") as change:
        change.subject["notice"] = notice_id
        rows = SecurityNotice.objects.select_for_update(of=("self",), no_key=True)
        notice = rows.filter(pk=notice_id).first()
        require_role(intent.signer, MAY_ACKNOWLEDGE)
        if notice is None:
            raise NotFound([UNKNOWN])
        refuse_if(_refusals(notice, intent))
        notice.acknowledged_by_id, notice.acknowledged_at = intent.signer.pk, at
        notice.save(update_fields=["acknowledged_by", "acknowledged_at"])
        change.sign([notice])
    return notice


def _refusals(notice: SecurityNotice, intent: SignedIntent) -> list[Refusal]:
    refusals = []
    if notice.acknowledged_at is not None:
        words = "Somebody acknowledged this notice already."
        refusals.append(Refusal("ALREADY_ACKNOWLEDGED", words))
    if notice.about == intent.signer.user_id:
        words = "This notice is about your own account: somebody else looks into it."
        refusals.append(Refusal("OWN_NOTICE", words))
    return refusals
