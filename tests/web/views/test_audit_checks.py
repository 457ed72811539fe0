"""The checks of the trail on screen, the banner over every page, and how quality closes a break."""

from typing import Any

import pytest
from django.test import Client

from audit.models import TrailCheck, Verdict
from audit.tasks import seal_now, verify_tonight
from tests.audit.seals.tampering import tamper
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.world import World
from web import trail_break
from web.trail_break import Memory

pytestmark = pytest.mark.urs("URS-38")
BANNER = "The audit trail did not verify."


def desk_of(person: Any) -> Client:
    """Sign somebody in."""
    client = Browser()
    client.force_login(person)
    return client


def broken(known_trail: Memory) -> TrailCheck:
    """Have the nightly check find a break, and let pages ask for it."""
    seal_now()
    tamper("UPDATE inventory_site SET name = 'Elsewhere'")
    verify_tonight()
    known_trail.until = 0
    return TrailCheck.objects.latest("id")


def test_lists_checks_and_seals(world: World) -> None:
    desk = desk_of(world.inspector)
    empty = desk.get("/audit/checks/").content.decode()
    seal_now()
    verify_tonight()

    page = desk.get("/audit/checks/").content.decode()

    assert "The trail was not checked yet" in empty
    assert "Nothing was sealed yet." in empty
    assert "<td>Intact</td>" in page
    assert "<td>1 to 1</td>" in page


def test_shows_the_banner_to_everybody_while_a_break_is_open(
    world: World, known_trail: Memory
) -> None:
    check = broken(known_trail)

    for person, links in ((world.technician, False), (world.qa, True), (world.admin, True)):
        page = desk_of(person).get("/").content.decode()
        assert BANNER in page
        assert (f'href="/audit/checks/{check.pk}/"' in page) is links


def test_names_the_record_on_the_page_of_the_check(world: World, known_trail: Memory) -> None:
    check = broken(known_trail)

    page = desk_of(world.inspector).get(f"/audit/checks/{check.pk}/").content.decode()

    assert f"altered: inventory_site {world.site.pk}" in page
    assert "Close the break" not in page
    assert "Close the break" in desk_of(world.qa).get(f"/audit/checks/{check.pk}/").content.decode()


def test_quality_closes_a_break_with_reason_and_signature(
    world: World, known_trail: Memory
) -> None:
    check = broken(known_trail)
    desk = desk_of(world.qa)
    entered = {"user_id": world.qa.user_id, "password": PASSWORD, "reason": "Deviation 7"}

    sheet = desk.get(f"/audit/checks/{check.pk}/close/").content.decode()
    wrong = desk.post(f"/audit/checks/{check.pk}/close/", entered | {"password": "wrong"})
    done = desk.post(f"/audit/checks/{check.pk}/close/", entered, follow=True)

    assert "I have investigated this break" in sheet
    assert wrong.status_code == 403
    assert "The break is closed." in done.content.decode()
    assert TrailCheck.objects.get(pk=check.pk).verdict == Verdict.CLOSED
    known_trail.until = 0
    assert BANNER not in desk.get("/").content.decode()
    again = desk.get(f"/audit/checks/{check.pk}/close/")
    assert again.headers["Location"] == f"/audit/checks/{check.pk}/"


def test_nobody_else_closes_it(world: World, known_trail: Memory) -> None:
    check = broken(known_trail)
    entered = {"user_id": world.admin.user_id, "password": PASSWORD, "reason": "I was it"}

    response = desk_of(world.admin).post(f"/audit/checks/{check.pk}/close/", entered)

    assert response.status_code == 403
    assert TrailCheck.objects.get(pk=check.pk).verdict == Verdict.BROKEN


def test_finds_no_check_that_was_never_made(world: World) -> None:
    assert desk_of(world.qa).get("/audit/checks/987654/").status_code == 404


def test_asks_the_database_once_in_half_a_minute(
    world: World, known_trail: Memory, django_assert_num_queries: Any
) -> None:
    known_trail.until = 0

    with django_assert_num_queries(1):
        assert trail_break.trail_break(tuple) is None
        assert trail_break.trail_break(tuple) is None
