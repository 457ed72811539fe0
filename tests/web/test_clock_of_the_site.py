"""A page about one unit shows times by the clock of its site, wherever the viewer works."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from audit.local_times import in_words
from temperature.models import Alarm, Excursion
from temperature.watching import judge_readings
from tests.browsing import Browser
from tests.factories.inventory import SiteFactory
from tests.factories.people import PersonFactory
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db, pytest.mark.urs("URS-71")]

MINUTE = timedelta(minutes=1)
LATER = NOON + 20 * MINUTE


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Europe/Zurich", "2026-11-20 13:00+01:00"), ("America/New_York", "2026-11-20 07:00-05:00")],
)
def test_words_have_the_clock_of_a_site_and_its_offset(name: str, shown: str) -> None:
    assert in_words(NOON, ZoneInfo(name)) == shown
    with timezone.override(ZoneInfo(name)):
        assert in_words(NOON) == shown


def test_pages_about_a_unit_elsewhere_show_one_clock(world: World, client: Browser) -> None:
    LimitVersionFactory.create(profile__unit=world.tank)
    probe = fitted_probe(world.tank)
    arrived(probe, [-190.0], start=probe.fittings.get().began_at, at=NOON)
    arrived(probe, [-190.0, -130.0, *[-190.0] * 19], start=NOON, at=LATER)
    judge_readings(at=LATER)
    excursion, alarm = Excursion.objects.get(), Alarm.objects.get(cause="excursion")
    boston = SiteFactory.create(time_zone="America/New_York")
    person = PersonFactory.create(roles=["qa"], sites=[boston, world.site])
    client.force_login(person)
    client.post("/sites/", {"site": boston.pk})

    assert "times are in America/New_York" in client.get("/").text
    for address in (
        f"/quality/excursions/{excursion.pk}/",
        f"/temperature/alarms/{alarm.pk}/",
        f"/temperature/units/{world.tank.pk}/?from={NOON:%Y-%m-%d}T00:00Z&to={LATER:%Y-%m-%d}T23:00Z",
    ):
        page = client.get(address).text
        assert "+01:00" in page, address
        assert "-05:00" not in page, address
