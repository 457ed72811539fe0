"""Locking what is claimed for a retrieval, reading the claims again, and letting go of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.changes import OpenChange
from audit.errors import Busy, Refusal
from audit.writes import update_all
from custody.ledger import Entry, append, snapshot
from custody.locks import lock_positions, lock_retrieval, lock_vials
from custody.models import Claim, EventKind, Retrieval, RetrievalStatus
from custody.time_alarms import end_time_out
from custody.time_out import ended_picks
from inventory.models import IN_HAND, Vial

CLAIMED_ANEW = Refusal(
    "BUSY",
    "Other vials were claimed for it a moment ago. Nothing was changed: open it again.",
)


@dataclass(frozen=True)
class Claimed:
    """A retrieval with its open claims and their vials, all locked, in the same order."""

    retrieval: Retrieval
    claims: list[Claim]
    vials: list[Vial]


def lock_claimed(retrieval_id: int) -> Claimed:
    """
    Lock a retrieval and the vials claimed for it; without a claim there are no vials.

    What was released while the locks were awaited is left out.
    Raises NotFound: no such retrieval; Busy: it was released and claimed anew meanwhile.
    """
    keys = [claim.vial_id for claim in _open_claims(retrieval_id)]
    vials = {vial.pk: vial for vial in lock_vials_with_places(keys)} if keys else {}
    retrieval = lock_retrieval(retrieval_id)
    claims = _open_claims(retrieval_id)
    if any(claim.vial_id not in vials for claim in claims):
        raise Busy([CLAIMED_ANEW])
    return Claimed(retrieval, claims, [vials[claim.vial_id] for claim in claims])


@dataclass(frozen=True)
class PickedFor:
    """The order that each vial is picked for, by the vial's key: its key and its number."""

    orders: Mapping[int, tuple[int, str]]

    @property
    def details(self) -> dict[int, dict[str, object]]:
        """What the ledger keeps of it."""
        return {vial: {"order": number} for vial, (_, number) in self.orders.items()}


def picked_for(vial_ids: Collection[int]) -> PickedFor:
    """Return what these vials are picked for, with all vials of the same orders; one query."""
    mine = Claim.objects.open().filter(vial__in=vial_ids, retrieval__status=RetrievalStatus.PICKED)
    rows = Claim.objects.open().filter(retrieval__in=mine.values("retrieval"))
    found = rows.values_list("vial", "retrieval", "retrieval__order_number")
    return PickedFor({vial: (order, number) for vial, order, number in found})


def reopen_what_is_back(
    change: OpenChange, picked: PickedFor, vials: Iterable[Vial], *, at: datetime
) -> None:
    """
    Let go of picked orders of which nothing is in anybody's hands any more: each is open again.

    vials: all of theirs, locked. Source: REQUIREMENTS scenario 11; URS-32.
    """
    locked = {vial.pk: vial for vial in vials}
    for key in sorted({order for order, _ in picked.orders.values()}):
        retrieval, claims = lock_retrieval(key), _open_claims(key)
        theirs = [locked[claim.vial_id] for claim in claims if claim.vial_id in locked]
        is_back = len(theirs) == len(claims) and not any(v.custody in IN_HAND for v in theirs)
        if claims and is_back and retrieval.status == RetrievalStatus.PICKED:
            reason = f"All that was picked for {retrieval.order_number} was put back"
            let_go(change, Claimed(retrieval, claims, theirs), reason=reason, at=at)


def let_go(change: OpenChange, claimed: Claimed, *, reason: str, at: datetime) -> None:
    """
    Release every claim on locked vials that are all in storage; the retrieval is open again.

    What was scanned at its pick was out until now.
    """
    retrieval, claims, vials = claimed.retrieval, claimed.claims, claimed.vials
    picked = ended_picks({vial.pk: at for vial in vials})
    for claim in claims:
        claim.released_at = at
    update_all(claims, ["released_at"])
    retrieval.status, retrieval.claimed_by, retrieval.claimed_at = (
        RetrievalStatus.REQUESTED,
        None,
        None,
    )
    retrieval.witness, retrieval.shipper = None, ""
    retrieval.save(update_fields=["status", "claimed_by", "claimed_at", "witness", "shipper"])
    entry = Entry(
        kind=EventKind.CLAIM_RELEASED,
        reason=reason,
        details={"order": retrieval.order_number},
        each=picked,
    )
    append(change, vials, snapshot(vials), entry, at=at)
    if picked:
        end_time_out(picked, at=at)


def lock_vials_with_places(vial_ids: Sequence[int]) -> list[Vial]:
    """
    Lock the positions in which these vials stand, then the vials.

    Raises NotFound: none were named, or one of them does not exist.
    """
    places = Vial.objects.filter(pk__in=vial_ids, position__isnull=False)
    lock_positions(set(places.values_list("position", flat=True)))
    return lock_vials(vial_ids)


def _open_claims(retrieval_id: int) -> list[Claim]:
    return list(Claim.objects.open().filter(retrieval=retrieval_id).order_by("vial"))
