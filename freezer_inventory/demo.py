"""The demo from nothing to a page: servers, migrations, data, web server, worker, scheduler."""

import http.client
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bootstrap.progress import Progress
from freezer_inventory import demo_modbus, demo_mqtt, environment
from freezer_inventory.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from freezer_inventory.demo_database import DemoDatabase
from freezer_inventory.embedded import processes
from freezer_inventory.embedded.errors import StartRefused
from freezer_inventory.embedded.folder import ServersFolder
from freezer_inventory.embedded.postgres import APP_ROLE
from freezer_inventory.embedded.processes import Child
from freezer_inventory.embedded.services import Services
from freezer_inventory.embedded.supervisor import (
    Program,
    StopRequested,
    Supervisor,
    ignore_stop_signals,
    say,
    stoppable,
)

ROOT = Path(__file__).resolve().parent.parent
# One machine has one worker: nobody to look for, nobody to gossip with.
_QUIETLY = ("--without-mingle", "--without-gossip", "-l", "INFO")


class Demo:
    """One run of the demo, from the first check to the last process stopped."""

    def __init__(self, *, host: str, port: int, empty: bool = False) -> None:
        self._host = host
        self._port = port
        self._empty = empty
        self._folder = ServersFolder(environment.data_folder() / "demo")
        self._services = Services(self._folder, os.environ)
        self._supervisor: Supervisor | None = None
        self._setting_up: list[Child] = []

    def run(self) -> None:
        """
        Serve until somebody asks to stop; nothing is left running, whatever happens.

        Raises StartRefused: it cannot start, in one sentence for the person who started it.
        """
        with stoppable():
            try:
                self._start()
                self._require_supervisor().watch()
            except StopRequested:
                say("\nStopping ...")
            finally:
                ignore_stop_signals()
                self._stop()
                say("Everything is stopped.")

    @property
    def _database(self) -> DemoDatabase:
        return DemoDatabase(self._services)

    @property
    def _page(self) -> str:
        return f"http://{self._host}:{self._port}"

    def _start(self) -> None:
        self._folder.hold()
        _refuse_a_taken_port(self._host, self._port)
        with Progress("Starting", total=5) as progress:
            static = self._begin("static", "collectstatic", "--noinput", "-v0")
            self._services.start_postgres()
            progress.advance()
            self._services.start_redis()
            self._folder.remember_addresses(self._services.addresses(self._page))
            progress.advance()
            if not self._empty:
                self._database.forget_what_is_half_loaded()
            self._finish(self._begin("migrate", "migrate", "--noinput", as_owner=True), "Migrating")
            progress.advance()
            self._finish(static, "Collecting the static files")
            progress.advance()
            progress.pause()
            self._load_demo_data()
            self._start_programs()
            progress.advance()
        self._greet()

    def _start_programs(self) -> None:
        self._supervisor = Supervisor(
            environment=self._environment(),
            log=self._folder.log,
            servers=self._services.children,
            on_change=self._folder.remember_processes,
        )
        web = self._supervisor.start(Program(name="web", command=_gunicorn()))
        _wait_for_the_page(web, self._host, self._port)  # alone, it answers seconds sooner
        for program in _behind_the_page(self._folder.path):
            self._supervisor.start(program)

    def _stop(self) -> None:
        if self._supervisor is not None:
            self._supervisor.stop()
        for child in self._setting_up:
            processes.stop(child, patience=5)
        self._services.stop()
        self._folder.release()

    def _environment(self) -> dict[str, str]:
        addresses = self._services.addresses()
        embedded = self._services.database_is_embedded
        return {
            **os.environ,
            "DEMO": "on",
            "DATABASE_URL": (
                self._services.postgres.app_url if embedded else addresses.database_url
            ),
            "REDIS_URL": addresses.redis_url,
            "APP_COMMIT": os.environ.get("APP_COMMIT") or _commit(),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self._folder.secret("secret-key"),
            "HOST": self._host,
            "PORT": str(self._port),
            "PYTHONUNBUFFERED": "1",
        }

    def _begin(
        self, name: str, *command: str, on_terminal: bool = False, as_owner: bool = False
    ) -> Child:
        """Begin a management command; before the database serves, it gets no address of one."""
        serving = (
            self._services.postgres.child is not None or not self._services.database_is_embedded
        )
        changed = {"DATABASE_STATEMENT_TIMEOUT": "0", "DEMO": "on"}
        if as_owner and self._services.database_is_embedded:
            changed |= {"DATABASE_URL": self._services.postgres.url, "DATABASE_APP_ROLE": APP_ROLE}
        child = processes.spawn(
            name=name,
            command=[sys.executable, ROOT / "manage.py", *command],
            log=None if on_terminal else self._folder.log(name),
            environment=(self._environment() if serving else dict(os.environ)) | changed,
            folder=ROOT,
        )
        self._setting_up.append(child)
        return child

    def _finish(self, child: Child, what: str) -> None:
        if child.process.wait() != 0:
            raise StartRefused(f"{what} failed{_last_words(child)}")

    def _load_demo_data(self) -> None:
        if not self._empty and not self._database.is_loaded:
            loading = self._begin("demo-data", "load_demo_data", on_terminal=True)
            self._finish(loading, "Loading the demo data")
            self._database.mark_as_loaded()

    def _require_supervisor(self) -> Supervisor:
        if self._supervisor is None:
            raise RuntimeError("the demo watches before it has started")
        return self._supervisor

    def _greet(self) -> None:
        say(
            f"\n  The portal is open:  {self._page}\n\n  Sign in with password  {DEMO_PASSWORD}  as"
        )
        for account in DEMO_ACCOUNTS:
            say(f"    {account.username:<11} {account.purpose}")
        say("\n  Ctrl-C stops everything.")


