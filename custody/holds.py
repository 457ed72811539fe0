"""What placing a hold and losing a vial share: whom it reaches, and what is written."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from audit.changes import OpenChange
from audit.writes import create_all
from custody.ledger import Entry, append, snapshot
from custody.locks import lock_vials
from custody.models import EventKind, HeldVial, Hold, HoldScope
from inventory.models import GONE, Vial


def lock_with_parts(named: QuerySet[Vial]) -> list[Vial]:
    """
    Lock `named` with every part split from them, also what is split off while we wait.

    What is gone is left out, but not its parts: they are still there.
    """
    keys: set[int] = set()
    vials: list[Vial] = []
    while more := _reach(named) - keys:
        keys |= more
        vials = lock_vials(sorted(keys))
    return [vial for vial in vials if vial.custody not in GONE]


def _reach(named: QuerySet[Vial]) -> set[int]:
    """Return the keys of what is named and not gone, and of every descendant that is not."""
    family = new = set(named.values_list("pk", flat=True))
    while new:  # through what was used up by a split
        children = Vial.objects.filter(parent__in=new)
        new = set(children.values_list("pk", flat=True)) - family
        family = family | new
    alive = Vial.objects.filter(pk__in=family).exclude(custody__in=GONE)
    return set(alive.values_list("pk", flat=True))


def hold_vials(
    change: OpenChange,
    vials: Sequence[Vial],
    *,
    scope: HoldScope,
    subject: str,
    reason: str,
    at: datetime,
    is_recall: bool = False,
    by_rule: bool = False,
) -> Hold:
    """
    Put locked vials under one new hold, with one event each; signed where people signed for it.

    by_rule: it follows from a rule that quality signed, so nobody signs the hold itself.
    Raises RuntimeError: no person acts.
    """
    if change.actor is None:
        raise RuntimeError("holds are placed by people")
    hold = Hold(
        scope=scope,
        subject=subject[:100],
        program_id=_one_program(vials),
        reason=reason,
        placed_by_id=change.actor.pk,
        placed_at=at,
        is_recall=is_recall,
    )
    hold.save(force_insert=True)
    create_all([HeldVial(hold=hold, vial=vial) for vial in vials])
    entry = Entry(kind=EventKind.HELD, reason=reason, details={"hold": hold.pk, "scope": scope})
    append(change, vials, snapshot(vials), entry, at=at)
    if change.intent is not None and not by_rule:
        change.sign([hold])
    return hold


def _one_program(vials: Sequence[Vial]) -> int | None:
    """Return the program all of them belong to, or nothing when they belong to several."""
    programs = {vial.program_id for vial in vials}
    return programs.pop() if len(programs) == 1 else None
