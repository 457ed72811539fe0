"""Approving emergency access: one of two, or both together."""

from datetime import datetime, timedelta

from accounts.access_rules import newest_limits
from accounts.alarms import raise_alarm
from accounts.authority import require_role
from accounts.emergencies import APPROVERS, locked_emergency, refusals_to_approve
from accounts.models import Audience, EmergencyAccess, NoticeKind, Person, Severity
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from audit.signing import signers

TOLD = (Audience.QUALITY, Audience.SECURITY, Audience.MANAGEMENT)


def approve_emergency_access(
    *, emergency_id: int, intent: SignedIntent, at: datetime
) -> EmergencyAccess:
    """
    Approve a request; with the second approval it lasts, and quality is told at once.

    intent: of one approver, or of two who sign together. Who asked is neither.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_WAITING, LAPSED, OWN_EMERGENCY,
    SAME_APPROVER, ON_EMERGENCY).
    Source: 21 CFR 11.200(a)(3), 11.300(d); URS-22, URS-31.
    """
    approvers = [proof.signer for proof in signers(intent)]
    with signed_change(intent, action="approve_emergency_access") as change:
        row = locked_emergency(emergency_id)
        change.subject.update(emergency=emergency_id, person=row.person.user_id, what=row.what)
        Person.objects.select_for_update(of=("self",), no_key=True).get(pk=row.person_id)
        for approver in approvers:
            require_role(approver, APPROVERS)
        refuse_if(refusals_to_approve(row, approvers, at=at))
        keys = [approver.pk for approver in approvers]
        if row.first_approver_id is None:
            row.first_approver_id, row.first_approved_at = keys.pop(0), at
        if keys:
            _start(row, keys[0], at)
        row.save(
            update_fields=[
                *("first_approver", "first_approved_at"),
                *("second_approver", "started_at", "expires_at"),
            ]
        )
        change.sign([row])
    return row


def _start(row: EmergencyAccess, second: int, at: datetime) -> None:
    row.second_approver_id, row.started_at = second, at
    row.expires_at = at + timedelta(minutes=newest_limits().emergency_minutes)
    raise_alarm(
        NoticeKind.EMERGENCY,
        about=row.person.user_id,
        severity=Severity.HIGH,
        audiences=TOLD,
        at=at,
    )
