"""A session works at one site, and its pages show that site's time."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.held import Held
from accounts.models import Person
from audit.changes import machine_change
from inventory.models import SiteUserPermission
from tests.factories.inventory import SiteFactory
from tests.factories.people import PersonFactory
from tests.world import World
from web import sites
from web.middleware import SiteTimeZoneMiddleware
from web.sites import CurrentSite
from web.views import sites as views

LEIDEN = CurrentSite(id=1, code="LEI", name="Leiden", time_zone="Europe/Amsterdam")
BOSTON = CurrentSite(id=2, code="BOS", name="Boston", time_zone="America/New_York")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Open both sites to everybody, and record how often that is asked."""
    times: list[str] = []

    def sites_open_to(person: Person) -> list[CurrentSite]:
        times.append(person.user_id)
        return [BOSTON, LEIDEN]

    monkeypatch.setattr(sites, "sites_open_to", sites_open_to)
    monkeypatch.setattr(views, "sites_open_to", sites_open_to)
    return times


def request_of_jonas(rf: RequestFactory, **posted: str) -> HttpRequest:
    """Make a request of somebody who is signed in."""
    request = rf.post("/sites/", posted) if posted else rf.get("/sites/")
    person = Person(user_id="jonas", full_name="Jonas Lindqvist")
    person.__dict__["_held_now"] = Held(roles=("technician",))
    request.user = person
    session: Any = {}
    request.session = session
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]  # the middleware's
    return request


def zone_during(request: HttpRequest) -> str:
    """Say which zone is in force while the request is answered."""
    seen: list[str] = []

    def answer(_request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    SiteTimeZoneMiddleware(answer)(request)
    return seen[0]


@pytest.mark.urs("URS-71")
def test_shows_times_in_the_zone_of_the_site(rf: RequestFactory, asked: list[str]) -> None:
    request = request_of_jonas(rf)
    sites.work_at(request, LEIDEN)

    assert zone_during(request) == "Europe/Amsterdam"
    assert asked == []


def test_begins_at_the_first_site_and_asks_only_once(rf: RequestFactory, asked: list[str]) -> None:
    request = request_of_jonas(rf)

    assert sites.current_site(request) == BOSTON
    assert sites.current_site(request) == BOSTON
    assert asked == ["jonas"]


def test_shows_utc_to_somebody_without_a_site(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "sites_open_to", lambda _person: [])

    assert zone_during(request_of_jonas(rf)) == "UTC"


def test_shows_utc_to_nobody(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()

    assert zone_during(request) == "UTC"


def test_lets_somebody_choose_a_site(rf: RequestFactory, asked: list[str]) -> None:
    request = request_of_jonas(rf, site="1")

    response = views.choose(request)  # type: ignore[arg-type]  # as the middleware leaves it

    assert response.status_code == 302
    site = sites.current_site(request)
    assert site is not None
    assert site.zone == ZoneInfo("Europe/Amsterdam")


def test_does_not_know_a_site_that_is_not_open(rf: RequestFactory, asked: list[str]) -> None:
    with pytest.raises(Http404):
        views.choose(request_of_jonas(rf, site="99"))  # type: ignore[arg-type]  # see above


def test_shows_the_sites_to_choose_from(rf: RequestFactory, asked: list[str]) -> None:
    response = views.choose(request_of_jonas(rf))  # type: ignore[arg-type]  # see above

    assert "America/New_York, you are here" in response.text
    assert "Leiden" in response.text


def test_opens_only_the_sites_that_somebody_was_let_into(world: World) -> None:
    SiteFactory.create(code="ZZZ")

    assert [site.code for site in sites.sites_open_to(world.technician)] == [world.site.code]


@pytest.mark.urs("URS-14")
def test_reads_session_person_and_roles_and_nothing_else(
    world: World, client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(world.technician)
    client.get("/styleguide/")  # the first page of a session also looks for the site

    with django_assert_num_queries(3):  # session, person, roles
        response = client.get("/styleguide/")

    assert world.technician.full_name in response.text
    assert "14:05:12+01:00" in response.text


def test_keeps_the_chosen_site_for_the_session(world: World, client: Client) -> None:
    client.force_login(world.technician)

    response = client.post("/sites/", {"site": str(world.site.pk)})

    assert response.status_code == 302
    assert client.session["site"]["code"] == world.site.code


def test_begins_at_a_site_where_the_person_works(world: World) -> None:
    seen = SiteFactory.create()
    person = PersonFactory.create(sites=[world.site])
    look = Permission.objects.get(codename="view_site")
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        SiteUserPermission(user=person, content_object=seen, permission=look).save()
    SiteFactory.create()
    newer = PersonFactory.create(sites=[seen])
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        SiteUserPermission(user=newer, content_object=world.site, permission=look).save()

    assert [site.id for site in sites.sites_open_to(person)] == [world.site.pk, seen.pk]
    assert [site.id for site in sites.sites_open_to(newer)] == [seen.pk, world.site.pk]
