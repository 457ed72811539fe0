"""Handing out a copy of one deviation's record."""

from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from reports.instant import one_instant
from reports.models import RecordKind
from reports.records.copies import CopyForm, HandedOut, hand_out
from reports.records.deviations import deviation_record
from sop.authority import FLOOR_OR_QUALITY

MAY_EXPORT = FLOOR_OR_QUALITY | {Role.INSPECTOR}


def export_deviation(
    *, deviation_id: int, form: CopyForm, zone: ZoneInfo, by: Attribution, at: datetime
) -> HandedOut:
    """
    Write one deviation or incident, with its vials and signatures, and register the copy.

    zone: in which the printed copy tells times, of a deviation that is of no one site.
    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON).
    Source: 21 CFR 211.192, 11.10(b); URS-48, URS-76, URS-113.
    """
    with one_instant():
        record = deviation_record(deviation_id, asked_by=by.actor, zone=zone, at=at)
    with attributed_change(by, action="export_deviation") as change:
        change.subject.update(deviation=record.subject, form=str(form))
        require_role(by.actor, MAY_EXPORT)
        return hand_out(change, record, kind=RecordKind.DEVIATION, form=form, by=by.actor, at=at)
