"""What the pick screen and its signing sheet show."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from audit.authors import Author
from custody.models import Retrieval, RetrievalStatus, Seat
from custody.queries.exposure import BudgetLeft, OutNow, budgets_left, lifted_now
from custody.queries.records import records_by_key
from custody.queries.retrievals import Pick, RetrievalCard, picks
from custody.queries.whereabouts import Whereabouts, whereabouts
from custody.time_out import picked_since
from web.exposure_words import left_words
from web.http import Request
from web.picking import ScanOutcome, SeatShown, seats
from web.presenters import Clock, ScanField
from web.retrieval_pages import crumbs_of, identity_of
from web.sheets import SignSheet
from web.storage.lifting import clock_of
from web.vial_lines import vial_lines


def pick_context(
    request: Request, card: RetrievalCard, seat: Seat, outcome: ScanOutcome
) -> dict[str, object]:
    """Gather the pick screen: whose, which vials where, who scanned which, and what is next."""
    claimed = picks(card.id)
    both = seats(request, card, claimed, seat)
    mine = both[0] if seat is Seat.PICKER else both[1]
    at, keys = timezone.now(), [pick.vial_id for pick in claimed]
    places, left = whereabouts(keys), budgets_left(keys, at=at)
    since = picked_since(keys, at=at)
    return {
        "card": card,
        "crumbs": crumbs_of(card, "Pick"),
        "identity": identity_of(card),
        "seats": both,
        "mine": mine,
        "rows": [
            (
                pick,
                places[pick.vial_id].place,
                _marks(pick),
                left_words(left.get(pick.vial_id)),
                left.get(pick.vial_id),
                _clock(since.get(pick.vial_id), left.get(pick.vial_id), at),
            )
            for pick in claimed
        ],
        "lifts": _lifts(request, places.values(), at),
        "field": _field(card, mine),
        "is_open": card.status == RetrievalStatus.CLAIMED,
        "outcome": outcome,
        "instruction": _instruction(both, mine, claimed),
        "may_check_out": all(shown.is_complete for shown in both),
    }


def _clock(since: datetime | None, left: BudgetLeft | None, at: datetime) -> Clock | None:
    """Run a vial's clock since its first scan here."""
    if since is None:
        return None
    return Clock(since=since, now=at, limit=None if left is None else left.for_now(since, at))


def picked_clocks(card: RetrievalCard, *, at: datetime) -> list[tuple[str, Clock | None]]:
    """Give the vials of an order that are out by their scan here, each with its clock."""
    codes = {pick.vial_id: pick.code for pick in picks(card.id)}
    since, left = picked_since(codes, at=at), budgets_left(codes, at=at)
    return [
        (code, _clock(since[key], left.get(key), at)) for key, code in codes.items() if key in since
    ]


def _lifts(
    request: Request, places: Iterable[Whereabouts], at: datetime
) -> list[tuple[OutNow, Clock | None]]:
    """Give what is out to reach these vials, each with its clock."""
    reached = {crumb.container_id for place in places for crumb in place.crumbs}
    return [
        (lift, clock_of(lift, at))
        for lift in lifted_now(seen_by=request.user, at=at)
        if lift.container_id in reached and not lift.is_forgotten
    ]


def _marks(pick: Pick) -> tuple[bool, bool]:
    return Seat.PICKER in pick.scanned, Seat.WITNESS in pick.scanned


def _field(card: RetrievalCard, mine: SeatShown) -> ScanField:
    return ScanField(
        url=reverse("retrievals:pick", args=[card.id]),
        label=f"Scan a vial, {mine.name or 'witness'}",
        target="#pick-result",
        hint=f"Counts as the {mine.seat.label.lower()}’s scan.",
        hidden=(("seat", mine.seat.value),),
    )


def _instruction(
    both: tuple[SeatShown, SeatShown], mine: SeatShown, claimed: Sequence[Pick]
) -> str:
    """Say the one thing to do now."""
    picker, witness = both
    if not claimed:
        return "Nothing is claimed for this order: claim its vials first."
    if picker.is_complete and witness.is_complete:
        return "Both have scanned every vial: sign the check-out together."
    if mine.is_complete and not witness.name:
        return "Every vial is scanned. Now the witness joins and scans each one too."
    if mine.is_complete:
        other = witness if mine.seat is Seat.PICKER else picker
        return f"Every vial is scanned. Now {other.name} scans each one too."
    return "Take one vial from its place and scan its own label: its clock starts with its scan."


def _words_of_check_out(claimed: Sequence[Pick]) -> Iterable[str]:
    """Say what the signature does, and which of the vials are out for too long already."""
    yield "The places stay kept for these vials. Each is out since its own scan."
    yield "A carrier counts from your signature on."
    left = budgets_left([pick.vial_id for pick in claimed], at=timezone.now())
    over = [
        pick.code for pick in claimed if pick.vial_id in left and left[pick.vial_id].is_exceeded
    ]
    if over:
        yield f"Out longer or more often than allowed: {', '.join(over)}."
        yield "Nothing of that is packed until QA accepts it: put it back, or sign and call QA."


def check_out_sheet(card: RetrievalCard, *, seen_by: Author) -> SignSheet:
    """Give the sheet on which both people sign the check-out."""
    claimed = picks(card.id)
    records = records_by_key([pick.vial_id for pick in claimed], seen_by=seen_by)
    number = f"{len(records)} vial{'' if len(records) == 1 else 's'}"
    return SignSheet(
        heading=f"Check out for {card.order_number}",
        words=" ".join(_words_of_check_out(claimed)),
        statement=f"I took {number} of {card.coi} out of storage for order {card.order_number}.",
        action_label=f"Sign and check out {number}",
        cancel_url=reverse("retrievals:pick", args=[card.id]),
        crumbs=(*crumbs_of(card, "Pick")[:-1], *crumbs_of(card, "Check out")[-1:]),
        identity=identity_of(card),
        covers=((Retrieval, card.id),),
        lines=vial_lines(records),
        reasons=(f"Retrieval for order {card.order_number}",),
    )
