"""Sessions lock when nobody uses them, keep what is in them, and end when they are ended."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.access_rules import Limits
from accounts.actions.deactivate_person import deactivate_person
from accounts.models import AccessEvent, BrowserSession, Person
from accounts.roles import Role
from audit.models import RefusedAttempt, Signature
from tests.factories.people import PASSWORD, PersonFactory
from tests.world import World

UNLOCK = "/accounts/unlock/"
LIMIT = timedelta(minutes=Limits().idle_minutes)


class Clock:
    """The server's clock, as far as sessions ask it."""

    def __init__(self) -> None:
        self.now: datetime = timezone.now()

    def pass_by(self, time: timedelta) -> None:
        """Let time go by."""
        self.now += time


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Let a test say how late it is."""
    kept = Clock()
    with patch("django.utils.timezone.now", lambda: kept.now):
        yield kept


def came_in(person: Person) -> Client:
    """Sign somebody in as they do it."""
    client = Client()
    client.post("/accounts/sign-in/", {"username": person.user_id, "password": PASSWORD})
    return client


def kinds() -> list[str]:
    """Return what the access log holds, oldest first."""
    return list(AccessEvent.objects.order_by("id").values_list("kind", flat=True))


@pytest.mark.urs("URS-19", "URS-20")
def test_locks_after_the_limit_keeps_what_is_in_it_and_goes_on_with_the_password(
    world: World, clock: Clock
) -> None:
    desk = came_in(world.qa)
    session = desk.session
    session["scanned"] = ["A1", "A2"]
    session.save()
    clock.pass_by(LIMIT)

    locked = desk.get("/storage/?page=2")
    wrong = desk.post(UNLOCK, {"password": "not it"})
    page = desk.get(UNLOCK)
    back = desk.post(locked.headers["Location"], {"password": PASSWORD})

    assert urlsplit(locked.headers["Location"]).path == UNLOCK
    assert parse_qs(urlsplit(locked.headers["Location"]).query)["next"] == ["/storage/?page=2"]
    assert wrong.status_code == 422
    assert 'aria-label="Sections"' not in page.content.decode()
    assert back.headers["Location"] == "/storage/?page=2"
    assert desk.session["scanned"] == ["A1", "A2"]
    assert desk.get("/storage/").status_code == 200
    assert kinds() == ["signed_in", "timed_out", "failed", "came_back"]


@pytest.mark.urs("URS-19")
def test_every_request_counts_that_a_person_made_and_none_that_a_page_makes(
    world: World, clock: Clock
) -> None:
    desk = came_in(world.qa)

    clock.pass_by(LIMIT - timedelta(minutes=1))
    assert desk.get("/storage/").status_code == 200
    clock.pass_by(LIMIT - timedelta(minutes=1))
    polled = desk.get("/accounts/session/", headers={"X-Polled": "1"}).json()
    clock.pass_by(timedelta(minutes=1))

    assert (polled["locked"], polled["seconds_left"]) == (False, 60.0)
    assert desk.get("/accounts/session/", headers={"X-Polled": "1"}).json()["locked"]


@pytest.mark.urs("URS-19")
@pytest.mark.parametrize(
    ("is_shared", "page", "is_locked"),
    [(True, "/temperature/", False), (True, "/storage/", True), (False, "/temperature/", True)],
)
def test_only_the_wall_board_of_a_shared_account_stays_open(
    world: World, clock: Clock, is_shared: bool, page: str, is_locked: bool
) -> None:
    screen = PersonFactory.create(roles=[Role.TECHNICIAN], sites=[world.site], is_shared=is_shared)
    wall = came_in(screen)

    for _ in range(3):
        clock.pass_by(LIMIT - timedelta(minutes=1))
        wall.get(page, headers={"X-Polled": "1", "HX-Request": "true"})

    assert wall.get("/accounts/session/", headers={"X-Polled": "1"}).json()["locked"] is is_locked


@pytest.mark.urs("URS-19", "URS-56")
def test_what_htmx_asks_is_covered_and_what_is_posted_is_not_done(
    world: World, clock: Clock
) -> None:
    desk = came_in(world.qa)
    signatures = Signature.objects.count()
    clock.pass_by(LIMIT)

    fragment = desk.get("/scan/?code=x", headers={"HX-Request": "true"})
    signed = {"user_id": world.qa.user_id, "password": PASSWORD, "reason": "Order 7"}
    posted = desk.post("/quality/holds/new/", signed, headers={"Referer": "/quality/"})
    unlocked = desk.post(UNLOCK, {"password": PASSWORD}, headers={"HX-Request": "true"})

    assert (fragment.status_code, fragment.headers["HX-Trigger"]) == (401, "session-locked")
    assert fragment.content == b""
    assert posted.headers["Location"] == f"{UNLOCK}?next=%2Fquality%2F"
    assert unlocked.status_code == 204
    assert Signature.objects.count() == signatures


@pytest.mark.urs("URS-19", "URS-68")
def test_nobody_else_unlocks_it_and_guessing_locks_the_account(world: World, clock: Clock) -> None:
    PersonFactory.create(user_id="other")
    desk = came_in(world.qa)
    clock.pass_by(LIMIT)

    answers = [desk.post(UNLOCK, {"password": f"guess {number}"}) for number in range(5)]
    at_last = desk.post(f"{UNLOCK}?next=https://evil.example/", {"password": PASSWORD})

    assert {answer.status_code for answer in [*answers, at_last]} == {422}
    assert "the account is locked" in at_last.content.decode()
    assert desk.get("/").status_code == 302
    kept = RefusedAttempt.objects.filter(action="unlock_session", actor=world.qa)
    assert [one.codes for one in kept.order_by("id")] == [["WRONG_CREDENTIALS"]] * 4 + [
        ["LOCKED_OUT"],
        ["LOCKED_OUT"],
    ]


@pytest.mark.urs("URS-17")
def test_a_closed_account_is_out_at_once_with_a_signature_half_entered(world: World) -> None:
    desk = came_in(world.qa)
    assert desk.get("/quality/holds/new/").status_code == 200
    deactivate_person(person_id=world.qa.pk, intent=world.signs(world.admin))
    signatures = Signature.objects.count()

    signed = {"user_id": world.qa.user_id, "password": PASSWORD, "reason": "Order 7"}
    answer = desk.post("/quality/holds/new/", {"scope": "vials", "subject": "x", **signed})

    assert answer.headers["Location"].startswith("/accounts/sign-in/")
    assert Signature.objects.count() == signatures
    assert not BrowserSession.objects.filter(person=world.qa).exists()
    assert kinds()[-1] == "ended"


@pytest.mark.urs("URS-17")
def test_everybody_sees_their_sessions_and_ends_the_others(world: World) -> None:
    desk, lost, of_another = came_in(world.qa), came_in(world.qa), came_in(world.qa2)

    page = desk.get("/accounts/sessions/").content.decode()
    answer = desk.post("/accounts/sessions/", {"session": "others"})

    assert page.count("browser at 127.0.0.1</td>") == 2
    assert str(desk.session.session_key) not in page
    assert answer.status_code == 302
    assert [each.get("/").status_code for each in (desk, lost, of_another)] == [200, 302, 200]


@pytest.mark.urs("URS-17")
def test_an_administrator_ends_one_of_somebodys_sessions(world: World, client: Client) -> None:
    first, second = came_in(world.qa), came_in(world.qa)
    client.force_login(world.admin)
    url = f"/configure/people/{world.qa.pk}/sessions/end/"
    handles: Any = client.get(url).context["form"].fields["session"].choices
    signed = {"user_id": world.admin.user_id, "password": PASSWORD, "reason": "Lost tablet"}

    one = client.post(url, {**signed, "session": handles[1][0]})
    still_open = [each.get("/").status_code for each in (first, second)]
    rest = client.post(url, {**signed, "session": ""})

    assert (one.status_code, rest.status_code) == (302, 302)
    assert sorted(still_open) == [200, 302]
    assert [each.get("/").status_code for each in (first, second)] == [302, 302]
    entry = AccessEvent.objects.filter(kind="ended").latest("id")
    assert "Lost tablet" in entry.note
    assert Signature.objects.filter(record_table="accounts_accessevent").count() == 2
