"""Reporting vials missing, which holds everything of their patients' therapies."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from custody.holds import lock_with_parts
from custody.ledger import Entry
from custody.locks import lock_vials
from custody.missing import by_program, hold_therapies, with_their_therapies
from custody.models import CustodyEvent, EventKind
from custody.queries.warmth import OUT
from custody.rules.statuses import refusals_to_enter
from custody.steps import leave
from custody.time_out import ended_picks, seconds_out
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
        family = lock_with_parts(with_their_therapies(vial_ids))
        vials = lock_vials(vial_ids)
        events = leave(
            change,
            vials,
            action=Action.REPORT_MISSING,
            to=Custody.MISSING,
            rule=lambda vial: refusals_to_enter(vial, Custody.MISSING),
            entry=Entry(
                kind=EventKind.WENT_MISSING,
                reason=intent.reason,
                details={"searched": searched},
                each=ended_picks(dict.fromkeys(vial_ids, at))
                | seconds_out([vial for vial in vials if vial.custody in OUT], at),
            ),
            at=at,
        )
        hold_therapies(change, vials, family, at=at)
        _open_deviations(change, vials, searched, at=at)
        return events


def _open_deviations(
    change: OpenChange, missing: Sequence[Vial], searched: str, *, at: datetime
) -> None:
    """Open one deviation for each program: no sponsor reads of another's vials."""
    for vials in by_program(missing).values():
        codes = ", ".join(vial.code for vial in vials)
        reason = "" if change.intent is None else change.intent.reason
        found = NewDeviation(
            source=DeviationSource.MISSING_VIAL,
            title=f"Reported missing: {codes}",
            what_happened=f"{codes}: not where it should be. {reason}\nSearched: {searched}",
            vials=vials,
        )
        open_deviation(change, found, at=at)
