"""Tell the container engine whether this web server, worker, scheduler or watchdog still works."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

SCHEDULE = Path("/tmp/schedule")  # noqa: S108 - a tmpfs of the container alone
ALIVE = Path("/tmp/alive")  # noqa: S108 - a tmpfs of the container alone
ALIVE_SILENCE_SECONDS = 120  # the watchdog touches it after every look
SCHEDULE_SILENCE_SECONDS = 600  # beat writes it at least every three minutes


def web() -> bool:
    """Say whether the web server answers as it would through the reverse proxy."""
    host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0].strip().lstrip("*.")
    port = int(os.environ.get("PORT", "8000"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        headers = {"Host": host or "127.0.0.1", "X-Forwarded-Proto": "https"}
        connection.request("GET", "/healthz", headers=headers)
        return connection.getresponse().status == 200
    except OSError:
        return False


def worker(node: str = "celery") -> bool:
    """Say whether this container's worker answers through the queue."""
    name = f"{node}@{socket.gethostname()}"
    command = ["celery", "-A", "freezer_inventory", "inspect", "ping", "-d", name, "-t", "10"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - our own


def alarms() -> bool:
    """Say whether this container's worker of alarms answers through the queue."""
    return worker("alarms")


def beat() -> bool:
    """Say whether the scheduler has written its schedule lately."""
    written = [path.stat().st_mtime for path in SCHEDULE.parent.glob(f"{SCHEDULE.name}*")]
    return bool(written) and time.time() - max(written) < SCHEDULE_SILENCE_SECONDS


def watchdog() -> bool:
    """Say whether the watchdog has looked lately."""
    return ALIVE.exists() and time.time() - ALIVE.stat().st_mtime < ALIVE_SILENCE_SECONDS


if __name__ == "__main__":
    CHECKS = {"web": web, "worker": worker, "alarms": alarms, "beat": beat, "watchdog": watchdog}
    raise SystemExit(0 if CHECKS[sys.argv[1]]() else 1)
