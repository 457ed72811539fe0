"""What each scan of a put-away means: take a vial up, choose a box, or put the vial there."""

from dataclasses import replace

from audit.errors import ActionRefused
from custody.mix_ups import is_mix_up
from custody.queries.put_away import in_hand, refusals_to_put_away, vial_to_put_away
from custody.queries.resolve import Found, resolve
from inventory.codes.scan import needs_second_entry, read_scan
from inventory.codes.words import UnreadableScan
from inventory.models import Holds, IdentifierKind, Position
from web.put_away.memory import Memory
from web.put_away.outcome import Outcome, refused, stop
from web.put_away.placing import Putting, box_of, next_place, put, stopped, stopped_at_mix_up

_LONGEST_LABEL = 30


def take_scan(putting: Putting, raw: str, *, typed: bool) -> Outcome:
    """
    Answer one scan.

    raw: as the scanner or the keyboard delivered it. typed: keys came at a person's pace.
    Source: REQUIREMENTS B3; URS-04, URS-29, URS-89, URS-106.
    """
    memory = putting.memory
    try:
        place = _place_on_the_map(memory, raw)
        if place is not None:
            return _choose(memory, place)
        again = ask_again(memory, raw, typed=typed)
        return again or _take(replace(putting, memory=replace(memory, typed="")), raw)
    except UnreadableScan as fault:
        error = stop(fault.code, fault.words)
        return refused(replace(memory, typed=""), error, scanned=raw.strip())


def _place_on_the_map(memory: Memory, raw: str) -> Position | None:
    """Understand `B7` as the place of that name in the chosen box."""
    label = raw.strip()
    if memory.box_id is None or not 0 < len(label) <= _LONGEST_LABEL:
        return None
    return Position.objects.filter(container=memory.box_id, label__iexact=label).first()


def _choose(memory: Memory, place: Position) -> Outcome:
    return Outcome(
        memory=replace(memory, choice=place.pk, typed=""),
        words=f"The next place is {place.label}. Scan the box to put the vial there.",
    )


def ask_again(memory: Memory, raw: str, *, typed: bool) -> Outcome | None:
    """Ask for a code once more that was typed and that no check character guards (URS-04)."""
    scan = read_scan(raw)
    if not typed or not needs_second_entry(scan):
        return None
    if not memory.typed:
        return Outcome(
            memory=replace(memory, typed=scan.code),
            asks=f"{scan.code} was typed by hand. Type it once more, or scan it.",
        )
    if memory.typed == scan.code:
        return None
    error = stop("ENTRIES_DIFFER", "The two entries differ. Read the code again, or scan it.")
    cleared = replace(memory, typed="")
    return refused(cleared, error, expected=memory.typed, scanned=scan.code)


def _take(putting: Putting, raw: str) -> Outcome:
    found = resolve(raw, seen_by=putting.actor)
    code = read_scan(raw).code
    if found is None:
        error = stop(
            "UNKNOWN_CODE",
            f"Nothing that you may see has the code {code}. Set the item apart and look it up.",
        )
        return stopped(putting, error, scanned=code)
    if found.kind == IdentifierKind.VIAL:
        return _take_vial(putting, found)
    if found.kind == IdentifierKind.CONTAINER:
        return _take_box(putting, found)
    if found.kind == IdentifierKind.POSITION:
        return _take_place(putting, found)
    kind = str(found.kind.label).lower()
    words = f"{code} is the code of a {kind}. Scan a vial, a box or a place."
    return stopped(putting, stop("NOT_FOR_PUT_AWAY", words), scanned=code)


def _take_vial(putting: Putting, found: Found) -> Outcome:
    memory = putting.memory
    vial = vial_to_put_away(found.key, seen_by=putting.actor)
    if vial is None or found.replaced_by:
        words = f"{found.code} was replaced by {found.replaced_by}. Scan the label it carries now."
        return stopped(putting, stop("CODE_RETIRED", words), scanned=found.code)
    if memory.vial_id not in {None, vial.pk}:
        words = f"{memory.scanned} has no place yet. Scan where it stands, or set it aside first."
        error = stop("VIAL_WAITING", words)
        return stopped(putting, error, expected="a box or a place", scanned=found.code)
    if putting.moves:
        return Outcome(memory=memory, words="It is in hand. Scan the box or the place it goes to.")
    place = next_place(putting, in_hand(vial, at=putting.at))
    refusals = refusals_to_put_away(vial, subject=memory.subject, place=place, actor=putting.actor)
    if is_mix_up(refusals) and memory.therapy_id is not None:
        return stopped_at_mix_up(putting, vial, memory.therapy_id)
    if refusals:
        return stopped(putting, ActionRefused(refusals), scanned=vial.code)
    return Outcome(memory=memory.taking(vial, found.code))


def _take_box(putting: Putting, found: Found) -> Outcome:
    memory = putting.memory
    box = box_of(found.key, actor=putting.actor)
    if box is None or box.type.holds != Holds.VIAL:
        return _no_box(putting, "Vials do not stand in that directly.", found.code)
    choice = memory.choice if memory.box_id == box.pk else None
    putting = replace(putting, memory=memory.in_box(box.pk, choice=choice))
    vial = None
    if memory.vial_id is not None:
        vial = vial_to_put_away(memory.vial_id, seen_by=putting.actor)
    place = next_place(putting, None if vial is None else in_hand(vial, at=putting.at))
    if place is None:
        words = f"{box.name} has no free place left. Take the next box."
        full = stopped(putting, stop("BOX_FULL", words), scanned=found.code)
        return full if vial is None else replace(full, memory=memory)
    if vial is None:
        words = f"{box.name} is chosen. Scan the next vial; it goes to {place.label}."
        return Outcome(memory=putting.memory, words=words)
    outcome = put(putting, vial, place, scanned=found.code)
    return replace(outcome, memory=memory) if outcome.refusals else outcome


def _take_place(putting: Putting, found: Found) -> Outcome:
    memory = putting.memory
    place = Position.objects.select_related("container").get(pk=found.key)
    if place.holds != Holds.VIAL:
        words = f"{place.container.name} {place.label} takes containers, not vials."
        return _no_box(putting, words, found.code)
    if memory.vial_id is None:
        return _choose_scanned(memory, place)
    vial = vial_to_put_away(memory.vial_id, seen_by=putting.actor)
    if vial is None:
        return Outcome(memory=memory.without_vial(), words="Scan the vial again.")
    return put(putting, vial, place, scanned=found.code)


def _no_box(putting: Putting, words: str, scanned: str) -> Outcome:
    """Stop at something that holds no vials, beside the box that is being filled."""
    box = box_of(putting.memory.box_id, actor=putting.actor)
    expected = "the box" if box is None else box.code
    error = stop("NOT_A_BOX", f"{words} Scan the box that they stand in.")
    return stopped(putting, error, expected=expected, scanned=scanned)


def _choose_scanned(memory: Memory, place: Position) -> Outcome:
    last = memory.last
    if last is not None and last.position_id == place.pk:
        return Outcome(memory=memory, words="Stored already:", code=last.code, detail=last.place)
    return Outcome(
        memory=memory.in_box(place.container_id, choice=place.pk),
        words=f"{place.container.name} {place.label} is next. Scan the vial that goes there.",
    )
