"""Processes are started, ended and remembered without leaving any behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from freezer_inventory.embedded import processes

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('ready', flush=True); time.sleep(60)",
]


def test_writes_the_output_of_a_child_to_its_log(tmp_path: Path) -> None:
    child = processes.spawn(
        name="hello",
        command=[sys.executable, "-c", "print('cold')"],
        log=tmp_path / "log" / "a.log",
    )

    assert child.process.wait(timeout=10) == 0
    assert processes.last_words(child.log) == "cold"


def test_stops_a_child_in_order(tmp_path: Path) -> None:
    child = processes.spawn(name="sleep", command=SLEEP, log=tmp_path / "a.log")

    processes.stop(child, patience=10)

    assert child.process.returncode == -signal.SIGTERM


def test_kills_a_child_that_will_not_end(tmp_path: Path) -> None:
    child = processes.spawn(name="stubborn", command=STUBBORN, log=tmp_path / "a.log")
    _wait_for_words(tmp_path / "a.log", "ready")

    processes.stop(child, patience=0.2)

    assert child.process.returncode == -signal.SIGKILL


def test_ends_the_grandchildren_too(tmp_path: Path) -> None:
    script = f"import subprocess, time; p = subprocess.Popen({SLEEP}); print(p.pid, flush=True); "
    command = [sys.executable, "-c", script + "time.sleep(60)"]
    child = processes.spawn(name="parent", command=command, log=tmp_path / "a.log")
    grandchild = int(_wait_for_words(tmp_path / "a.log", ""))

    processes.stop(child, patience=5)

    assert processes.wait_until_gone(grandchild, patience=5)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends leftovers")
def test_a_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    script = textwrap.dedent(
        f"""
        import time
        from pathlib import Path
        from freezer_inventory.embedded import processes
        child = processes.spawn(name="s", command={SLEEP}, log=Path({str(tmp_path / "a.log")!r}))
        print(child.process.pid, flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.5)  # the launcher asks to die with its parent before it becomes the program

        parent.kill()

    assert processes.wait_until_gone(child, patience=5)


def test_ends_a_remembered_process(tmp_path: Path) -> None:
    child = processes.spawn(name="sleep", command=SLEEP, log=tmp_path / "a.log")
    pid = child.process.pid

    processes.end_leftover(pid, processes.started_at(pid), patience=5)

    assert child.has_ended


def test_spares_a_process_that_took_over_the_number(tmp_path: Path) -> None:
    child = processes.spawn(name="sleep", command=SLEEP, log=tmp_path / "a.log")
    pid = child.process.pid

    processes.end_leftover(pid, processes.started_at(pid) - 100, patience=5)

    assert not child.has_ended
    processes.stop(child, patience=5)


def test_forgets_a_process_that_is_gone() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    processes.end_leftover(gone.pid, time.time(), patience=5)

    assert processes.started_at(gone.pid) == 0
    assert not psutil.pid_exists(gone.pid)


def test_prefers_the_port_it_had_and_takes_another_when_that_is_taken() -> None:
    port = processes.free_port()

    assert processes.free_port(port) == port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert not processes.port_is_free("127.0.0.1", port)
        assert processes.free_port(port) != port


def test_says_nothing_for_a_log_that_is_not_there(tmp_path: Path) -> None:
    assert processes.last_words(tmp_path / "none.log") == ""
    assert processes.last_words(None) == ""


def test_runs_a_child_in_a_group_of_its_own(tmp_path: Path) -> None:
    child = processes.spawn(name="sleep", command=SLEEP, log=tmp_path / "a.log")

    assert os.getpgid(child.process.pid) != os.getpgrp()
    processes.stop(child, patience=5)


def _wait_for_words(log: Path, words: str) -> str:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        said = processes.last_words(log)
        if said and words in said:
            return said
        time.sleep(0.02)
    raise AssertionError(f"{words!r} never came")
