"""The register of probes on screen."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from temperature.models import Calibration, Fitting, Probe, Quantity, Zone
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.factories.temperature import (
    CalibrationFactory,
    FeedFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
)
from tests.world import World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def desk_of(person: Person) -> Client:
    """Sign somebody in."""
    client = Browser()
    client.force_login(person)
    return client


def signed(person: Person, **fields: object) -> dict[str, object]:
    """Fill in what somebody enters to sign."""
    who = {"user_id": person.user_id, "password": PASSWORD, "reason": "Request 12"}
    return {**who, **fields}


def codes_on(page: str, *codes: str) -> list[str]:
    """Return which of these codes a page shows, in its order."""
    return sorted((code for code in codes if f">{code}<" in page), key=page.index)


@pytest.mark.urs("URS-30", "URS-28")
def test_shows_what_is_overdue_first_with_place_and_last_reading(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at = timezone.now()
    fine = fitted_probe(world.tank, code="FINE")
    arrived(fine, [-189.5], start=at - MINUTE, at=at)
    late = fitted_probe(world.tank, code="LATE")
    CalibrationFactory.create(
        probe=late, calibrated_at=at - 2 * DAY, due_at=at - DAY, certificate="CAL-2"
    )
    never = ProbeFactory.create(code="NEVER", feed=fine.feed)
    ProbeFactory.create(code="ELSEWHERE")
    desk = desk_of(world.inspector)

    with django_assert_num_queries(8):
        page = desk.get("/configure/probes/").content.decode()
    only_late = desk.get("/configure/probes/?show=late").content.decode()
    found = desk.get(f"/configure/probes/?unit={world.tank.pk}&q=fine").content.decode()

    known = ("FINE", "LATE", "NEVER", "ELSEWHERE")
    assert codes_on(page, *known) == [never.code, late.code, fine.code]
    assert "−189.5" in page
    assert "silent" not in page.split(">FINE<")[1]
    assert codes_on(only_late, *known) == ["NEVER", "LATE"]
    assert codes_on(found, *known) == ["FINE"]


@pytest.mark.urs("URS-28", "URS-30", "URS-112")
def test_an_administrator_registers_fits_calibrates_and_retires(world: World) -> None:
    desk, feed = desk_of(world.admin), FeedFactory.create(site=world.site)

    def post(path: str, **fields: object) -> None:
        answer = desk.post(f"/configure/probes/{path}", signed(world.admin, **fields))
        assert answer.status_code == 302, answer.content.decode()

    channel = {"feed": feed.pk, "channel": "ch1", "quantity": "temperature"}
    post("register/", code="TP-77", seconds="60", flat_minutes="60", flat_within="0.1", **channel)
    probe = Probe.objects.get(code="TP-77")
    post(f"{probe.pk}/change/", seconds="120", flat_minutes="", flat_within="0.2", most_jump="25")
    post(f"{probe.pk}/fit/", unit=world.tank.pk, zone="lid", mapped_offset="3.5")
    post(
        f"{probe.pk}/calibrate/",
        certificate="C-1",
        calibrated_at="2026-01-05T10:00",
        due_at="2036-01-05T10:00",
        correction="-0.20",
    )
    page = desk.get(f"/configure/probes/{probe.pk}/").content.decode()
    post(f"{probe.pk}/remove/")
    post(f"{probe.pk}/retire/")

    probe.refresh_from_db()
    assert (probe.expected_every, probe.flat_after) == (2 * MINUTE, None)
    assert (probe.flat_within, probe.most_jump) == (0.2, 25.0)
    assert probe.retired_at is not None
    assert "C-1" in page
    assert "3.5" in page
    assert Fitting.objects.get().ended_at is not None
    assert str(Calibration.objects.get().correction) == "-0.20"
    door = channel | {"channel": "d1", "quantity": "door"}
    pace = {"flat_minutes": "60", "flat_within": "0.1", "most_jump": "30"}
    post("register/", code="D-77", seconds="60", **pace, **door)
    contact = Probe.objects.get(code="D-77")
    assert (contact.flat_after, contact.most_jump) == (None, None)
    retired = desk.get("/configure/probes/?show=retired").content.decode()
    assert codes_on(retired, "TP-77") == ["TP-77"]


def test_says_every_reason_and_changes_nothing(world: World) -> None:
    probe = fitted_probe(world.tank)
    desk = desk_of(world.admin)
    fields = signed(world.admin, unit=world.tank.pk, zone="lid", mapped_offset="500")

    answer = desk.post(
        f"/configure/probes/{probe.pk}/fit/", {**fields, "began_at": "2036-01-01T00:00"}
    )

    assert answer.status_code == 409
    for code in ("IMPOSSIBLE_OFFSET", "IN_THE_FUTURE"):
        assert f'data-refusal="{code}"' in answer.content.decode()
    assert Fitting.objects.count() == 1


@pytest.mark.urs("URS-112")
@pytest.mark.parametrize(
    ("quantity", "zones"),
    [
        (Quantity.TEMPERATURE, {"lid", "middle", "bottom", "air", "buffered", "control"}),
        (Quantity.LEVEL, {"level"}),
        (Quantity.DOOR, {"door"}),
        (Quantity.POWER, {"mains"}),
    ],
)
def test_offers_only_where_such_a_probe_may_sit(
    world: World, quantity: Quantity, zones: set[str]
) -> None:
    probe = ProbeFactory.create(feed__site=world.site, quantity=quantity)
    desk, url = desk_of(world.admin), f"/configure/probes/{probe.pk}/fit/"

    page = desk.get(url).text
    fields = {"unit": world.tank.pk, "zone": sorted(zones)[0]}
    asked = {} if quantity.is_contact else {"mapped_offset": "0"}
    answer = desk.post(url, signed(world.admin, **fields, **asked))

    assert {zone for zone in Zone if f'<option value="{zone}"' in page} == zones
    assert ('name="mapped_offset"' in page) is not quantity.is_contact
    assert answer.status_code == 302, answer.text


@pytest.mark.urs("URS-14", "URS-15")
def test_only_administrators_change_a_probe_and_only_of_sites_they_see(world: World) -> None:
    probe, elsewhere = fitted_probe(world.tank), ProbeFactory.create()
    page = desk_of(world.qa).get(f"/configure/probes/{probe.pk}/").content.decode()

    for person in (world.qa, world.inspector, world.technician):
        for path in ("change/", "fit/", "remove/", "calibrate/", "retire/"):
            url = f"/configure/probes/{probe.pk}/{path}"
            assert desk_of(person).post(url, signed(person)).status_code == 403
    assert f"/configure/probes/{probe.pk}/fit/" not in page
    assert desk_of(world.qa).get(f"/configure/probes/{elsewhere.pk}/").status_code == 404
