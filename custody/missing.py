"""What losing vials means: their patients' whole therapies are held; no sponsor reads another's."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from audit.changes import OpenChange
from custody.holds import hold_vials
from custody.models import HoldScope
from inventory.models import Vial


def with_their_therapies(vial_ids: Iterable[int]) -> QuerySet[Vial]:
    """Return the vials together with all of the same patients' therapies; a bank has none."""
    keys = list(vial_ids)
    therapies = Vial.objects.filter(pk__in=keys, therapy__isnull=False).values("therapy")
    return Vial.objects.filter(Q(pk__in=keys) | Q(therapy__in=therapies))


def hold_therapies(
    change: OpenChange, missing: Sequence[Vial], family: Sequence[Vial], *, at: datetime
) -> None:
    """
    Hold each therapy that lost a vial, once; the lost ones too.

    family: everything of these therapies, locked with its parts.
    """
    as_written = {vial.pk: vial for vial in [*family, *missing]}
    lost: dict[str, list[Vial]] = {}
    for vial in missing:
        if vial.therapy is not None:
            lost.setdefault(vial.therapy.coi, []).append(vial)
    for coi, vials in lost.items():
        codes = ", ".join(vial.code for vial in vials)
        hold_vials(
            change,
            [row for row in as_written.values() if row.therapy_id == vials[0].therapy_id],
            scope=HoldScope.THERAPY,
            subject=coi,
            reason=f"Reported missing: {codes}",
            at=at,
        )


def by_program(vials: Iterable[Vial]) -> dict[int, list[Vial]]:
    """Group vials by their program: no sponsor reads of another's."""
    grouped: dict[int, list[Vial]] = {}
    for vial in vials:
        grouped.setdefault(vial.program_id, []).append(vial)
    return grouped
