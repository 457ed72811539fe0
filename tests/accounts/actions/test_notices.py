"""Attempts at unauthorised use are told within a minute, once, and until somebody looked."""

import json
from contextlib import nullcontext
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.actions.acknowledge_notice import acknowledge_notice
from accounts.actions.deliver_notice import deliver_notice
from accounts.actions.raise_notices import raise_notices
from accounts.models import (
    DeliveryStatus,
    NoticedAttempt,
    NoticeDelivery,
    NoticeReader,
    SecurityNotice,
    Severity,
)
from accounts.queries.notices import notice_state
from accounts.tasks import tell_of_unauthorised_use
from accounts.unauthorised import WINDOW
from audit.errors import NotAuthorised
from audit.models import RefusedAttempt
from audit.posting import signature_of
from freezer_inventory.celery import app
from tests.accounts.notices import Killed, NoServer, backend, guess, overstep
from tests.custody.racing import race, without_locks
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World

pytestmark = pytest.mark.urs("URS-69")


@pytest.fixture(autouse=True)
def _contacts(settings: Any) -> None:
    """Name whom to tell."""
    settings.NOTICE_CONTACTS = {
        "security": ["security@example.org"],
        "management": ["head@example.org"],
    }


def test_tells_security_within_a_minute_of_the_attempt(world: World) -> None:
    overstep(world.technician)

    tell_of_unauthorised_use()

    [message] = mail.outbox
    assert message.to == ["security@example.org"]
    assert world.technician.user_id in message.body
    assert "Made Up" not in message.body
    delivery = NoticeDelivery.objects.get()
    assert (delivery.status, delivery.tries) == (DeliveryStatus.SENT, 1)
    assert [row.tries for row in NoticeDelivery.history.order_by("history_id")] == [0, 1]
    entry = app.conf.beat_schedule["tell of unauthorised use"]
    assert entry["task"] == tell_of_unauthorised_use.name
    assert entry["schedule"] <= 10


def test_ten_thousand_wrong_passwords_are_one_notice_with_a_count(world: World) -> None:
    guess(world.qa.user_id, 3)
    first = RefusedAttempt.objects.latest("id")
    tell_of_unauthorised_use()
    copies = {
        field.attname: getattr(first, field.attname)
        for field in RefusedAttempt._meta.concrete_fields
        if field.attname not in {"id", "refused_at", "transaction_id"}
    }
    more = [RefusedAttempt(**copies) for _ in range(9997)]
    RefusedAttempt.objects.bulk_create(more, batch_size=2000)

    tell_of_unauthorised_use()
    tell_of_unauthorised_use()

    notice = SecurityNotice.objects.get()
    assert (notice.attempts, notice.severity) == (10_000, Severity.HIGH)
    assert NoticedAttempt.objects.count() == 10_000
    assert [message.to for message in mail.outbox] == [
        ["security@example.org"],
        ["head@example.org"],
    ]


def test_a_slip_waits_and_what_was_typed_for_no_account_is_not_told(world: World) -> None:
    guess("my secret password", 2)
    assert raise_notices(at=timezone.now()) == 0

    guess("my secret password", 1)
    tell_of_unauthorised_use()

    assert SecurityNotice.objects.get().about == "bench 1"
    assert "secret" not in mail.outbox[0].body


def test_reads_on_behind_what_can_become_no_notice_any_more(world: World) -> None:
    guess(world.qa.user_id, 2)

    raise_notices(at=timezone.now() + WINDOW + timedelta(seconds=1))
    guess(world.qa.user_id, 1)

    assert NoticeReader.objects.get().read_up_to > 0
    assert raise_notices(at=timezone.now()) == 0


