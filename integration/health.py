"""Health for the machines that watch the portal: is this process alive, can it do its work."""

from dataclasses import asdict
from datetime import datetime, timedelta

import redis
import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries.notices import notice_state
from audit.clocks.state import read_clock_state
from audit.queries.checks import trail_state
from audit.seals.posts import post_state
from temperature.queries.feeding import feeding_state
from temperature.queries.telling import telling_state

HEARTBEAT_KEY = "freezer_inventory:worker_heartbeat"
HEARTBEAT_EVERY = timedelta(seconds=30)
SILENT_AFTER = 4 * HEARTBEAT_EVERY
_PATIENCE_SECONDS = 2

log = structlog.get_logger(__name__)


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks nobody else."""
    del request
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """
    Say whether the database, the queue and a worker answer; 503 when one does not.

    Trail, clocks, security notices, alarms and feeds are told beside it: a break or a wrong clock
    is for people, and must not stop anybody from putting a vial into a safe place.
    """
    del request
    now = timezone.now()
    checks = {"database": _database(), **_queue_and_worker(now)}
    is_ready = all(state == "ok" for state in checks.values())
    answers = checks["database"] == "ok"
    trail = asdict(trail_state(now)) if answers else None
    notices = asdict(notice_state()) if answers else None
    clock = _clock(now) if answers else None
    posts = asdict(post_state(now)) if answers else None
    telling = asdict(telling_state(now)) if answers else None
    told: dict[str, object] = {
        "trail": trail,
        "seal_webhook": posts,
        "notices": notices,
        "clock": clock,
    }
    told["alarms"] = telling
    told["feeds"] = asdict(feeding_state(now)) if answers else None
    return JsonResponse(
        {"ready": is_ready, "checks": checks, **told},
        status=200 if is_ready else 503,
        headers={"Cache-Control": "no-store"},
    )


def _clock(now: datetime) -> dict[str, object]:
    """Tell how far clocks are off; a wrong one stops signing, not the portal."""
    state = read_clock_state(now)
    return {
        "state": state.level,
        "offset_seconds": state.worst_seconds,
        "database_ahead_seconds": round(state.database_seconds, 3),
        "sources": list(state.sources),
        "measured_seconds_ago": (
            None if state.measured_at is None else int((now - state.measured_at).total_seconds())
        ),
    }


def queue() -> "redis.Redis":
    """Return a client of the queue that does not wait for long."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_PATIENCE_SECONDS,
        socket_connect_timeout=_PATIENCE_SECONDS,
        decode_responses=True,
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as fault:
        log.warning("database_does_not_answer", fault=str(fault))
        return "does not answer"
    return "ok"


def _queue_and_worker(now: datetime) -> dict[str, str]:
    try:
        with queue() as client:
            beat = client.get(HEARTBEAT_KEY)
    except redis.RedisError as fault:
        log.warning("queue_does_not_answer", fault=str(fault))
        return {"queue": "does not answer", "worker": "unknown"}
    return {"queue": "ok", "worker": _worker(None if beat is None else str(beat), now)}


def _worker(beat: str | None, now: datetime) -> str:
    if beat is None:
        return "never seen"
    silent = now - datetime.fromisoformat(beat)
    return "ok" if silent <= SILENT_AFTER else f"silent for {int(silent.total_seconds())} s"