def _commit() -> str:
    """Name the commit that runs, and say when files differ from it; a copy without git has none."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    command = [git, "describe", "--always", "--dirty", "--exclude=*", "--abbrev=10"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return found.stdout.strip() or "unknown"


def _refuse_a_taken_port(host: str, port: int) -> None:
    if not processes.port_is_free(host, port):
        raise StartRefused(
            f"Port {port} is taken by another program: "
            f"choose a free one, for example `make demo PORT={port + 10}`."
        )


def _wait_for_the_page(web: Child, host: str, port: int, *, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not web.has_ended:
        if _answers(host, port):
            return
        time.sleep(0.1)
    raise StartRefused(f"The web server did not start{_last_words(web)}")


def _last_words(child: Child) -> str:
    if child.log is None:
        return "; it said why above."
    return f"; its last words, from {child.log}:\n{processes.last_words(child.log)}"


def _gunicorn() -> list[str | Path]:
    return [sys.executable, "-m", "gunicorn", "-c", ROOT / "deploy" / "gunicorn.conf.py"]


def _behind_the_page(folder: Path) -> list[Program]:
    """Return what runs beside the web server: freezers, workers, scheduler, watchdog."""
    celery: list[str | Path] = [sys.executable, "-m", "celery", "-A", "freezer_inventory"]
    worker = [*celery, "worker", "--concurrency=1", *_QUIETLY]
    schedule = folder / "schedule"
    return [
        Program(name="freezers", command=[sys.executable, ROOT / "manage.py", "simulate_freezers"]),
        Program(name="worker", command=[*worker, "-Q", "celery"]),
        Program(name="alarms", command=[*worker, "-Q", "alarms", "-n", "alarms@%h"]),
        Program(name="beat", command=[*celery, "beat", "-s", schedule, "--pidfile=", "-l", "INFO"]),
        Program(name="watchdog", command=[sys.executable, ROOT / "manage.py", "watch_alarms"]),
        Program(name="freezer-modbus", command=[sys.executable, "-m", demo_modbus.__name__]),
        *_over_mqtt(folder / "broker.conf"),
    ]


def _over_mqtt(file: Path) -> list[Program]:
    """Return the broker and the tank that publishes; nothing where no broker is installed."""
    publishes = Program(name="freezer-mqtt", command=[sys.executable, "-m", demo_mqtt.__name__])
    broker = demo_mqtt.program()
    if demo_mqtt.answers():
        return [publishes]
    if broker is None:
        say(f"  {demo_mqtt.MISSING}")
        return []
    return [
        Program(name="broker", command=[broker, "-c", demo_mqtt.configure(file)]),
        publishes,
    ]


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def run_command(command: list[str], environment: dict[str, str]) -> int:
    """Run one command against the given servers and return its exit code."""
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - the caller's own


def refuse_bad_port(text: str) -> int:
    """
    Return a port number.

    Raises StartRefused: the text is none.
    """
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise StartRefused(f"PORT must be a number from 1 to 65535, not {text!r}.")
