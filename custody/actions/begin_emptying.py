"""Beginning to empty a unit that fails, by one signature."""

from datetime import datetime

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.constraints import refused_by
from audit.errors import refuse_if
from custody.emptying import MAY_EMPTY, list_vials_in
from custody.locks import lock_containers
from custody.models import Emptying
from custody.rules.emptying import EMPTIED_ALREADY, refusals_to_begin
from inventory.models import Container, Vial
from sop.deviations import NewDeviation, open_deviation
from sop.emergency_work import (
    MOST_HOURS,
    OUT_OF_BOUNDS,
    begin_at,
    insist_on_site,
    lasting_at,
    locked_site,
    time_of,
)
from sop.models import Deviation, DeviationSource

SIGNED = ("unit", "site", "deviation", "reason", "begun_by", "begun_at")


def begin_emptying(*, unit_id: int, hours: int, intent: SignedIntent, at: datetime) -> Emptying:
    """
    Begin to empty a unit; emergency work at its site begins with it, unless it lasts already.

    Every vial in the unit is listed under the deviation: its verdict says so until QA assesses it.
    hours: for how long emergency work lasts at most, where it begins with this.
    Raises NotFound; NotAuthorised (also OUTSIDE_SITE); ActionRefused (NOT_A_UNIT, EMPTIED_ALREADY,
    NOTHING_INSIDE, OUT_OF_BOUNDS).
    Source: REQUIREMENTS scenario 10; 21 CFR 211.100(b), 211.192; URS-105, URS-113.
    """
    with signed_change(intent, action="begin_emptying") as change:
        [unit] = lock_containers([unit_id])
        change.subject.update(unit=unit.code, hours=hours)
        require_role(intent.signer, MAY_EMPTY)
        site = locked_site(unit.site_id)
        insist_on_site(intent.signer, site)
        vials = Vial.objects.under(unit.path).count()
        going_on = Emptying.objects.going_on().filter(unit=unit).exists()
        refuse_if(refusals_to_begin(unit, vials, is_going_on=going_on))
        now = time_of(change)
        work = lasting_at(site, at=now)
        if work is None:
            refuse_if([] if 1 <= hours <= MOST_HOURS else [OUT_OF_BOUNDS])
            work = begin_at(change, site, hours, at=now)
        row = Emptying(
            unit=unit,
            site=site,
            deviation=_deviation(change, work.deviation, unit, at),
            reason=intent.reason,
            begun_by_id=intent.signer.pk,
            begun_at=at,
        )
        list_vials_in(unit.path, row.deviation_id)
        with refused_by("custody_one_emptying_at_a_time", EMPTIED_ALREADY):
            row.save(force_insert=True)
        change.sign([row], only=SIGNED)
        return row


def _deviation(change: OpenChange, number: str, unit: Container, at: datetime) -> Deviation:
    """Return the deviation of the emergency work, or another where quality closed that already."""
    found = Deviation.objects.open().filter(number=number).first()
    if found is not None:
        return found
    new = NewDeviation(
        source=DeviationSource.EMERGENCY_WORK,
        title=f"{unit.name} is emptied in an emergency",
        what_happened=f"Emergency work that {number} is about went on.",
        site_id=unit.site_id,
    )
    return open_deviation(change, new, at=at)
