"""What a stopped mix-up leaves: the refused attempt, a deviation and a hold, in one commit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from audit.changes import OpenChange
from audit.errors import ActionRefused, Refusal
from custody.handling import newest_rules
from custody.holds import hold_vials, lock_with_parts
from custody.lifts import Reach, note_lift
from custody.models import HoldScope
from inventory.models import Vial
from sop.deviations import NewDeviation, add_to_open_deviation, open_deviation
from sop.models import Deviation, DeviationSource

MIX_UPS = frozenset({"WRONG_PATIENT", "OTHER_BATCH"})
"""Of another patient; of another batch, where the product belongs to no patient."""


@dataclass(frozen=True, kw_only=True)
class MixUp:
    """
    A vial of one patient in the work for another; of another batch, where none has a patient.

    work: what was being done, such as "the pick for SCH-17". expected: what belongs there; coi:
    whose it is. about: what the same mix-up is known by while its deviation is open.
    of: whose it is instead, "patient" or "batch".
    """

    vial: Vial
    work: str
    expected: Sequence[Vial]
    coi: str
    about: str
    of: str = "patient"


def is_mix_up(refusals: Sequence[Refusal]) -> bool:
    """Say whether one of the reasons is that the vial is another patient's, or batch's."""
    return any(refusal.code in MIX_UPS for refusal in refusals)


@contextmanager
def undone(*, when: bool) -> Iterator[None]:
    """Take back what is written inside: a scan that is stopped is no step of any procedure."""
    if not when:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def keep_mix_up(
    change: OpenChange, refusals: Sequence[Refusal], mix_up: MixUp, *, at: datetime
) -> ActionRefused:
    """Write what one stopped mix-up leaves, and return what is raised once that is committed."""
    return keep_mix_ups(change, refusals, [mix_up], at=at)


def keep_mix_ups(
    change: OpenChange, refusals: Sequence[Refusal], mix_ups: Sequence[MixUp], *, at: datetime
) -> ActionRefused:
    """
    Write what the mix-ups of one stopped attempt leave; return what is raised once it is committed.

    The same one again adds to the deviation that is open, and holds nothing twice.
    Source: 21 CFR 211.192; REQUIREMENTS B9, scenario 2; URS-23, URS-29, URS-113.
    """
    stop = ActionRefused(refusals)
    held = lock_with_parts(Vial.objects.filter(pk__in=[mix_up.vial.pk for mix_up in mix_ups]))
    change.keep(stop)
    places = [mix_up.vial.position_id for mix_up in mix_ups if mix_up.vial.position_id]
    note_lift(change, Reach.OUT, positions=places, at=at)
    for mix_up in mix_ups:
        mine = Vial.objects.filter(pk=mix_up.vial.pk)
        _leave(change, mix_up, held if len(mix_ups) == 1 else lock_with_parts(mine), at)
    return stop


def _leave(change: OpenChange, mix_up: MixUp, held: Sequence[Vial], at: datetime) -> None:
    said = _said(change, mix_up, at)
    if add_to_open_deviation(mix_up.about, f"Again, {said}") is not None:
        return
    if held and holds_on_mismatch():
        hold_vials(
            change,
            held,
            scope=HoldScope.VIALS,
            subject=mix_up.vial.code,
            reason=f"Held by itself: it was scanned in {mix_up.work}, for another {mix_up.of}",
            at=at,
            by_rule=True,
        )
    _open(change, mix_up, said, held, at)


def _open(
    change: OpenChange, mix_up: MixUp, said: str, held: Sequence[Vial], at: datetime
) -> Deviation:
    where = next((vial.position for vial in held if vial.pk == mix_up.vial.pk), None)
    found = NewDeviation(
        source=DeviationSource.MISMATCH,
        title=f"Another {mix_up.of}'s vial: {mix_up.vial.code} in {mix_up.work}",
        what_happened=f"On {said}",
        vials=[mix_up.vial, *mix_up.expected],
        site_id=None if where is None else where.container.site_id,
        caused_by_id=None if change.actor is None else change.actor.pk,
        about=mix_up.about,
    )
    return open_deviation(change, found, at=at)


def _said(change: OpenChange, mix_up: MixUp, at: datetime) -> str:
    who = change.device if change.actor is None else change.actor.full_name
    therapy = mix_up.vial.therapy
    whose = "no patient yet" if therapy is None else f"chain of identity {therapy.coi}"
    codes = ", ".join(vial.code for vial in mix_up.expected) or "vials"
    return (
        f"{at.astimezone(UTC):%Y-%m-%d at %H:%M:%S} UTC: {who} scanned {mix_up.vial.code} "
        f"({whose}) in {mix_up.work}, where {codes} (chain of identity {mix_up.coi}) belong. "
        "The scan was refused."
    )


def holds_on_mismatch() -> bool:
    """Say whether a stopped mix-up holds the vial; yes, until quality signs otherwise."""
    newest = newest_rules()
    return newest is None or newest.holds_on_mismatch
