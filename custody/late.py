"""Entering steps late: one mechanism for every action that takes a `LateEntry`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Max
from django.db.models.functions import Coalesce

from audit.authors import SignedIntent
from audit.errors import Refusal
from custody.handling import newest_rules
from custody.ledger import Entry
from custody.models import CustodyEvent
from custody.rules.late import UNLESS_SET, LateEntry, VialTimes, refusals_to_enter_late
from inventory.models import Vial

BECAUSE = "late_because"


def late_refusals(
    late: LateEntry | None, vials: Sequence[Vial], *, intent: SignedIntent | None, at: datetime
) -> list[Refusal]:
    """Say every reason why these locked vials may not be entered late; none for a timely entry."""
    if late is None:
        return []
    times = _times_of(vials)
    return refusals_to_enter_late(
        late, times, at=at, has_second=_has_second(intent), at_most=late_at_most()
    )


def late_at_most() -> timedelta:
    """Return how long after a step it may still be entered here; one query."""
    newest = newest_rules()
    return UNLESS_SET if newest is None else timedelta(hours=newest.late_entry_hours)


def _has_second(intent: SignedIntent | None) -> bool:
    return intent is not None and intent.second is not None


def done_at(late: LateEntry | None, at: datetime) -> datetime:
    """Return when the step was done: stays begin and end then."""
    return at if late is None else late.performed_at


def as_entered(entry: Entry, late: LateEntry | None) -> Entry:
    """Return what is written, with the stated time and the reason of a late entry beside it."""
    if late is None:
        return entry
    details = {**entry.details, BECAUSE: late.reason.strip()}
    return replace(entry, performed_at=late.performed_at, details=details)


def _times_of(vials: Sequence[Vial]) -> list[VialTimes]:
    rows = CustodyEvent.objects.filter(vial__in=[vial.pk for vial in vials]).values("vial")
    happened = Max(Coalesce("performed_at", "recorded_at"))
    last = dict(rows.annotate(last=happened).values_list("vial", "last"))
    return [
        VialTimes(
            code=vial.code,
            completed_at=vial.batch.completed_at,
            last_event_at=last.get(vial.pk),
        )
        for vial in vials
    ]
