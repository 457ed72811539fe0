"""Seals reach a receiver outside in order and at least once; a dead one holds nobody up."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Seal, SealPost
from audit.posting import signature_of
from audit.seals.key import is_signed_by
from audit.seals.posts import post_state, post_waiting_seals
from audit.seals.sealing import seal_trail
from tests.browsing import Browser
from tests.world import World

pytestmark = pytest.mark.urs("URS-38")
SECRET = "shared secret"


@dataclass
class Outside:
    """
    A receiver: what it got, and how it answers.

    status: 0 to keep the sender waiting longer than it has patience for.
    """

    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the seals it got, in their order."""
        return [json.loads(body)["data"]["number"] for _, body in self.got]


@pytest.fixture
def outside(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """Run a receiver, and have seals posted to it."""
    receiver = Outside()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((dict(self.headers), body))
            if receiver.status == 0:
                time.sleep(0.6)
                return
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    monkeypatch.setattr("audit.posting.PATIENCE_SECONDS", 0.3)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    settings.SEAL_WEBHOOK_URL = f"http://127.0.0.1:{server.server_port}/in?key=hidden"
    settings.SEAL_WEBHOOK_SECRET = SECRET
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


def seal_more(world: World, times: int) -> None:
    """Make so many seals."""
    for _ in range(times):
        world.expected()
        seal_trail()


def test_posts_what_a_receiver_can_verify_by_itself(world: World, outside: Outside) -> None:
    seal_more(world, 1)

    assert post_waiting_seals(at=timezone.now()) == 1

    [(headers, body)] = outside.got
    signed = signature_of(headers["X-Freezer-Timestamp"], body, SECRET)
    assert headers["X-Freezer-Signature"] == f"sha256={signed}"
    event = json.loads(body)
    seal = Seal.objects.get()
    assert event["specversion"] == "1.0"
    assert event["id"] == f"seal-1-{seal.digest[:16]}"
    told = event["data"]
    assert sha256(told["text"].encode()).hexdigest() == told["digest"] == seal.digest
    assert is_signed_by(told["public_key"], signature=told["signature"], text=told["text"].encode())
    assert post_waiting_seals(at=timezone.now()) == 0


@pytest.mark.parametrize("status", [500, 0])
def test_goes_on_in_order_when_a_receiver_that_failed_or_hung_comes_back(
    world: World, outside: Outside, status: int
) -> None:
    seal_more(world, 1)
    at = timezone.now()
    post_waiting_seals(at=at)
    outside.status = status
    seal_more(world, 2)

    assert post_waiting_seals(at=at) == 0
    assert post_waiting_seals(at=at + timedelta(seconds=1)) == 0  # it waits before it tries again
    seal_more(world, 1)
    late = post_state(at + timedelta(minutes=1))
    outside.status = 204
    assert post_waiting_seals(at=at + timedelta(minutes=1)) == 3

    assert outside.numbers == [1, 2, 2, 3, 4]
    ids = [json.loads(body)["id"] for _, body in outside.got]
    assert ids[1] == ids[2]
    assert (late.state, late.waiting, late.tries) == ("late", 3, 1)
    assert late.last_error
    assert post_state(at).state == "ok"


def test_a_dead_receiver_is_told_and_stops_no_sealing(
    world: World, settings: Any, client: Client
) -> None:
    settings.SEAL_WEBHOOK_URL, settings.SEAL_WEBHOOK_SECRET = "http://127.0.0.1:9/in", SECRET
    seal_more(world, 1)
    at = timezone.now() - timedelta(hours=2)
    post_waiting_seals(at=at)
    post_waiting_seals(at=at + timedelta(minutes=1))

    seal_more(world, 1)

    assert Seal.objects.count() == 2
    assert SealPost.objects.get().tries == 2
    told = client.get("/readyz").json()["seal_webhook"]
    assert (told["state"], told["waiting"], told["receiver"]) == ("dead", 2, "127.0.0.1:9")
    desk = Browser()
    desk.force_login(world.qa)
    page = desk.get("/audit/checks/").text
    assert "It does not take the next one" in page
    assert "ConnectionRefusedError" in page


def test_begins_with_the_first_seal_there_is(world: World, outside: Outside) -> None:
    assert post_waiting_seals(at=timezone.now()) == 0
    assert post_state(timezone.now()).state == "ok"
    seal_more(world, 2)

    post_waiting_seals(at=timezone.now())

    assert outside.numbers == [2]


def test_posts_nothing_without_an_address(world: World, settings: Any) -> None:
    settings.SEAL_WEBHOOK_URL = ""
    seal_more(world, 1)

    assert post_waiting_seals(at=timezone.now()) == 0
    assert post_state(timezone.now()).state == "off"
