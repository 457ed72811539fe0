"""What the put-away screen shows: the vial in hand, its clock, its box, and what is left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from accounts.models import Person
from audit.errors import Refusal
from custody.models import CustodyEvent
from custody.queries.boxes import next_free
from custody.queries.exposure import BudgetLeft, budgets_left
from custody.rules.placing import refusals_to_come_in, refusals_to_go_back, refusals_to_place
from custody.rules.putting_away import Subject, refusals_to_take_up
from custody.rules.standing import OUT
from custody.spots import spots
from custody.time_out import CAME_INTO_HAND, began_at, picked_since
from inventory.models import Batch, Container, Custody, Position, Program, Vial

WAITING = (Custody.RECEIVED, Custody.CHECKED_OUT, Custody.RETURNED)
MOST_WAITING = 100
OUTSIDE_PROGRAM = Refusal(
    "OUTSIDE_PROGRAM", "This belongs to a program you do not work on. Set it apart; call QA."
)


@dataclass(frozen=True, kw_only=True)
class InHand:
    """
    The vial that is being put away.

    out_since: when it came into somebody's hands, a part of a split with its parent, what is
    picked with its scan; is_out: whether it is out of its place now.
    longest_out: for how long it may be out this time, by what is left of its budget.
    kept_place_id: the position that is kept for it, when it was checked out.
    """

    vial: Vial
    out_since: datetime | None
    is_out: bool
    longest_out: timedelta | None
    kept_place_id: int | None

    @property
    def is_back(self) -> bool:
        """Whether it was stored before and comes back."""
        return self.vial.custody in OUT


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a batch is put away: the stored ones of those that are here, and what waits."""

    batch_number: str
    stored: int
    here: int
    waiting: tuple[str, ...]


def vial_to_put_away(vial_id: int, *, seen_by: Person) -> Vial | None:
    """Return the vial with what the screen says of it, when the person may see it."""
    rows = Vial.objects.visible_to(seen_by).select_related(
        "batch__product", "therapy__patient", "custodian"
    )
    return rows.filter(pk=vial_id).first()


def in_hand(vial: Vial, *, at: datetime) -> InHand:
    """Say since when `vial` is out, and for how long it may be by its budget; three queries."""
    is_stored = vial.custody == Custody.IN_STORAGE
    picked = picked_since([vial.pk], at=at).get(vial.pk) if is_stored else None
    since = picked or _came_into_hand(vial)
    left = budgets_left([vial.pk], at=at).get(vial.pk)
    kept = Position.objects.filter(reserved_for=vial)
    return InHand(
        vial=vial,
        out_since=since,
        is_out=not is_stored or picked is not None,
        longest_out=None if left is None else _longest_out(left, since, at),
        kept_place_id=kept.values_list("pk", flat=True).first(),
    )


def _came_into_hand(vial: Vial) -> datetime | None:
    events = CustodyEvent.objects.filter(vial=vial, kind__in=CAME_INTO_HAND).order_by("-seq")
    return events.annotate(began=began_at()).values_list("began", flat=True).first()


def _longest_out(left: BudgetLeft, since: datetime | None, at: datetime) -> timedelta:
    if since is None or left.going_on is None:
        return left.at_once
    return left.for_now(since, at)


def suggested_place(
    box: Container, held: InHand | None, *, chosen: int | None, after: int
) -> Position | None:
    """Return the place of `box` that is next: chosen by hand, kept for the vial, or free."""
    wanted = chosen if chosen is not None else held.kept_place_id if held else None
    if wanted is not None:
        place = Position.objects.filter(pk=wanted, container=box).first()
        if place is not None:
            return place
    return next_free(box, after=after)


def refusals_to_put_away(
    vial: Vial, *, subject: Subject, place: Position | None, actor: Person
) -> list[Refusal]:
    """Say at the scan of the vial why it may not be put away, or not at `place`."""
    refusals = refusals_to_take_up(vial, subject)
    if not Program.objects.worked_on_by(actor).filter(pk=vial.program_id).exists():
        refusals.append(OUTSIDE_PROGRAM)
    if refusals or place is None:
        return refusals
    spot = spots([place])[place.pk]
    warm = refusals_to_come_in(spot, from_unit_id=None)
    if vial.custody == Custody.RECEIVED:
        return warm + refusals_to_place(vial, spot)
    return warm + refusals_to_go_back(vial, spot)


def progress_of(batch: Batch) -> Progress:
    """Count how many vials of a batch are stored, and name those that wait; two queries."""
    rows = Vial.objects.filter(batch=batch)
    counts = rows.aggregate(
        stored=Count("pk", filter=Q(custody=Custody.IN_STORAGE)),
        here=Count("pk", filter=Q(custody__in=(Custody.IN_STORAGE, *WAITING))),
    )
    waiting = rows.filter(custody__in=WAITING).order_by("code")
    return Progress(
        batch_number=batch.number,
        stored=counts["stored"],
        here=counts["here"],
        waiting=tuple(waiting.values_list("code", flat=True)[:MOST_WAITING]),
    )


def kept_at(vials: Collection[Vial]) -> set[int]:
    """Return the sites at which places are kept for these vials; one query."""
    kept = Position.objects.filter(reserved_for__in=[vial.pk for vial in vials])
    return set(kept.values_list("container__site", flat=True))


def waiting_for(person: Person) -> list[Vial]:
    """Return the vials in the person's own hands that have no place yet, oldest batch first."""
    rows = Vial.objects.visible_to(person).filter(custodian=person, custody__in=WAITING)
    ordered = rows.select_related("batch__product", "therapy__patient")
    return list(ordered.order_by("batch__completed_at", "code")[:MOST_WAITING])
