"""Handing out the evaluation of an excursion, or of a time without evidence."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from custody.queries.excursions import Kind
from reports.instant import one_instant
from reports.models import RecordKind
from reports.records.copies import CopyForm, HandedOut, hand_out
from reports.records.excursions import excursion_record

MAY_EXPORT = (Role.SUPERVISOR, Role.QA, Role.RELEASE, Role.INSPECTOR)


def export_excursion(
    *, of: Kind, key: int, form: CopyForm, by: Attribution, at: datetime
) -> HandedOut:
    """
    Write one excursion or gap, with every vial it touched and what QA decided, and register it.

    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON).
    Source: 21 CFR 1271.260(d), 211.192, 11.10(b); URS-48, URS-76, URS-105; REQUIREMENTS D2 no. 6.
    """
    with one_instant():
        record = excursion_record(of, key, asked_by=by.actor, at=at)
    with attributed_change(by, action="export_excursion") as change:
        change.subject.update(record=record.subject, form=str(form))
        require_role(by.actor, MAY_EXPORT)
        return hand_out(change, record, kind=RecordKind.EXCURSION, form=form, by=by.actor, at=at)
