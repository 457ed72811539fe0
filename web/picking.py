"""The two seats at a pick: who scans now, what each has scanned, and what a scan came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone

from accounts.models import Person
from audit.authors import Attribution
from audit.errors import DomainError, Refusal
from custody.actions.scan_pick import scan_pick
from custody.models import Seat
from custody.queries.retrievals import Pick, RetrievalCard
from inventory.codes.scan import read_scan
from inventory.codes.words import UnreadableScan
from web.attribution import attributed
from web.http import Request
from web.presenters import Accepted

_KEY = "witness_here"
NOT_SEATED = Refusal(
    "NOT_AT_THIS_PICK",
    "The witness has not joined on this screen. Let them join with their own user ID first.",
)


class NotSeated(DomainError):
    """Somebody scans in a seat that nobody took on this screen."""

    http_status = 409


@dataclass(frozen=True, kw_only=True)
class SeatShown:
    """One of the two people, and how far they are."""

    seat: Seat
    name: str
    done: int
    total: int
    is_scanning: bool
    is_open_here: bool

    @property
    def is_complete(self) -> bool:
        """Say whether this person has scanned every vial."""
        return self.total > 0 and self.done == self.total


@dataclass(frozen=True, kw_only=True)
class ScanOutcome:
    """What a scan came to: nothing scanned yet, accepted, or refused beside what was expected."""

    status: int = 200
    accepted: Accepted | None = None
    refusals: list[Refusal] = field(default_factory=list)
    expected: str = ""
    scanned: str = ""
    title: str = ""


def seat_witness_here(request: Request, card: RetrievalCard, person_id: int) -> None:
    """Let a witness, who proved who they are, scan on this screen for this order only."""
    request.session[_KEY] = {"retrieval": card.id, "person": person_id}


def scanning_seat(request: Request, card: RetrievalCard) -> Seat:
    """Say in whose seat the next scan on this screen counts."""
    asked = request.POST.get("seat") or request.GET.get("seat", "")
    if request.user.pk == card.witness_id and request.user.pk != card.claimed_by_id:
        return Seat.WITNESS
    return Seat.WITNESS if asked == Seat.WITNESS else Seat.PICKER


def _witness_here(request: Request, card: RetrievalCard) -> int | None:
    """Return the key of the witness who may scan on this screen."""
    if request.user.pk == card.witness_id:
        return card.witness_id
    seated: Mapping[str, int] = request.session.get(_KEY, {})
    if seated.get("retrieval") != card.id or seated.get("person") != card.witness_id:
        return None
    return card.witness_id


def seats(
    request: Request, card: RetrievalCard, picks: Sequence[Pick], scanning: Seat
) -> tuple[SeatShown, SeatShown]:
    """Show both people at the pick."""
    picker = SeatShown(
        seat=Seat.PICKER,
        name=card.claimed_by,
        done=sum(1 for pick in picks if Seat.PICKER in pick.scanned),
        total=len(picks),
        is_scanning=scanning is Seat.PICKER,
        is_open_here=request.user.pk == card.claimed_by_id,
    )
    witness = SeatShown(
        seat=Seat.WITNESS,
        name=card.witness,
        done=sum(1 for pick in picks if Seat.WITNESS in pick.scanned),
        total=len(picks),
        is_scanning=scanning is Seat.WITNESS,
        is_open_here=_witness_here(request, card) is not None,
    )
    return picker, witness


def take_scan(
    request: Request, card: RetrievalCard, seat: Seat, raw: str, picks: Sequence[Pick]
) -> ScanOutcome:
    """Record one scan in a seat; a wrong one comes back beside what was expected."""
    waiting = [pick.code for pick in picks if seat not in pick.scanned]
    outcome = ScanOutcome(expected=waiting[0] if waiting else card.coi, scanned=raw.strip()[:60])
    try:
        code = read_scan(raw).code
        outcome = replace(outcome, scanned=code)
        scan = scan_pick(
            retrieval_id=card.id,
            code=code,
            attribution=_attribution(request, card, seat),
            at=timezone.now(),
        )
    except UnreadableScan as fault:
        return replace(outcome, status=409, refusals=[Refusal(fault.code, fault.words)])
    except DomainError as error:
        title = "STOP: another patient’s vial" if "WRONG_PATIENT" in error.codes else ""
        return replace(outcome, status=error.http_status, refusals=error.refusals, title=title)
    return ScanOutcome(
        accepted=Accepted(
            words=f"Right vial, scanned by the {seat.label.lower()}:",
            code=scan.scanned_code,
            detail=f"{len(picks) - len(waiting) + 1} of {len(picks)}",
        )
    )


def _attribution(request: Request, card: RetrievalCard, seat: Seat) -> Attribution:
    """
    Attribute a scan to the session's person, or to the witness who joined on this screen.

    Raises NotSeated: nobody joined here as the witness.
    """
    mine = attributed(request, f"Pick for {card.order_number}")
    if seat is Seat.PICKER or request.user.pk == card.witness_id:
        return mine
    seated = [key for key in (_witness_here(request, card),) if key is not None]
    witness = Person.objects.filter(pk__in=seated, is_active=True).first()
    if witness is None:
        raise NotSeated([NOT_SEATED])
    return replace(mine, actor=witness)
