"""Abandoning a count before its end."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import refuse_if
from custody.counted import programs_of
from custody.locks import lock_count
from custody.models import Count, CountStatus
from custody.rules.counts import refusals_of_an_ended
from sop.action import Action
from sop.authority import require_authority


def abandon_count(*, count_id: int, attribution: Attribution, at: datetime) -> Count:
    """
    End a count without a result; what was scanned stays readable, and the reason stands.

    Raises NotFound; NotAuthorised; ActionRefused (COUNT_ENDED, NO_REASON).
    Source: 21 CFR 211.100(b), 11.10(e).
    """
    with attributed_change(attribution, action="abandon_count") as change:
        count = lock_count(count_id)
        change.subject.update(count=str(count), place=count.place)
        require_authority(
            attribution.actor,
            Action.COUNT,
            programs=programs_of(count),
            sites=[count.site_id],
        )
        refuse_if(refusals_of_an_ended(count))
        count.status, count.ended_at = CountStatus.ABANDONED, at
        count.reason = attribution.reason.strip()
        count.save(update_fields=["status", "ended_at", "reason"])
        return count
