"""The demo runs, refuses in words, ends without a trace and recovers from being killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest
from django.core.management import CommandError, call_command

from freezer_inventory.embedded import processes
from freezer_inventory.embedded.folder import ServersFolder
from tests.plugins import seed

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
OPEN = "The portal is open"


@dataclass(kw_only=True)
class DemoRun:
    """A demo in a data folder of its own, as somebody in another terminal would run it."""

    data: Path
    port: int = field(default_factory=processes.free_port)
    process: subprocess.Popen[str] | None = None

    def manage(self, *arguments: str, port: int | None = None) -> subprocess.Popen[str]:
        own = {"DATA_FOLDER": str(self.data), "DEMO": "on", "PORT": str(port or self.port)}
        own["STATIC_ROOT"] = str(self.data.parent / "static")  # pages of other tests find none
        without = ("DATABASE_URL", "REDIS_URL", "HOST", "SEAL_ANCHOR")
        environment = {k: v for k, v in os.environ.items() if k not in without} | own
        return subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def say(self, *arguments: str, port: int | None = None) -> tuple[int, str]:
        """Run a command to its end; return its code and its words."""
        with self.manage(*arguments, port=port) as process:
            words, _ = process.communicate(timeout=60)
            return process.returncode, words

    def start(self) -> list[psutil.Process]:
        """Start the demo, wait until it says it is open, and return everything it runs."""
        self.process = self.manage("demo", "--empty")
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if OPEN in line:
                return _family(self.process.pid)
        raise AssertionError("".join(said))

    def grown(
        self, running: list[psutil.Process], *programs: str, patience: float = 60
    ) -> list[psutil.Process]:
        """Wait until these programs run behind the page too, and return everything that runs."""
        assert self.process is not None
        deadline = time.monotonic() + patience
        while missing := [name for name in programs if name not in _names(running)]:
            assert time.monotonic() < deadline, missing
            time.sleep(0.2)
            running = _family(self.process.pid)
        return running

    def end(self, number: signal.Signals) -> tuple[int, str]:
        assert self.process is not None
        self.process.send_signal(number)
        words, _ = self.process.communicate(timeout=60)
        return self.process.returncode, words


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[DemoRun]:
    tmp_path.chmod(0o755)
    run = DemoRun(data=tmp_path / "data")
    yield run
    if run.process is not None and run.process.poll() is None:
        run.end(signal.SIGTERM)


def test_serves_and_refuses_a_second_start_and_leaves_nothing_behind(demo: DemoRun) -> None:
    running = demo.start()
    page = f"http://127.0.0.1:{demo.port}"
    with urllib.request.urlopen(f"{page}/static/css/tokens.css", timeout=10) as answer:  # noqa: S310 - our own page
        assert answer.status == 200
    programs = ("postgres", "redis-server", "gunicorn", "worker", "alarms@", "beat")
    running = demo.grown(running, *programs)

    code, words = demo.say("demo", "--empty")
    assert (code, f"already runs at {page}" in words) == (1, True)
    command = (sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'])")
    code, words = demo.say("embedded", "--", *command)
    assert (code, "postgresql://freezer_inventory:" in words) == (0, True)
    code, words = demo.end(signal.SIGINT)

    assert (code, "Everything is stopped." in words) == (0, True)
    assert _all_gone(running)
    assert processes.port_is_free("127.0.0.1", demo.port)


@pytest.mark.urs("URS-46")
def test_recovers_from_being_killed_and_ends_with_its_terminal(demo: DemoRun) -> None:
    folder = demo.data / "demo"  # an earlier start migrated it; another test begins with nothing
    folder.mkdir(parents=True)
    seed.plant(seed.seeded_folder(), folder)
    killed = demo.start()
    demo.end(signal.SIGKILL)

    running = demo.start()

    assert _all_gone(killed)
    assert _recorded(folder, "start_web_server") == 2
    code, _ = demo.end(signal.SIGHUP)
    assert code == 0
    assert _all_gone(running)


def _recorded(folder: Path, kind: str, *, patience: float = 15) -> int:
    """Say how many events of a kind are in the trail, at last."""
    addresses = ServersFolder(folder).addresses()
    assert addresses is not None
    deadline = time.monotonic() + patience
    question = "SELECT count(*) FROM audit_systemevent WHERE kind = %s"
    with psycopg.connect(addresses.database_url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            row = connection.execute(question, [kind]).fetchone()
            assert row is not None
            if row[0] > 1:
                return int(row[0])
            time.sleep(0.1)
    return 0


def test_says_that_a_port_is_taken(demo: DemoRun) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        code, words = demo.say("demo", "--empty", port=port)

    assert code == 1
    assert f"Port {port} is taken by another program: choose a free one" in words


@pytest.mark.parametrize("port", ["0", "65536", "eight"])
def test_says_that_a_port_is_none(port: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("demo", "--port", port)

    assert caught.value.returncode == 1
    assert str(caught.value) == f"PORT must be a number from 1 to 65535, not '{port}'."


def test_says_that_the_data_belongs_to_another_major_version(demo: DemoRun) -> None:
    data = demo.data / "demo" / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")

    code, words = demo.say("demo", "--empty")

    assert code == 1
    assert re.search(r"belongs to PostgreSQL 16, and this release runs PostgreSQL 18", words)
    assert "Traceback" not in words


def test_the_embedded_command_wants_a_command() -> None:
    with pytest.raises(CommandError, match="Say which command to run") as caught:
        call_command("embedded")

    assert caught.value.returncode == 1


def _family(pid: int) -> list[psutil.Process]:
    return list(psutil.Process(pid).children(recursive=True))


def _names(running: list[psutil.Process]) -> str:
    return " ".join(part for process in running for part in process.cmdline())


def _all_gone(running: list[psutil.Process], *, patience: float = 15) -> bool:
    deadline = time.monotonic() + patience
    while any(process.is_running() and process.status() != "zombie" for process in running):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
