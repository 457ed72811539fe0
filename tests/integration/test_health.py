"""What the machines that watch the portal are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from integration import health
from integration.tasks import beat_of_the_worker


def test_says_that_the_process_is_alive_without_asking_anybody(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def test_is_ready_when_database_queue_and_worker_answer(db: None, client: Client) -> None:
    beat_of_the_worker()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "checks": {"database": "ok", "queue": "ok", "worker": "ok"},
    }


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
