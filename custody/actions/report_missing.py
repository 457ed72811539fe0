"""Reporting vials missing, which holds everything of their patients' therapies."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from custody.holds import hold_vials, lock_with_parts
from custody.ledger import Entry
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind, HoldScope
from custody.rules.statuses import refusals_to_enter
from custody.steps import leave
from inventory.models import Custody, Vial
from sop.action import Action
from sop.deviations import NewDeviation, open_deviation
from sop.models import DeviationSource


def report_missing(
    *, vial_ids: Sequence[int], searched: str, intent: SignedIntent, at: datetime
) -> list[CustodyEvent]:
    """
    Record that vials are not where they should be; every one is searched for from here.

    Their patients' whole therapies are held, until somebody else in QA releases the hold, and a
    deviation is open, one for each program.
    searched: where it was looked for already.
    Raises NotFound; NotAuthorised; ActionRefused (WRONG_CUSTODY, VIAL_GONE).
    Source: REQUIREMENTS B8, B9, scenario 4; URS-113, URS-115.
    """
    with signed_change(intent, action=Action.REPORT_MISSING) as change:
        family = lock_with_parts(_with_their_therapies(vial_ids))
        vials = lock_vials(vial_ids)
        events = leave(
            change,
            vials,
            action=Action.REPORT_MISSING,
            to=Custody.MISSING,
            rule=lambda vial: refusals_to_enter(vial, Custody.MISSING),
            entry=Entry(
                kind=EventKind.WENT_MISSING, reason=intent.reason, details={"searched": searched}
            ),
            at=at,
        )
        _hold_therapies(change, vials, family, at=at)
        _open_deviations(change, vials, searched, at=at)
        return events


def _with_their_therapies(vial_ids: Iterable[int]) -> QuerySet[Vial]:
    """Return the vials together with all of the same patients' therapies; a bank has none."""
    therapies = Vial.objects.filter(pk__in=vial_ids, therapy__isnull=False).values("therapy")
    return Vial.objects.filter(Q(pk__in=vial_ids) | Q(therapy__in=therapies))


def _hold_therapies(
    change: OpenChange, missing: Sequence[Vial], family: Sequence[Vial], *, at: datetime
) -> None:
    """Hold each therapy that lost a vial, once; the lost ones too."""
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


def _open_deviations(
    change: OpenChange, missing: Sequence[Vial], searched: str, *, at: datetime
) -> None:
    """Open one deviation for each program: no sponsor reads of another's vials."""
    lost: dict[int, list[Vial]] = {}
    for vial in missing:
        lost.setdefault(vial.program_id, []).append(vial)
    for vials in lost.values():
        codes = ", ".join(vial.code for vial in vials)
        reason = "" if change.intent is None else change.intent.reason
        found = NewDeviation(
            source=DeviationSource.MISSING_VIAL,
            title=f"Reported missing: {codes}",
            what_happened=f"{codes}: not where it should be. {reason}\nSearched: {searched}",
            vials=vials,
        )
        open_deviation(change, found, at=at)
