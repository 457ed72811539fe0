"""Ending a duty before its time, or taking one back that has not begun."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound
from temperature.models import OnCall
from temperature.rules.duty import UNKNOWN_DUTY


def end_duty(*, duty_id: int, intent: SignedIntent, at: datetime) -> OnCall:
    """
    End a duty now; one that has not begun is taken back. Signed by a supervisor or QA.

    Raises NotAuthorised; NotFound (UNKNOWN_DUTY). Source: URS-107, URS-110.
    """
    with signed_change(intent, action="end_duty") as change:
        rows = OnCall.objects.standing().select_for_update(of=("self",), no_key=True)
        duty = rows.select_related("site").filter(pk=duty_id, ends_at__gt=at).first()
        require_role(intent.signer, [Role.SUPERVISOR, Role.QA])
        if duty is None:
            raise NotFound([UNKNOWN_DUTY])
        change.subject.update(site=duty.site.code)
        if duty.begins_at >= at:
            duty.is_withdrawn = True
        else:
            duty.ends_at = at
        duty.save(update_fields=["is_withdrawn", "ends_at"])
        change.sign([duty])
    return duty
