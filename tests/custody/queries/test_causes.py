"""What is on record beside an excursion."""

from datetime import timedelta

import pytest

from custody.models import Cause
from custody.queries.causes import hints_of
from temperature.models import Excursion, Level, Probe, Quantity, Zone
from temperature.watching import judge_readings
from tests.browsing import Browser
from tests.factories.temperature import (
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
)
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-105")]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def warm(world: World) -> Excursion:
    """Return a warm tank into which vials were put shortly before, while its door stood open."""
    LimitVersionFactory.create(profile__unit=world.tank)
    probe, other = fitted_probe(world.tank), fitted_probe(world.tank)
    door: Probe = ProbeFactory.create(feed__site=world.site, quantity=Quantity.DOOR)
    FittingFactory.create(probe=door, unit=world.tank, zone=Zone.DOOR)
    arrived(door, [0.0, 1.0, 1.0, 0.0], start=NOON, at=NOON + 3 * MINUTE)
    arrived(other, [-190.0], start=NOON, at=NOON)
    world.released()
    arrived(probe, [-190.0, -190.0, -130.0, -190.0], start=NOON, at=NOON + 3 * MINUTE)
    judge_readings(at=NOON + 6 * MINUTE)
    return Excursion.objects.select_related("probe", "unit").get(level=Level.CRITICAL)


def test_names_doors_loading_hands_and_probes(world: World, warm: Excursion) -> None:
    found = {hint.cause: hint.words for hint in hints_of([warm])}

    assert "Door open by" in found[Cause.DOOR]
    assert "for 2 min" in found[Cause.DOOR]
    assert "put in" in found[Cause.LOADING]
    assert world.technician.full_name in found[Cause.HANDLING]
    assert "no reading came" in found[Cause.PROBE]
    assert hints_of([]) == []


def test_the_sheet_shows_them_and_chooses_none(
    world: World, warm: Excursion, client: Browser
) -> None:
    client.force_login(world.qa)

    page = client.get(f"/quality/excursions/{warm.pk}/evaluate/").text

    assert "<b>Door left open</b>? Door open by" in page
    assert '<option value="" selected>Choose the cause</option>' in page
