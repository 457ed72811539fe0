"""Starting a drill: an alarm that is told like any other."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotFound, refuse_if
from inventory.models import Site
from temperature.models import Alarm, AlarmCause, Drill, Fitting, Level
from temperature.rules.drills import DRILL_GOES_ON, NOTHING_TO_DRILL_WITH
from temperature.rules.duty import UNKNOWN_SITE

LEVEL = Level.ACTION


def start_drill(*, site_id: int, intent: SignedIntent, at: datetime) -> Drill:
    """
    Raise an alarm of a site without any cause, to see that a person hears of it and acknowledges.

    Signed by a supervisor or QA. It is told, escalated and acknowledged like an alarm of its level.
    Raises NotAuthorised; NotFound (UNKNOWN_SITE); ActionRefused (NOTHING_TO_DRILL_WITH,
    DRILL_GOES_ON). Source: URS-110.
    """
    with signed_change(intent, action="start_drill") as change:
        require_role(intent.signer, [Role.SUPERVISOR, Role.QA])
        site = Site.objects.select_for_update(no_key=True).filter(pk=site_id).first()
        if site is None:
            raise NotFound([UNKNOWN_SITE])
        change.subject.update(site=site.code)
        goes_on = Drill.objects.filter(site=site, alarm__resolved_at__isnull=True).exists()
        refuse_if([DRILL_GOES_ON] if goes_on else [])
        fittings = Fitting.objects.filter(unit__site=site, ended_at__isnull=True)
        fitting = fittings.filter(probe__retired_at__isnull=True).order_by("unit", "probe").first()
        if fitting is None:
            refuse_if([NOTHING_TO_DRILL_WITH])
            raise AssertionError  # refused above
        alarm = Alarm(unit_id=fitting.unit_id, probe_id=fitting.probe_id, level=LEVEL)
        alarm.cause, alarm.raised_at, alarm.told_from = AlarmCause.DRILL, at, at
        with refused_by("temperature_one_open_alarm", DRILL_GOES_ON):
            alarm.save(force_insert=True)
        drill = Drill(site=site, alarm=alarm, started_at=at)
        drill.save(force_insert=True)
        change.sign([drill])
    return drill
