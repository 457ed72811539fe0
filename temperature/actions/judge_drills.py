"""Judging whether a site has tried lately that alarms reach somebody."""

from datetime import datetime

from audit.changes import machine_change
from inventory.models import Site
from temperature.alarms_about import settle_about
from temperature.models import AlarmCause, Level
from temperature.queries.drills import drills_missed
from temperature.undrilled import about_drills, subject_of


def judge_drills(*, site_id: int, at: datetime) -> None:
    """
    Raise the alarm of a site at which a drill is overdue, or resolve it once one was passed.

    The site is locked, so that it is raised once whoever judges. Source: URS-110.
    """
    with machine_change(
        "temperature watch", action="judge_drills", reason="A drill came due, or was passed"
    ) as change:
        site = Site.objects.select_for_update(no_key=True).get(pk=site_id)
        change.subject.update(site=site.code)
        missed = {row.pk: row for row in drills_missed(at=at)}
        found = missed.get(site.pk)
        settle_about(
            about_drills(site.pk),
            None if found is None else subject_of(site, vars(found)["passed_at"]),
            cause=AlarmCause.UNDRILLED,
            level=Level.WARNING,
            at=at,
        )
