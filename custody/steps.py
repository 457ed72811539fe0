"""Steps that several actions share; they take rows that the action has locked."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from audit.changes import OpenChange
from audit.errors import Refusal, refuse_if
from audit.writes import update_all
from custody.late import as_entered, done_at, late_refusals
from custody.ledger import Before, Entry, snapshot, write
from custody.lifts import Reach, note_lift
from custody.models import Claim, CustodyEvent, HeldVial
from custody.queries.warmth import OUT
from custody.rules.late import LateEntry
from custody.rules.leaving import MAY_GO_TO_A_PATIENT
from custody.rules.people import refusals_without_second
from custody.time_alarms import end_time_out
from inventory.models import Custody, Position, Quality, Vial
from sop.action import Action
from sop.gate import Scope, admit


def admit_over(
    change: OpenChange, action: Action, vials: Sequence[Vial], *, programs: Collection[int] = ()
) -> None:
    """
    Ask the gate about these vials: their programs, and the sites they stand at.

    programs: further ones, such as that of the retrieval the vials are claimed for.
    Raises NotAuthorised; RuntimeError when a machine's Change asks for a person's action.
    """
    if change.actor is None:
        raise RuntimeError(f"{action} is done by people")
    reached = {vial.program_id for vial in vials} | set(programs)
    admit(change, action, Scope(programs=reached, sites=sites_of(vials), vials=vials))


def sites_of(vials: Iterable[Vial]) -> set[int]:
    """Return the sites at which the stored ones of `vials` stand."""
    return {vial.position.container.site_id for vial in vials if vial.position is not None}


def of_each(vials: Iterable[Vial], rule: Callable[[Vial], list[Refusal]]) -> list[Refusal]:
    """Return the refusals of every vial by `rule`, in order."""
    return [refusal for vial in vials for refusal in rule(vial)]


def held_among(vials: Sequence[Vial]) -> set[int]:
    """Return the keys of those vials that are under an open hold."""
    rows = HeldVial.objects.open().filter(vial__in=[vial.pk for vial in vials])
    return set(rows.values_list("vial", flat=True))


def claims_on(vials: Sequence[Vial]) -> dict[int, Claim]:
    """Return the open claim on each vial that has one, by the vial's key."""
    rows = Claim.objects.open().filter(vial__in=[vial.pk for vial in vials])
    return {claim.vial_id: claim for claim in rows.select_related("retrieval", "claimed_by")}


def hand_to(change: OpenChange, vials: Iterable[Vial], custody: Custody) -> None:
    """Put vials into the hands of the person who acts."""
    for vial in vials:
        vial.custody, vial.position = custody, None
        vial.custodian_id = None if change.actor is None else change.actor.pk


def let_go(vials: Iterable[Vial], custody: Custody) -> None:
    """Take vials out of every place and hand known here."""
    for vial in vials:
        vial.custody, vial.position, vial.custodian = custody, None, None


def back_to_quarantine(vials: Iterable[Vial]) -> None:
    """Quarantine what could go to a patient until QA has decided again; the rest is barred."""
    for vial in vials:
        if vial.quality in MAY_GO_TO_A_PATIENT:
            vial.quality = Quality.QUARANTINE


def stand_at(vial: Vial, position: Position) -> None:
    """Put a vial into a position."""
    vial.custody, vial.position, vial.custodian = Custody.IN_STORAGE, position, None


def leave(
    change: OpenChange,
    vials: Sequence[Vial],
    *,
    action: Action,
    to: Custody,
    rule: Callable[[Vial], list[Refusal]],
    entry: Entry,
    at: datetime,
    two_people: bool = False,
    late: LateEntry | None = None,
) -> list[CustodyEvent]:
    """
    Do what all departures share: authority, rules, state, ledger, signatures, kept places.

    two_people: whether a second person must have signed. late: for a departure entered late.
    Raises NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, and what `rule` says of each vial).
    """
    change.subject.update(vials=[vial.code for vial in vials])
    admit_over(change, action, vials)
    missing = refusals_without_second(change.intent) if two_people else []
    too_late = late_refusals(late, vials, intent=change.intent, at=at)
    refuse_if(missing + of_each(vials, rule) + too_late)
    before = snapshot(vials)
    let_go(vials, to)
    events = write(change, vials, before, as_entered(entry, late), at=done_at(late, at))
    free_kept_places(vials)
    if any(was.custody in OUT for was in before.values()):
        end_time_out(before, at=at)
    change.sign(events)
    return events


def take_out(
    change: OpenChange,
    vials: Sequence[Vial],
    entry: Entry,
    *,
    at: datetime,
    reach: Reach = Reach.OUT,
) -> list[CustodyEvent]:
    """
    Put stored vials into the hands of the person who acts; their places are kept for them.

    reach: whether what they were taken from is back by now; else its clock runs.
    """
    before = snapshot(vials)
    left = [was.position.pk for was in before.values() if was.position is not None]
    note_lift(change, reach, positions=left, at=at)
    hand_to(change, vials, Custody.CHECKED_OUT)
    events = write(change, vials, before, entry, at=at)
    _keep_places(vials, before)
    change.sign(events)
    return events


def _keep_places(vials: Sequence[Vial], before: Mapping[int, Before]) -> None:
    """Keep for each vial the place it stood in."""
    kept = []
    for vial in vials:
        was = before[vial.pk].position
        if was is not None:
            was.reserved_for = vial
            kept.append(was)
    update_all(kept, ["reserved_for"])


def free_kept_places(vials: Iterable[Vial]) -> None:
    """Give up the places that were kept for vials which do not come back to them."""
    kept = Position.objects.filter(reserved_for__in=[vial.pk for vial in vials])
    positions = list(kept.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for position in positions:
        position.reserved_for = None
    update_all(positions, ["reserved_for"])
