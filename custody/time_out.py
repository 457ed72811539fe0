"""Since when vials are out of storage: a part of a split left it with its parent."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import DateTimeField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from custody.models import CustodyEvent, EventKind
from inventory.models import Custody, Vial

OUT_SINCE, SECONDS_OUT = "out_since", "seconds_out"
COLD_FOR, SECONDS_EXPOSED = "cold_for_seconds", "seconds_exposed"
LEFT_STORAGE = (EventKind.CHECKED_OUT, EventKind.MADE_BY_SPLIT)


def began_at() -> Coalesce:
    """Return when what an event tells began: for a part, when its parent left storage."""
    inherited = Cast(KeyTextTransform(OUT_SINCE, "details"), DateTimeField())
    return Coalesce(inherited, "performed_at", "recorded_at")


def out_since(vial_ids: Collection[int]) -> dict[int, datetime]:
    """
    Return when each of these vials last left storage, where it ever did; one query.

    Source: REQUIREMENTS B5, B9.
    """
    return {key: left for key, (left, _) in _last(_left(vial_ids)).items()}


def seconds_out(vials: Iterable[Vial], until: datetime) -> dict[int, dict[str, object]]:
    """
    Return for each vial that is out how long it was; what was never in storage was not out of it.

    until: when it came back, or into its shipper. In a shipper it is kept cold: out of one it was
    out for no time of its own, and what was returned is out since its return. Where its carrier
    kept it cold for a part of the time, the rest is what counts.
    """
    rows = [vial for vial in vials if vial.custody != Custody.IN_STORAGE]
    left = _last(_left([vial.pk for vial in rows]))
    returned = [vial.pk for vial in rows if vial.custody == Custody.RETURNED]
    left |= _last(CustodyEvent.objects.filter(vial__in=returned, kind=EventKind.RETURNED))
    packed = [vial.pk for vial in rows if vial.custody == Custody.PACKED and vial.pk in left]
    left |= dict.fromkeys(packed, (until, 0))
    return {key: _lasted(since, cold_for, until) for key, (since, cold_for) in left.items()}


def _lasted(since: datetime, cold_for: int, until: datetime) -> dict[str, object]:
    seconds = max(0, round((until - since).total_seconds()))
    if not cold_for:
        return {SECONDS_OUT: seconds}
    return {SECONDS_OUT: seconds, SECONDS_EXPOSED: max(0, seconds - cold_for)}


def _left(vial_ids: Collection[int]) -> QuerySet[CustodyEvent]:
    return CustodyEvent.objects.filter(vial__in=vial_ids, kind__in=LEFT_STORAGE)


def _last(rows: QuerySet[CustodyEvent]) -> dict[int, tuple[datetime, int]]:
    """Return when the last of these began for each vial, and for how many seconds it was cold."""
    last = rows.order_by("vial", "-seq").distinct("vial").annotate(began=began_at())
    found = last.values_list("vial", "began", f"details__{COLD_FOR}")
    return {vial: (began, cold_for or 0) for vial, began, cold_for in found}
