"""Ending work without the procedure before its time."""

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, refuse_if
from sop.emergency_work import (
    ENDS,
    NOT_LASTING,
    UNKNOWN_WORK,
    insist_on_site,
    locked_site,
    time_of,
)
from sop.models import EmergencyWork


def end_emergency_work(*, work_id: int, intent: SignedIntent) -> EmergencyWork:
    """
    End emergency work now, by the database's clock; its deviation stays open.

    Raises NotFound; NotAuthorised (also OUTSIDE_SITE); ActionRefused (NOT_LASTING).
    Source: 21 CFR 211.100(b); URS-23; scenario 10.
    """
    with signed_change(intent, action="end_emergency_work") as change:
        change.subject.update(work=work_id)
        site_id = EmergencyWork.objects.filter(pk=work_id).values_list("site", flat=True).first()
        if site_id is None:
            raise NotFound([UNKNOWN_WORK])
        site = locked_site(site_id)
        require_role(intent.signer, ENDS)
        insist_on_site(intent.signer, site)
        row = EmergencyWork.objects.get(pk=work_id)
        ends_at = time_of(change)
        refuse_if([] if row.begun_at < ends_at < row.ends_at else [NOT_LASTING])
        row.ends_at = ends_at
        row.save(update_fields=["ends_at"])
        change.sign([row])
    return row
