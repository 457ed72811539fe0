"""Which vials could serve an order: the patient's own, or the first of the bank to expire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from audit.authors import Author
from audit.errors import Refusal
from custody.availability import available
from custody.models import Claim, HeldVial, Retrieval
from custody.queries.retrievals import MOST_SHOWN, visible_retrieval
from custody.queries.warmth import warmth_of
from custody.released import released_as
from custody.rules.claiming import refusals_of_a_hold_by_others
from custody.rules.leaving import MAY_GO_TO_A_PATIENT, refusals_to_promise
from custody.rules.released import refusals_of_a_change
from custody.rules.warm import Step, refusals_of_warmth
from inventory.models import GONE, Custody, Vial

MOST_CANDIDATES = 40
MOST_TAKEN = 10


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """
    One vial that could be claimed, or the reasons why not.

    is_suggested: among the first that may go, by expiry, as many as were asked for.
    """

    vial_id: int
    code: str
    batch_number: str
    expires_at: datetime
    quality: str
    custody: str
    refusals: Sequence[Refusal]
    is_suggested: bool


def candidates(retrieval_id: int, *, seen_by: Author, at: datetime) -> list[Candidate]:
    """
    Return the vials for an order: the patient's own, or of the bank the first to expire.

    Raises NotFound: there is no such order that `seen_by` may see.
    Source: 21 CFR 211.150(a); URS-32, URS-100.
    """
    retrieval = visible_retrieval(retrieval_id, seen_by)
    vials = _possible(retrieval, at)
    reasons = _refusals(retrieval, vials, at)
    free = [vial.pk for vial in vials if not reasons[vial.pk]]
    suggested = set(free[: retrieval.quantity])
    ordered = sorted(vials, key=lambda vial: bool(reasons[vial.pk]))
    return [
        Candidate(
            vial_id=vial.pk,
            code=vial.code,
            batch_number=vial.batch.number,
            expires_at=vial.expires_at,
            quality=vial.quality,
            custody=vial.custody,
            refusals=reasons[vial.pk],
            is_suggested=vial.pk in suggested,
        )
        for vial in ordered
    ]


def _possible(retrieval: Retrieval, at: datetime) -> list[Vial]:
    rows = Vial.objects.filter(batch__product=retrieval.product_id, purpose=retrieval.purpose)
    rows = rows.select_related("batch__product", "therapy").order_by("expires_at", "pk")
    own = rows.filter(therapy=retrieval.therapy_id)
    if retrieval.product.is_autologous:
        return list(own.exclude(custody__in=GONE)[:MOST_SHOWN])
    open_to_all = rows.filter(Q(therapy__isnull=True) | Q(therapy=retrieval.therapy_id))
    free = list(available(open_to_all, at=at)[:MOST_CANDIDATES])
    taken = open_to_all.filter(
        custody=Custody.IN_STORAGE, quality__in=MAY_GO_TO_A_PATIENT, expires_at__gt=at
    ).exclude(pk__in=[vial.pk for vial in free])
    return sorted([*free, *taken[:MOST_TAKEN]], key=lambda vial: (vial.expires_at, vial.pk))


def _refusals(
    retrieval: Retrieval, vials: Sequence[Vial], at: datetime
) -> dict[int, list[Refusal]]:
    keys = [vial.pk for vial in vials]
    held = set(HeldVial.objects.open().filter(vial__in=keys).values_list("vial", flat=True))
    claims = Claim.objects.open().filter(vial__in=keys)
    claimed = {
        claim.vial_id: claim for claim in claims.select_related("vial", "retrieval", "claimed_by")
    }
    decided, warmth = released_as(keys), warmth_of(keys, at=at)
    return {
        vial.pk: [
            *_not_stored(vial),
            *refusals_of_a_hold_by_others(_one(claimed, vial.pk)),
            *refusals_to_promise(vial, retrieval=retrieval, is_held=vial.pk in held, at=at),
            *refusals_of_a_change(vial, decided.get(vial.pk, "")),
            *refusals_of_warmth(vial, warmth[vial.pk], Step.PICK, at=at),
        ]
        for vial in vials
    }


def _one(claimed: Mapping[int, Claim], key: int) -> dict[int, Claim]:
    return {key: claimed[key]} if key in claimed else {}


def _not_stored(vial: Vial) -> list[Refusal]:
    if vial.custody == Custody.IN_STORAGE:
        return []
    return [Refusal("NOT_STORED", f"{vial.code} is “{Custody(vial.custody).label}”.")]
