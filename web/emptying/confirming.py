"""Confirming where racks stand: the rack is scanned, then its place."""

from audit.errors import DomainError, Refusal
from custody.actions.confirm_rack_place import confirm_rack_place
from custody.models import EmptiedRack
from custody.queries.emptying import racks_of_code
from custody.queries.resolve import resolve
from inventory.codes.words import UnreadableScan
from inventory.models import IdentifierKind, Position
from web.emptying.scanning import Emptied, Outcome, stop

SCAN_A_RACK = Refusal("NOT_A_RACK", "Scan a rack of this list first, then the place it stands at.")
NO_SUCH_PLACE = Refusal(
    "NOT_A_PLACE", "That is no place in its unit. Scan the place, or type its name, such as R3."
)


def take_place_code(
    scan: Emptied, text: str, chosen: EmptiedRack | None
) -> tuple[Outcome, EmptiedRack | None]:
    """
    Answer one code; return what it came to, and the rack whose place is scanned next.

    Source: REQUIREMENTS B7, scenario 10; URS-29, URS-106.
    """
    try:
        found = resolve(text, seen_by=scan.actor)
    except UnreadableScan as fault:
        return stop(scan, Refusal(fault.code, fault.words), text), chosen
    if found is not None and found.kind == IdentifierKind.CONTAINER:
        rack = racks_of_code(scan.emptying, found.key)
        if rack is None:
            return stop(scan, SCAN_A_RACK, text), chosen
        words = f"{rack.container.name}: scan the place it stands at."
        return Outcome(words=words, code=rack.container.code, detail=rack.place), rack
    if chosen is None:
        return stop(scan, SCAN_A_RACK, text), None
    position = found.key if found is not None and found.kind == IdentifierKind.POSITION else None
    position = position or _named(chosen, text)
    if position is None:
        return stop(scan, NO_SUCH_PLACE, text), chosen
    return _confirm(scan, chosen, position)


def _named(chosen: EmptiedRack, label: str) -> int | None:
    """Return the place of this name in what holds the rack by the record."""
    held = Position.objects.filter(containers=chosen.container_id).values("container")
    rows = Position.objects.filter(container__in=held, label__iexact=label)
    return rows.values_list("pk", flat=True).first()


def _confirm(
    scan: Emptied, chosen: EmptiedRack, position_id: int
) -> tuple[Outcome, EmptiedRack | None]:
    try:
        done = confirm_rack_place(
            rack_id=chosen.pk,
            position_id=position_id,
            attribution=scan.attribution,
            at=scan.at,
        )
    except DomainError as error:
        return Outcome(refusals=tuple(error.refusals), status=error.http_status), chosen
    words = f"{done.container.name} stands there. Scan the next rack."
    return Outcome(words=words, code=done.container.code, detail=done.place), None
