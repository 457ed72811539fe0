"""The supervisor keeps programs running and stops all of them."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from freezer_inventory.embedded import processes
from freezer_inventory.embedded.errors import StartRefused
from freezer_inventory.embedded.processes import Child
from freezer_inventory.embedded.supervisor import (
    STOP_SIGNALS,
    Program,
    StopRequested,
    Supervisor,
    stoppable,
)

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
ENDS = [sys.executable, "-c", "print('I cannot')"]


@pytest.fixture
def running() -> list[list[Child]]:
    return []


@pytest.fixture
def supervise(tmp_path: Path, running: list[list[Child]]) -> Callable[..., Supervisor]:
    def build(*servers: Child) -> Supervisor:
        return Supervisor(
            environment=dict(os.environ),
            log=lambda name: tmp_path / f"{name}.log",
            servers=servers,
            on_change=running.append,
        )

    return build


def test_starts_a_program_again_when_it_ends(
    supervise: Callable[..., Supervisor], running: list[list[Child]]
) -> None:
    supervisor = supervise()
    first = supervisor.start(Program(name="web", command=SLEEP))
    first.process.kill()
    first.process.wait()

    supervisor.look()

    second = running[-1][0]
    assert second.process.pid != first.process.pid
    assert not second.has_ended
    supervisor.stop()
    assert second.has_ended


def test_gives_up_on_a_program_that_keeps_ending_and_shows_its_last_words(
    supervise: Callable[..., Supervisor],
) -> None:
    supervisor = supervise()
    supervisor.start(Program(name="worker", command=ENDS))

    with pytest.raises(StartRefused, match="worker ended and could not be kept running") as refused:
        _look_until_refused(supervisor)

    assert "I cannot" in str(refused.value)
    supervisor.stop()


def test_ends_everything_when_a_server_ends(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    server = processes.spawn(name="postgres", command=ENDS, log=tmp_path / "postgres.log")
    server.process.wait()

    with pytest.raises(StartRefused, match="postgres ended"):
        supervise(server).look()


def test_stops_the_last_program_first(
    supervise: Callable[..., Supervisor], running: list[list[Child]]
) -> None:
    supervisor = supervise()
    for name in ("web", "worker", "beat"):
        supervisor.start(Program(name=name, command=SLEEP, patience=5))

    supervisor.stop()

    assert [child.name for child in running[-1]] == ["web", "worker", "beat"]
    assert all(child.has_ended for child in running[-1])


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_takes_every_stop_signal_once(number: signal.Signals) -> None:
    with pytest.raises(StopRequested), stoppable():
        _raise_twice(number)


def _raise_twice(number: signal.Signals) -> None:
    try:
        signal.raise_signal(number)
    finally:
        signal.raise_signal(number)  # a second one does not cut the ending short


def _look_until_refused(supervisor: Supervisor) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        supervisor.look()
        time.sleep(0.05)
