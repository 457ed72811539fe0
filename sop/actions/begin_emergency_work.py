"""Beginning work without the procedure in an emergency."""

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from sop.emergency_work import (
    BEGINS,
    begin_at,
    insist_on_site,
    locked_site,
    refusals_to_begin,
    time_of,
)
from sop.models import EmergencyWork


def begin_emergency_work(*, site_id: int, hours: int, intent: SignedIntent) -> EmergencyWork:
    """
    Let everybody at a site act without the procedure for a while; it opens a deviation with it.

    Roles, scopes and the rules of custody hold on. Time is the database's.
    hours: 1 to 8, after which it ends by itself. The reason says what the emergency is.
    Raises NotFound; NotAuthorised (also OUTSIDE_SITE); ActionRefused (OUT_OF_BOUNDS,
    LASTS_ALREADY).
    Source: 21 CFR 211.100(b); URS-23; scenario 10.
    """
    with signed_change(intent, action="begin_emergency_work") as change:
        change.subject.update(site=site_id, hours=hours)
        site = locked_site(site_id)
        require_role(intent.signer, BEGINS)
        insist_on_site(intent.signer, site)
        begun_at = time_of(change)
        refuse_if(refusals_to_begin(site, hours, at=begun_at))
        return begin_at(change, site, hours, at=begun_at)
