"""A review of the tank's temperature for tests."""

from datetime import datetime, timedelta

from accounts.models import Person
from temperature.actions.review_temperature import review_temperature
from temperature.models import ReviewKind, TemperatureReview
from temperature.queries.review_scope import Asked, seen_of
from tests.world import NOON, World

DAY = timedelta(days=1)
SINCE = NOON.replace(hour=0)
LATER = NOON + 2 * DAY


def asked_of(
    world: World, kind: ReviewKind, *, since: datetime = SINCE, days: int = 1, whole: bool = False
) -> Asked:
    """Return what is asked for: of the tank, days from that of noon on."""
    return Asked(
        kind=kind,
        site_id=world.site.pk,
        unit_ids=() if whole else (world.tank.pk,),
        since=since,
        until=since + days * DAY,
    )


def reviewed(
    world: World,
    kind: ReviewKind,
    *,
    by: Person | None = None,
    asked: Asked | None = None,
    shown: str = "",
    findings: str = "",
    at: datetime = LATER,
) -> TemperatureReview:
    """Let QA, or somebody else, review what is in scope."""
    asked = asked or asked_of(world, kind)
    return review_temperature(
        asked=asked,
        digest_shown=shown or seen_of(asked).digest,
        findings=findings,
        intent=world.signs(by or world.qa2),
        at=at,
    )
