"""The frame of every page: navigation by role, preferences, policy headers, refusals, packages."""

from dataclasses import asdict

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from accounts.held import Held
from accounts.models import Person
from audit.errors import ActionRefused, Busy, NotAuthorised, Refusal
from web import navigation, packages
from web.context_processors import SignedIn
from web.middleware import ContentSecurityMiddleware, DomainErrorMiddleware
from web.preferences import preferences_of
from web.sites import CurrentSite
from web.static_storage import HashedStaticStorage

LEIDEN = CurrentSite(id=1, code="LEI", name="Leiden", time_zone="Europe/Amsterdam")


@pytest.fixture
def every_section(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that every section has an address already."""
    monkeypatch.setattr(navigation, "_exists", lambda *_: True)


def labels(*roles: str) -> list[str]:
    """List what somebody with these roles finds in the navigation."""
    items = navigation.navigation_for(path="/storage/LN2-01/", roles=frozenset(roles))
    return [item.label for item in items]


@pytest.mark.usefixtures("every_section")
@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        ("technician", {"Quality", "Audit", "Configure"}),
        ("supervisor", {"Configure"}),
        ("qa", set()),
        ("administrator", {"Quality"}),
        ("inspector", {"Configure"}),
    ],
)
def test_navigation_hides_what_a_role_may_not_open(role: str, hidden: set[str]) -> None:
    every = {section.label for section in navigation.SECTIONS}

    assert every - set(labels(role)) == hidden


@pytest.mark.usefixtures("every_section")
def test_navigation_shows_nothing_without_a_role() -> None:
    assert labels() == []
    assert labels("service") == []


@pytest.mark.usefixtures("every_section")
def test_navigation_marks_the_section_of_the_page() -> None:
    items = navigation.navigation_for(path="/storage/LN2-01/", roles=frozenset({"qa"}))

    assert [item.label for item in items if item.active] == ["Storage"]


@pytest.mark.usefixtures("every_section")
def test_navigation_has_scan_in_the_middle_of_the_phone_bar() -> None:
    items = navigation.navigation_for(path="/", roles=frozenset({"technician"}))

    assert [item.label for item in sorted(items, key=lambda item: item.bar) if item.bar] == [
        *("Storage", "Runs", "Scan", "Retrievals", "Procedures")
    ]


def test_navigation_hides_sections_without_an_address() -> None:
    items = navigation.navigation_for(path="/", roles=frozenset({"qa"}))

    assert all(navigation._exists(item.url, None) for item in items)


def test_user_menu_names_person_and_roles() -> None:
    person = SignedIn(printed_name="Jonas van Lindqvist", user_id="j", roles=("qa", "technician"))

    assert person.initials == "JL"
    assert person.role_words == "Quality assurance, Technician"
    assert SignedIn(printed_name="", user_id="svc", roles=()).role_words == "No role"


def test_frame_shows_navigation_person_and_version(rf: RequestFactory, every_section: None) -> None:
    request = rf.get("/storage/")
    person = Person(user_id="j.lindqvist", full_name="Jonas Lindqvist")
    person.__dict__["_held_now"] = Held(roles=("technician",))
    request.user = person
    request.session = {"site": asdict(LEIDEN)}  # type: ignore[assignment]  # all that is read

    html = render_to_string("base.html", {}, request)

    assert "Jonas Lindqvist" in html
    assert "Leiden, Europe/Amsterdam" in html
    assert 'href="/storage/" aria-current="page"' in html
    assert 'data-shortcut="/"' in html
    assert "commit" in html


def test_frame_of_nobody_has_no_navigation(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()

    html = render_to_string("base.html", {}, request)

    assert 'class="rail"' not in html


def test_preferences_have_defaults_and_ignore_nonsense(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES = {"theme": "purple", "sound": "off"}

    preferences = preferences_of(request)

    assert (preferences.theme, preferences.sound, preferences.shortcuts) == ("auto", "off", "on")


def test_preferences_are_kept_and_lead_back(client: Client) -> None:
    response = client.post("/preferences/", {"theme": "dark", "next": "/styleguide/"})

    assert response.status_code == 302
    assert response.headers["Location"] == "/styleguide/"
    assert response.cookies["theme"].value == "dark"
    assert 'data-bs-theme="dark"' in client.get("/styleguide/").text


def test_preferences_refuse_what_does_not_exist(client: Client) -> None:
    assert client.post("/preferences/", {"theme": "purple"}).status_code == 400
    assert client.post("/preferences/", {}).status_code == 400


def test_preferences_do_not_lead_elsewhere(client: Client) -> None:
    response = client.post("/preferences/", {"theme": "dark", "next": "https://example.org/"})

    assert response.headers["Location"] == "/"


def test_every_answer_has_a_strict_policy(client: Client) -> None:
    policy = client.get("/styleguide/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_answers_to_a_person_are_not_stored_by_the_browser(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = Person(user_id="j", full_name="J")

    response = ContentSecurityMiddleware(lambda _request: HttpResponse())(request)

    assert response.headers["Cache-Control"] == "private, no-store"


def refused_by(error: Exception, *, htmx: bool, rf: RequestFactory) -> HttpResponse | None:
    """Answer a request whose view raised `error`."""
    request = rf.post("/vials/1/move/", headers={"HX-Request": "true"} if htmx else {})
    request.user = AnonymousUser()
    middleware = DomainErrorMiddleware(lambda _request: HttpResponse())
    return middleware.process_exception(request, error)


@pytest.mark.parametrize(
    ("error", "status"), [(ActionRefused, 409), (NotAuthorised, 403), (Busy, 503)]
)
@pytest.mark.parametrize("htmx", [True, False])
def test_refusal_is_answered_in_words_with_its_status(
    error: type[ActionRefused], status: int, htmx: bool, rf: RequestFactory
) -> None:
    response = refused_by(error([Refusal("TAKEN", "A3 is taken.")]), htmx=htmx, rf=rf)

    assert response is not None
    assert response.status_code == status
    assert "A3 is taken." in response.text
    assert ("<html" in response.text) is not htmx


def test_other_faults_stay_faults(rf: RequestFactory) -> None:
    assert refused_by(ZeroDivisionError(), htmx=False, rf=rf) is None


@pytest.mark.parametrize("name", sorted(packages.PACKAGED))
def test_packaged_file_is_found(name: str) -> None:
    assert finders.find(name)


def test_packages_serve_nothing_else() -> None:
    finder = packages.PackageFinder()

    assert finder.find("tabler/../../package.json") == []
    assert [name for name, _storage in finder.list([])] == list(packages.PACKAGED)
    assert finder.check() == []


def test_missing_package_is_said_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(packages.PACKAGED, "gone.css", "gone/gone.css")

    assert [problem.hint for problem in packages.PackageFinder().check()] == ["Run `npm ci`."]


def test_static_names_stay_plain_before_anything_is_collected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    storage = HashedStaticStorage()

    monkeypatch.setattr(storage, "hashed_files", {})
    assert storage.stored_name("css/tokens.css") == "css/tokens.css"

    monkeypatch.setattr(storage, "hashed_files", {"css/tokens.css": "css/tokens.1.css"})
    assert storage.stored_name("css/tokens.css") == "css/tokens.1.css"
