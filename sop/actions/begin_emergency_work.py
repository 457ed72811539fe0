"""Beginning work without the procedure in an emergency."""

from datetime import timedelta

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from sop.deviations import NewDeviation, open_deviation
from sop.emergency_work import BEGINS, insist_on_site, locked_site, refusals_to_begin, time_of
from sop.models import DeviationSource, EmergencyWork


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
        found = NewDeviation(
            source=DeviationSource.EMERGENCY_WORK,
            title=f"Emergency work at {site.name}",
            what_happened=f"{intent.signer.full_name} let everybody at {site.name} work without "
            f"the procedure for at most {hours} h: {intent.reason}",
            site_id=site.pk,
        )
        row = EmergencyWork(
            site=site,
            reason=intent.reason,
            begun_by_id=intent.signer.pk,
            begun_at=begun_at,
            ends_at=begun_at + timedelta(hours=hours),
            deviation=open_deviation(change, found, at=begun_at).number,
        )
        row.save(force_insert=True)
        change.sign([row])
    return row
