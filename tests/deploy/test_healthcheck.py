"""The container's health check tells a working part from a dead one."""

import importlib.util
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "healthcheck.py"


@pytest.fixture
def healthcheck() -> ModuleType:
    spec = importlib.util.spec_from_file_location("healthcheck", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Portal(BaseHTTPRequestHandler):
    """Answers as the portal behind its proxy does: only under its name, only over TLS."""

    def do_GET(self) -> None:
        known = self.headers["Host"] == "freezers.example.org"
        secure = self.headers["X-Forwarded-Proto"] == "https"
        self.send_response(200 if known and secure and self.path == "/healthz" else 400)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def portal() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Portal)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_asks_the_web_server_as_the_proxy_does(
    healthcheck: ModuleType, portal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", str(portal))
    monkeypatch.setenv("ALLOWED_HOSTS", "freezers.example.org, other.example.org")
    assert healthcheck.web()

    monkeypatch.setenv("ALLOWED_HOSTS", "unknown.example.org")
    assert not healthcheck.web()


def test_finds_a_dead_web_server_dead(
    healthcheck: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "1")

    assert not healthcheck.web()


def test_finds_a_silent_scheduler_dead(
    healthcheck: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(healthcheck, "SCHEDULE", tmp_path / "schedule")
    assert not healthcheck.beat()

    (tmp_path / "schedule.db").touch()
    assert healthcheck.beat()

    monkeypatch.setattr(healthcheck, "SCHEDULE_SILENCE_SECONDS", -1)
    assert not healthcheck.beat()
