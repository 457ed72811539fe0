"""Closing a deviation, by quality."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if
from custody.queries.deviations import report_is_due
from sop.deviation_locks import lock_deviation, lock_listed_vials, vials_listed
from sop.models import Deviation, DeviationStatus
from sop.queries.investigators import investigators_of
from sop.rules.deviations import refusals_to_close

REPORT_NOT_SETTLED = Refusal(
    "REPORT_NOT_SETTLED",
    "It may have touched distributed product under a licence: settle the report to FDA first.",
)


def close_deviation(*, deviation_id: int, intent: SignedIntent, at: datetime) -> Deviation:
    """
    Close a deviation; the signature is bound to all its texts as they are.

    Never by the person who did what went otherwise, and a critical one never by the person who
    alone investigated it.
    Raises NotFound; NotAuthorised; ActionRefused (DEVIATION_CLOSED, CLOSURE_NOT_REQUESTED,
    NOT_CLASSIFIED, NO_*, IMPACT_NOT_ASSESSED, AFFECTED_STILL_RELEASED, CAUSED_BY_YOU,
    INVESTIGATED_BY_YOU, REPORT_NOT_SETTLED), all that apply.
    Source: 21 CFR 211.22(a), 211.192, 600.14; An11 (2011) section 13; URS-43, URS-113, URS-114,
    URS-121.
    """
    with signed_change(intent, action="close_deviation") as change:
        lock_listed_vials(deviation_id)
        deviation = lock_deviation(deviation_id, seen_by=intent.signer)
        change.subject.update(deviation=deviation.number)
        require_role(intent.signer, [Role.QA])
        refuse_if(
            refusals_to_close(
                deviation,
                vials_listed(deviation),
                closer_id=intent.signer.pk,
                investigators=investigators_of(deviation),
            )
            + ([REPORT_NOT_SETTLED] if report_is_due(deviation.pk) else [])
        )
        deviation.status = DeviationStatus.CLOSED
        deviation.closed_by_id, deviation.closed_at = intent.signer.pk, at
        deviation.save(update_fields=["status", "closed_by", "closed_at"])
        change.sign([deviation])
        return deviation
