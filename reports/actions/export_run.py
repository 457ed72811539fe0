"""Handing out a copy of one run's record."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from reports.instant import one_instant
from reports.models import RecordKind
from reports.records.copies import CopyForm, HandedOut, hand_out
from reports.records.runs import run_record
from sop.authority import FLOOR_OR_QUALITY

MAY_EXPORT = FLOOR_OR_QUALITY | {Role.INSPECTOR}


def export_run(*, run_id: int, form: CopyForm, by: Attribution, at: datetime) -> HandedOut:
    """
    Write what was recorded of one run into a file, and register the copy.

    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON).
    Source: 21 CFR 211.188(b), 11.10(b); URS-48, URS-76; REQUIREMENTS D2 no. 12.
    """
    with one_instant():
        record = run_record(run_id, asked_by=by.actor, at=at)
    with attributed_change(by, action="export_run") as change:
        change.subject.update(run=run_id, form=str(form))
        require_role(by.actor, MAY_EXPORT)
        return hand_out(change, record, kind=RecordKind.RUN, form=form, by=by.actor, at=at)
