"""Handing out the runs of a period."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from reports.models import RecordKind
from reports.records.copies import CopyForm, HandedOut, hand_out
from reports.records.periods import Period, period_record

MAY_EXPORT = (Role.SUPERVISOR, Role.QA, Role.RELEASE, Role.INSPECTOR)
NO_PERIOD = Refusal("NO_PERIOD", "The last day comes before the first one. Choose them anew.")


def export_runs(*, period: Period, form: CopyForm, by: Attribution, at: datetime) -> HandedOut:
    """
    Write the runs that were begun in a period into a file, and register the copy.

    Raises NotAuthorised; ActionRefused (NO_REASON, NO_PERIOD, TOO_MANY_RUNS).
    Source: 21 CFR 211.180(e), 211.188(b), 11.10(b); URS-48, URS-76; REQUIREMENTS D2 no. 12.
    """
    with attributed_change(by, action="export_runs") as change:
        change.subject.update(period=period.name, procedure=period.code, form=str(form))
        require_role(by.actor, MAY_EXPORT)
        refuse_if([NO_PERIOD] if period.until <= period.since else [])
        record = period_record(period, asked_by=by.actor, at=at)
        return hand_out(change, record, kind=RecordKind.RUNS, form=form, by=by.actor, at=at)