def test_tries_again_more_slowly_until_it_arrives(world: World, settings: Any) -> None:
    backend(settings, NoServer)
    overstep(world.technician)
    at = timezone.now()
    raise_notices(at=at)

    waits = []
    delivery = NoticeDelivery.objects.get()
    for _ in range(3):
        deliver_notice(at=at)
        delivery.refresh_from_db()
        assert not deliver_notice(at=at)
        waits.append((delivery.next_try_at - at).total_seconds())
        at = delivery.next_try_at

    assert waits == [20, 40, 80]
    assert (delivery.status, delivery.tries) == (DeliveryStatus.FAILED, 3)
    assert "no mail server" in delivery.last_error
    assert (notice_state().open, notice_state().failing) == (1, 1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_notice(at=at)
    assert notice_state().failing == 0
    assert len(mail.outbox) == 1


def test_a_killed_worker_loses_nothing(world: World, settings: Any) -> None:
    overstep(world.technician)
    backend(settings, Killed)
    with pytest.raises(SystemExit):
        tell_of_unauthorised_use()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tell_of_unauthorised_use()

    assert len(mail.outbox) == 1
    assert NoticeDelivery.objects.get().tries == 1


@pytest.mark.parametrize(
    ("locked", "messages"), [(True, 1), (False, 2)], ids=["with the lock", "without it"]
)
def test_two_workers_send_nothing_twice(
    committed_world: World, locked: bool, messages: int
) -> None:
    overstep(committed_world.technician)
    at = timezone.now()
    raise_notices(at=at)

    with nullcontext() if locked else without_locks():
        race(
            lambda: deliver_notice(at=at),
            lambda: deliver_notice(at=at),
            meet_in="accounts.actions.deliver_notice.send",
        )

    assert len(mail.outbox) == messages


def test_two_workers_count_nothing_twice(committed_world: World) -> None:
    overstep(committed_world.technician)
    at = timezone.now()

    race(
        lambda: raise_notices(at=at),
        lambda: raise_notices(at=at),
        meet_in="accounts.actions.raise_notices.severity_of",
    )

    assert SecurityNotice.objects.get().attempts == 1
    assert NoticeDelivery.objects.count() == 1


def test_the_webhook_is_signed_over_time_and_body(world: World, settings: Any) -> None:
    received: list[tuple[dict[str, str], bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((dict(self.headers), body))
            self.send_response(503 if len(received) == 1 else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    settings.NOTICE_CONTACTS = {"security": [], "management": []}
    settings.NOTICE_WEBHOOK_URL = f"http://127.0.0.1:{server.server_port}/in?key=hidden"
    settings.NOTICE_WEBHOOK_SECRET = "shared secret"
    overstep(world.technician)
    at = timezone.now()
    raise_notices(at=at)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        assert deliver_notice(at=at)
        failed = NoticeDelivery.objects.get()
        assert deliver_notice(at=failed.next_try_at)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert failed.last_error == "NotAccepted: the receiver answered 503"
    assert failed.to == f"127.0.0.1:{server.server_port}"
    assert NoticeDelivery.objects.get().status == DeliveryStatus.SENT
    headers, body = received[1]
    signature = signature_of(headers["X-Freezer-Timestamp"], body, "shared secret")
    assert headers["X-Freezer-Signature"] == f"sha256={signature}"
    event = json.loads(body)
    assert event["id"] == json.loads(received[0][1])["id"]
    assert event["data"]["about"] == world.technician.user_id
    assert b"Made Up" not in body


@pytest.mark.urs("URS-110")
def test_somebody_else_acknowledges_it_once_and_says_what_came_of_it(world: World) -> None:
    overstep(world.qa)
    at = timezone.now()
    raise_notices(at=at)
    key = SecurityNotice.objects.get().pk

    with unauthorised():
        acknowledge_notice(notice_id=key, intent=world.signs(world.technician), at=at)
    with refused("OWN_NOTICE"):
        acknowledge_notice(notice_id=key, intent=world.signs(world.qa), at=at)
    notice = acknowledge_notice(notice_id=key, intent=world.signs(world.qa2), at=at)
    with refused("ALREADY_ACKNOWLEDGED"):
        acknowledge_notice(notice_id=key, intent=world.signs(world.qa2), at=at)

    assert_signed_and_kept(notice, action="acknowledge_notice")
    assert not deliver_notice(at=at)
    overstep(world.qa)
    assert raise_notices(at=at) >= 1
    assert SecurityNotice.objects.exclude(pk=key).filter(about=world.qa.user_id).exists()


def test_what_an_action_refuses_for_want_of_a_right_is_told(world: World) -> None:
    with pytest.raises(NotAuthorised):
        acknowledge_notice(notice_id=1, intent=world.signs(world.release), at=timezone.now())

    raise_notices(at=timezone.now())

    assert SecurityNotice.objects.get().about == world.release.user_id
