"""Ending the emptying of a unit before, or although, something stands in it."""

from datetime import datetime, timedelta

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from custody.emptying import MAY_EMPTY, end, find_emptying, lock_going_on, racks_of
from custody.models import Emptying
from custody.rules.emptying import COUNT_HOURS, MOST_COUNT_HOURS, refusals_to_end
from sop.emergency_work import insist_on_site


def end_emptying(
    *, emptying_id: int, count_hours: int, intent: SignedIntent, at: datetime
) -> Emptying:
    """
    End it with a reason; what was moved is counted within so many hours.

    Emergency work at the site goes on until it is ended itself.
    Raises NotFound; NotAuthorised (also OUTSIDE_SITE); ActionRefused (EMPTYING_ENDED,
    RACK_ON_THE_WAY, COUNT_HOURS).
    Source: REQUIREMENTS B9, scenario 10; URS-105.
    """
    with signed_change(intent, action="end_emptying") as change:
        known = find_emptying(emptying_id)
        change.subject.update(unit=known.unit.code)
        require_role(intent.signer, MAY_EMPTY)
        insist_on_site(intent.signer, known.site)
        emptying = lock_going_on(emptying_id)
        on_the_way = [row for row in racks_of(emptying) if row.put_down_at is None]
        refuse_if(refusals_to_end(emptying, on_the_way))
        refuse_if([] if 1 <= count_hours <= MOST_COUNT_HOURS else [COUNT_HOURS])
        within = timedelta(hours=count_hours)
        end(change, emptying, reason=intent.reason, at=at, count_within=within)
        change.sign([emptying])
        return emptying
