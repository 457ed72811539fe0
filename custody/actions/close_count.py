"""Closing a count: what agreed and what differs, with everything that follows from it."""

from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from custody.count_results import write_results
from custody.counted import lock_counted
from custody.locks import lock_count
from custody.models import DIFFERENCES, Count, CountStatus
from custody.rules.counting import has_counted
from custody.rules.counts import NOTHING_COUNTED, refusals_to_count
from sop.action import Action
from sop.gate import admit


def close_count(*, count_id: int, intent: SignedIntent, at: datetime) -> Count:
    """
    End a count, signed by the counter; only now is shown what was expected.

    Each vial that agrees gets its event. Each difference is under a deviation from here; a missing
    vial is MISSING and its therapy held, another is held where the site says so. A vial that
    a colleague took away meanwhile is not called missing.
    Raises NotFound; NotAuthorised; ActionRefused (COUNT_ENDED, NOT_YOUR_COUNT, NOTHING_COUNTED,
    and what the gate refuses).
    Source: 21 CFR 211.184, 211.192, 11.50; REQUIREMENTS B8, B9; URS-49, URS-113.
    """
    with signed_change(intent, action=Action.COUNT) as change:
        count = lock_count(count_id)
        change.subject.update(count=str(count), place=count.place)
        counted = lock_counted(count)
        admit(change, Action.COUNT, counted.scope)
        refuse_if(refusals_to_count(count, intent.signer))
        refuse_if([] if has_counted(counted.entries) else [NOTHING_COUNTED])
        lines = write_results(change, counted, at=at)
        count.status, count.ended_at = CountStatus.CLOSED, at
        count.save(update_fields=["status", "ended_at", "results"])
        change.sign([count])
        differing = [line for line in lines if line.result in DIFFERENCES]
        if differing:
            change.sign(differing)
        return count
