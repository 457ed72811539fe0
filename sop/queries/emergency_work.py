"""Emergency work as screens show it: what lasts now, and what was."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Now

from audit.authors import Author
from audit.errors import NotFound
from inventory.models import Site
from sop.emergency_work import UNKNOWN_WORK
from sop.models import EmergencyWork

LISTED = 100


@dataclass(frozen=True, kw_only=True)
class Lasting:
    """Emergency work that lasts now."""

    id: int
    site_id: int
    site: str
    by: str
    reason: str
    ends_at: datetime
    deviation: str


def lasting_now() -> list[Lasting]:
    """Return what lasts at any site, by the database's clock; one statement."""
    rows = EmergencyWork.objects.filter(ends_at__gt=Now()).select_related("site", "begun_by")
    return [
        Lasting(
            id=row.pk,
            site_id=row.site_id,
            site=row.site.name,
            by=row.begun_by.full_name,
            reason=row.reason,
            ends_at=row.ends_at,
            deviation=row.deviation,
        )
        for row in rows.order_by("pk")
    ]


def emergency_works(*, seen_by: Author) -> list[EmergencyWork]:
    """List emergency work at the sites that somebody may see, the newest first."""
    rows = EmergencyWork.objects.filter(site__in=Site.objects.visible_to(seen_by))
    return list(rows.select_related("site", "begun_by").order_by("-pk")[:LISTED])


def find_emergency_work(work_id: int, *, seen_by: Author) -> EmergencyWork:
    """
    Return one.

    Raises NotFound: there is none at a site that `seen_by` may see.
    """
    rows = EmergencyWork.objects.filter(site__in=Site.objects.visible_to(seen_by), pk=work_id)
    found = rows.select_related("site", "begun_by").first()
    if found is None:
        raise NotFound([UNKNOWN_WORK])
    return found
