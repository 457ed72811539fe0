"""Sites at which nobody has tried lately whether alarms reach anybody."""

from datetime import datetime

from inventory.models import Site
from temperature.alarms_about import Subject
from temperature.models import Fitting
from temperature.telling_rules import rules_in_force

DRILLS = "drills of site "


def about_drills(site_id: int) -> str:
    """Return what the alarm of a site without a drill is known by."""
    return f"{DRILLS}{site_id}"


def subject_of(site: Site, passed_at: datetime | None) -> Subject | None:
    """Say that a drill is overdue; None where no probe sits in any unit of the site."""
    fitted = Fitting.objects.filter(unit__site=site, ended_at__isnull=True)
    unit_id = fitted.order_by("unit").values_list("unit_id", flat=True).first()
    if unit_id is None:
        return None
    last = (
        "none was ever passed" if passed_at is None else f"the last was passed {passed_at:%Y-%m-%d}"
    )
    words = (
        f"A drill is overdue at {site.name}: {last}, one is due every "
        f"{rules_in_force().drill_days} days. Start one under Configure, Alarms: only then is it "
        "known that alarms reach somebody."
    )
    return Subject(unit_id=unit_id, words=words)
