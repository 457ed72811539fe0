"""Handing out the temperature and alarms of a unit in a period."""

from datetime import datetime, timedelta

from django.db import connection

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution, Author
from audit.changes import attributed_change
from audit.errors import ActionRefused, NotAuthorised, Refusal
from inventory.models import Site
from reports.instant import one_instant
from reports.models import RecordKind
from reports.records.copies import CopyForm, HandedOut, hand_out
from reports.records.temperature import UnitPeriod, temperature_record
from sop.authority import FLOOR_OR_QUALITY

MAY_EXPORT = FLOOR_OR_QUALITY | {Role.INSPECTOR}
LONGEST = timedelta(days=367)
NO_PERIOD = Refusal("NO_PERIOD", "The last day comes before the first one. Choose them anew.")
TOO_LONG = Refusal("PERIOD_TOO_LONG", "A report covers a year at the most. Choose fewer days.")
# A year of minutes takes longer than a screen may; a paper may.
PATIENCE = "SET LOCAL statement_timeout = '2min'"


def export_temperature(
    *, period: UnitPeriod, form: CopyForm, by: Attribution, at: datetime
) -> HandedOut:
    """
    Write what was measured in a unit in a period into a file, and register the copy.

    Raises NotAuthorised (also OUTSIDE_SITE); ActionRefused (NO_REASON, NO_PERIOD,
    PERIOD_TOO_LONG).
    Source: 21 CFR 211.180(e), 1271.260(e), 11.10(b); URS-48, URS-76, URS-104; REQUIREMENTS D2
    no. 5.
    """
    refusals = _refusals_of(period)
    record = None
    if not refusals:
        with one_instant(), connection.cursor() as cursor:
            cursor.execute(PATIENCE)
            record = temperature_record(period, at=at)
    with attributed_change(by, action="export_temperature") as change:
        change.subject.update(unit=period.unit.code, period=period.name, form=str(form))
        require_role(by.actor, MAY_EXPORT)
        _insist_on_sight(by.actor, period.unit.site)
        if record is None:
            raise ActionRefused(refusals)
        return hand_out(change, record, kind=RecordKind.TEMPERATURE, form=form, by=by.actor, at=at)


def _insist_on_sight(person: Author, site: Site) -> None:
    if not Site.objects.visible_to(person).filter(pk=site.pk).exists():
        raise NotAuthorised([Refusal("OUTSIDE_SITE", "This unit stands at a site you do not see.")])


def _refusals_of(period: UnitPeriod) -> list[Refusal]:
    refusals = [NO_PERIOD] if period.until <= period.since else []
    return [*refusals, TOO_LONG] if period.until - period.since > LONGEST else refusals
