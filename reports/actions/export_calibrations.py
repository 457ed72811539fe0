"""Handing out how probes and instruments stood at a date."""

from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from reports.instant import one_instant
from reports.kit.times import exact
from reports.models import RecordKind
from reports.records.calibrations import calibration_record
from reports.records.copies import CopyForm, HandedOut, hand_out
from sop.queries.training import seen_through

MAY_EXPORT = (Role.SUPERVISOR, Role.QA, Role.RELEASE, Role.INSPECTOR, Role.ADMINISTRATOR)
AHEAD = Refusal("DAY_AHEAD", "This day has not come yet: choose today, or an earlier one.")


def export_calibrations(
    *, as_of: datetime, form: CopyForm, zone: ZoneInfo, by: Attribution, at: datetime
) -> HandedOut:
    """
    Write how everything that measures stood at the sites that the person may see, and register it.

    as_of: the instant that is looked back at. zone: in which the printed copy tells times.
    Raises NotAuthorised; ActionRefused (NO_REASON, DAY_AHEAD).
    Source: 21 CFR 211.68(a), 211.160(b)(4), 11.10(b); URS-30, URS-48, URS-76; REQUIREMENTS D2
    no. 19.
    """
    with one_instant():
        sites = seen_through(by.actor)
        record = calibration_record(sites, as_of=as_of, zone=zone, at=at)
    with attributed_change(by, action="export_calibrations") as change:
        change.subject.update(as_of=exact(as_of), form=str(form))
        require_role(by.actor, MAY_EXPORT)
        refuse_if([AHEAD] if as_of > at else [])
        return hand_out(change, record, kind=RecordKind.CALIBRATIONS, form=form, by=by.actor, at=at)
