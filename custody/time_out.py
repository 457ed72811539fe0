"""Since when vials are out of storage: by a pick, a check-out, or as a part of what is out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from django.db import connection
from django.db.models import DateTimeField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from custody.exposure import Outing
from custody.models import CustodyEvent, EventKind, Stay, Way
from inventory.models import Custody, Vial

OUT_SINCE, SECONDS_OUT = "out_since", "seconds_out"
COLD_FOR, SECONDS_EXPOSED = "cold_for_seconds", "seconds_exposed"
CARRIED_BY, SECONDS_BARE = "carrier_kind", "seconds_bare"
"""In what a vial is out, a `Way`, and for how long it was on the bench before; none: the bench."""
PICKED_AT = "picked_at"
"""With the seconds out: when a vial was scanned at a pick that ended without a check-out."""
LEFT_STORAGE = (EventKind.CHECKED_OUT, EventKind.MADE_BY_SPLIT)
CAME_INTO_HAND = (EventKind.RECEIVED, EventKind.RETURNED, *LEFT_STORAGE)
"""What begins a time in which nothing known keeps a vial cold, but its carrier."""

# A pick goes on from a vial's first scan that nothing on the ledger has ended since. Part of the
# statement on warmth as well.
PICKS = f"""
    SELECT c.vial_id, min(k.scanned_at) AS since
    FROM public.custody_claim c
    JOIN public.custody_retrieval r ON r.id = c.retrieval_id AND r.status = 'claimed'
    JOIN public.custody_pickscan k ON k.claim_id = c.id
    WHERE c.vial_id = ANY(%(vials)s) AND c.released_at IS NULL AND k.scanned_at <= %(at)s
        AND k.scanned_at > COALESCE((
            SELECT max((e.details ->> '{PICKED_AT}')::timestamptz
                + make_interval(secs => (e.details ->> '{SECONDS_OUT}')::float8))
            FROM public.custody_custodyevent e
            WHERE e.vial_id = c.vial_id AND e.details ? '{PICKED_AT}'
        ), '-infinity')
    GROUP BY c.vial_id
"""  # noqa: S608 - a constant of this module


def began_at() -> Coalesce:
    """Return when what an event tells began: of a part with its parent, of a pick by its scan."""
    inherited = Cast(KeyTextTransform(OUT_SINCE, "details"), DateTimeField())
    return Coalesce(inherited, "performed_at", "recorded_at")


def out_since(vial_ids: Collection[int]) -> dict[int, datetime]:
    """
    Return when each of these vials last left storage, where it ever did; one query.

    Source: REQUIREMENTS B5, B9.
    """
    return {key: outing.began_at for key, outing in _last(_left(vial_ids)).items()}


def picked_since(vial_ids: Collection[int], *, at: datetime) -> dict[int, datetime]:
    """
    Return since when each of these vials is out by its scan at a pick that goes on; one query.

    The check-out carries it on; what else ends it, `ended_picks` tells the ledger.
    Source: REQUIREMENTS B5, B9; URS-112.
    """
    with connection.cursor() as cursor:
        cursor.execute(PICKS, {"vials": list(vial_ids), "at": at})
        return dict(cursor.fetchall())


def ended_picks(until: Mapping[int, datetime]) -> dict[int, dict[str, object]]:
    """
    Return what the ledger keeps of picks that end without a check-out: since when, for how long.

    until: when each vial was seen in its place, given back or missed. In whole seconds, rounded up:
    an upper bound. One query. Source: REQUIREMENTS B5; URS-112.
    """
    if not until:
        return {}
    picked = picked_since(until, at=max(until.values()))
    return {
        key: {
            PICKED_AT: since.isoformat(),
            SECONDS_OUT: ceil((until[key] - since).total_seconds()),
        }
        for key, since in picked.items()
        if since <= until[key]
    }


def seconds_out(vials: Iterable[Vial], until: datetime) -> dict[int, dict[str, object]]:
    """
    Return for each vial that is out how long it was; what never came into a hand here was not.

    until: when it came back, into its first place, or into its shipper. A registered shipper has
    its own record: out of it, it was out for no time of its own; out of any other since it was
    packed. What arrived is out since its receipt, what was returned since its return. Where its
    carrier kept it cold for a part of the time, the rest is what counts. One query; of what was
    packed two more.
    """
    rows = [vial for vial in vials if vial.custody != Custody.IN_STORAGE]
    if not rows:
        return {}
    came = CustodyEvent.objects.filter(vial__in=rows, kind__in=CAME_INTO_HAND)
    left = _last(came)
    packed = [vial.pk for vial in rows if vial.custody == Custody.PACKED and vial.pk in left]
    left |= _since_packed(packed, until) if packed else {}
    return {key: _lasted(outing, until) for key, outing in left.items()}


def _since_packed(vial_ids: Collection[int], until: datetime) -> dict[int, Outing]:
    stays = Stay.objects.open().filter(vial__in=vial_ids).values_list("vial", flat=True)
    bare = set(vial_ids) - set(stays)
    packed = _last(CustodyEvent.objects.filter(vial__in=bare, kind=EventKind.PACKED))
    since = {key: replace(outing, way=Way.OTHER) for key, outing in packed.items()}
    return dict.fromkeys(vial_ids, Outing(until, until)) | since


def _lasted(outing: Outing, until: datetime) -> dict[str, object]:
    seconds = max(0, round((until - outing.began_at).total_seconds()))
    lasted: dict[str, object] = {SECONDS_OUT: seconds}
    if outing.cold_for:
        lasted[SECONDS_EXPOSED] = round(outing.exposed(until).total_seconds())
    if outing.way != Way.BENCH:
        bare = max(0, round((outing.carried_at - outing.began_at).total_seconds()))
        lasted |= {CARRIED_BY: outing.way, SECONDS_BARE: min(bare, seconds)}
    return lasted


def _left(vial_ids: Collection[int]) -> QuerySet[CustodyEvent]:
    return CustodyEvent.objects.filter(vial__in=vial_ids, kind__in=LEFT_STORAGE)


def _last(rows: QuerySet[CustodyEvent]) -> dict[int, Outing]:
    """Return the last outing of each vial that one of these began."""
    last = rows.order_by("vial", "-seq").distinct("vial").annotate(began=began_at())
    last = last.annotate(carried=Coalesce("performed_at", "recorded_at"))
    told = (f"details__{COLD_FOR}", f"details__{CARRIED_BY}")
    return {
        vial: Outing(began, carried, timedelta(seconds=cold_for or 0), way or Way.BENCH)
        for vial, began, carried, cold_for, way in last.values_list(
            "vial", "began", "carried", *told
        )
    }
