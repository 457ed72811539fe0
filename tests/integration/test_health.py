"""What the machines that watch the portal are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from audit.queries.checks import trail_state
from audit.tasks import seal_now, verify_tonight
from integration import health
from integration.tasks import beat_of_the_worker
from tests.audit.seals.tampering import tamper
from tests.world import World


def test_says_that_the_process_is_alive_without_asking_anybody(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def test_is_ready_when_database_queue_and_worker_answer(db: None, client: Client) -> None:
    beat_of_the_worker()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["ready"] is True
    assert response.json()["checks"] == {"database": "ok", "queue": "ok", "worker": "ok"}


@pytest.mark.urs("URS-38")
def test_says_how_old_the_newest_seal_and_check_of_the_trail_are(
    world: World, client: Client
) -> None:
    assert client.get("/readyz").json()["trail"] == {
        "anchor": "ok",
        "seals": "none",
        "newest_seal": None,
        "newest_seal_seconds": None,
        "checked": "never",
        "checked_seconds": None,
    }

    seal_now()
    verify_tonight()

    trail = client.get("/readyz").json()["trail"]
    assert (trail["seals"], trail["newest_seal"], trail["checked"]) == ("ok", 1, "intact")
    assert trail["newest_seal_seconds"] <= trail["checked_seconds"] + 60 < 600
    later = trail_state(timezone.now() + timedelta(hours=2))
    assert (later.seals, later.newest_seal) == ("late", 1)


def test_stays_ready_while_the_trail_is_broken(world: World, client: Client) -> None:
    beat_of_the_worker()
    seal_now()
    tamper("UPDATE audit_change SET reason = 'other'")
    verify_tonight()

    response = client.get("/readyz")

    assert (response.status_code, response.json()["trail"]["checked"]) == (200, "broken")


def test_is_not_ready_when_no_worker_was_ever_seen(db: None, client: Client) -> None:
    with health.queue() as queue:
        queue.delete(health.HEARTBEAT_KEY)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["worker"] == "never seen"


def test_is_not_ready_when_the_worker_is_silent(db: None, client: Client) -> None:
    with health.queue() as queue:
        queue.set(health.HEARTBEAT_KEY, (timezone.now() - timedelta(minutes=5)).isoformat())

    checks = client.get("/readyz").json()["checks"]

    assert checks["worker"].startswith("silent for 30")


def test_is_not_ready_without_a_queue(db: None, client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"] == {
        "database": "ok",
        "queue": "does not answer",
        "worker": "unknown",
    }


def test_is_not_ready_without_a_database(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def cursor(self) -> None:
            raise DatabaseError("gone")

    monkeypatch.setattr(health, "connection", Gone())

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "does not answer"
