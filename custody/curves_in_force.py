"""Which warming curves count: the newest version of each name."""

from django.db import connection
from django.db.models import QuerySet

from custody.models import WarmingCurve

ONE_AFTER_THE_OTHER = "SELECT pg_advisory_xact_lock(hashtextextended('warming curves', 0))"


def newest_curves() -> QuerySet[WarmingCurve]:
    """Return the newest version of each curve, by name, also of those out of use."""
    return WarmingCurve.objects.order_by("name", "-version").distinct("name")


def lock_curves() -> list[WarmingCurve]:
    """Return them; whoever else sets one waits, so that no two ever tell of the same vials."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AFTER_THE_OTHER)
    return list(newest_curves())
