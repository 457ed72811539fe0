"""One scan while a unit is emptied: a rack is taken out, or put down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from audit.authors import Attribution
from audit.errors import DomainError, Refusal
from audit.refusals import record_refusal
from custody.actions.put_down_rack import put_down_rack
from custody.actions.take_out_rack import take_out_rack
from custody.emptying import Target
from custody.models import EmptiedRack, Emptying
from custody.queries.emptying import progress_of
from custody.queries.resolve import resolve
from custody.queries.storage import container_seen_by
from custody.rules.emptying import minutes, vials_in_words
from inventory.codes.words import UnreadableScan
from inventory.models import Container, Holds, IdentifierKind

REASON = "Moved in an emergency, by scanning"
UNKNOWN_CODE = Refusal("UNKNOWN_CODE", "No rack or place has this code. Scan it again.")
A_VIAL = Refusal(
    "A_VIAL",
    "This is a vial. Scan the rack or box it stands in: everything inside goes along. A vial that "
    "stands in none is moved from its own page.",
)
NOTHING_IN_HAND = Refusal(
    "NOTHING_IN_HAND", "You carry no rack. Scan the rack first, then where you put it."
)


@dataclass(frozen=True, kw_only=True)
class Emptied:
    """One scan at one instant."""

    emptying: Emptying
    actor: Person
    attribution: Attribution
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a scan came to."""

    words: str = ""
    code: str = ""
    detail: str = ""
    refusals: tuple[Refusal, ...] = ()
    expected: str = ""
    scanned: str = ""
    status: int = 200


def answer_scan(scan: Emptied, entered: Mapping[str, object]) -> Outcome:
    """Answer what was posted: a rack that was handed on, or a code."""
    handed = entered.get("takes_over")
    if isinstance(handed, int):
        return _acted(lambda: _take(scan, handed, takes_over=True))
    text = str(entered.get("code") or "").strip()
    return take_code(scan, text) if text else Outcome()


def take_code(scan: Emptied, text: str) -> Outcome:
    """
    Answer one code.

    Source: REQUIREMENTS scenario 10; URS-29, URS-105, URS-106.
    """
    try:
        found = resolve(text, seen_by=scan.actor)
    except UnreadableScan as fault:
        return stop(scan, Refusal(fault.code, fault.words), text)
    in_hand = progress_of(scan.emptying).in_hand_of(scan.actor)
    if found is not None and found.kind == IdentifierKind.VIAL:
        return stop(scan, A_VIAL, text)
    if found is not None and found.kind == IdentifierKind.POSITION:
        if in_hand is None:
            return stop(scan, NOTHING_IN_HAND, text)
        return _acted(lambda: _put(scan, in_hand, Target(position_id=found.key)))
    container = None
    if found is not None and found.kind == IdentifierKind.CONTAINER:
        container = container_seen_by(scan.actor, found.key)
    if container is None:
        return stop(scan, UNKNOWN_CODE, text)
    return _of_container(scan, container, in_hand, text)


def _of_container(
    scan: Emptied, container: Container, in_hand: EmptiedRack | None, text: str
) -> Outcome:
    """Put down what is in hand where it may go, else take up what was scanned."""
    if not _is_put_into(scan.emptying, container, in_hand):
        return _acted(lambda: _take(scan, container.pk))
    if in_hand is None:
        return stop(scan, NOTHING_IN_HAND, text)
    return _acted(lambda: _put(scan, in_hand, Target(container_id=container.pk)))


def _is_put_into(emptying: Emptying, container: Container, in_hand: EmptiedRack | None) -> bool:
    """Say whether a scan of it says where something goes, and not what is taken out."""
    if container.unit_id == emptying.unit_id:
        return container.pk == emptying.unit_id
    if container.type.holds != Holds.CONTAINER:
        return container.type.is_unit
    if container.type.is_unit or not container.type.is_taken_out:
        return True
    return in_hand is not None and in_hand.container.type.category in container.type.accepts


def _take(scan: Emptied, container_id: int, *, takes_over: bool = False) -> Outcome:
    row = take_out_rack(
        emptying_id=scan.emptying.pk,
        container_id=container_id,
        attribution=scan.attribution,
        at=scan.at,
        takes_over=takes_over,
    )
    return Outcome(
        words=f"{row.container.name} is in your hands, and its clock runs. Scan where you put it.",
        code=row.container.code,
        detail=vials_in_words(row.vials),
    )


def _put(scan: Emptied, row: EmptiedRack, target: Target) -> Outcome:
    done = put_down_rack(
        emptying_id=scan.emptying.pk,
        container_id=row.container_id,
        target=target,
        attribution=scan.attribution,
        at=scan.at,
    )
    out = minutes(scan.at - done.taken_out_at)
    name = done.container.name
    if done.to_unit_id == scan.emptying.unit_id:
        return Outcome(words=f"{name} is back where it was, after {out}. Scan the next rack.")
    later = "" if done.confirmed_at is not None else " Its place there is confirmed later."
    return Outcome(
        words=f"{name} is put down after {out}. Scan the next rack.",
        code=done.container.code,
        detail=" ".join([f"{done.place}.{later}", *done.deferred]),
    )


def _acted(act: Callable[[], Outcome]) -> Outcome:
    try:
        return act()
    except DomainError as error:
        return Outcome(refusals=tuple(error.refusals), status=error.http_status)


def stop(scan: Emptied, refusal: Refusal, scanned: str, *, expected: str = "") -> Outcome:
    """Stop at a scan that does not belong here, and keep the attempt (URS-29)."""
    record_refusal(
        action="take_out_rack",
        error=DomainError([refusal]),
        actor=scan.actor,
        device=scan.attribution.device,
        request_id=scan.attribution.request_id,
        subject={"unit": scan.emptying.unit.code, "expected": expected, "scanned": scanned},
    )
    return Outcome(refusals=(refusal,), expected=expected, scanned=scanned, status=409)
