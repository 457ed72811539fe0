"""Start, stop and remember the processes of the embedded services."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from freezer_inventory.embedded.identity import Account

_LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(kw_only=True)
class Child:
    """A started process, how to ask it to end, and where its words go."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals
    log: Path | None

    @property
    def has_ended(self) -> bool:
        """Say whether the process is gone."""
        return self.process.poll() is not None


def spawn(
    *,
    name: str,
    command: Sequence[str | Path],
    log: Path | None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
) -> Child:
    """
    Start `command` so that it dies with this process; its output goes to the end of `log`.

    log: None lets it speak to this process's own terminal.
    account: the unprivileged account to run as; None keeps the present one.
    """
    order = {
        "command": [str(part) for part in command],
        "parent": os.getpid(),
        "death_signal": int(stop_signal),
        "uid": account.uid if account else None,
        "gid": account.gid if account else None,
        "keep_reach": bool(account and account.needs_reach),
    }
    with _output(log) as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            [sys.executable, "-I", "-S", str(_LAUNCHER), json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            cwd=folder,
            env=dict(environment) if environment is not None else None,
            start_new_session=True,
        )
    return Child(name=name, process=process, stop_signal=stop_signal, log=log)


@contextlib.contextmanager
def _output(log: Path | None) -> Iterator[BinaryIO | None]:
    if log is None:
        yield None
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        yield output


def stop(child: Child, *, patience: float) -> None:
    """Ask the child to end, wait `patience` seconds, then kill it with everything it started."""
    if child.has_ended:
        return
    _, *descendants = _family(child.process.pid) or [None]
    child.process.send_signal(child.stop_signal)
    try:
        child.process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait(timeout=5)
    _kill(descendants)


def end_leftover(pid: int, started_at: float, *, patience: float) -> None:
    """End a process remembered from an earlier start, unless its number now belongs to another."""
    family = _family(pid)
    with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        process = psutil.Process(pid)
        if abs(process.create_time() - started_at) > 1:
            return
        process.send_signal(signal.SIGINT)
        process.wait(timeout=patience)
    _kill(family)


def wait_until_gone(pid: int, *, patience: float) -> bool:
    """Say whether the process ended within `patience` seconds."""
    deadline = time.monotonic() + patience
    while psutil.pid_exists(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def started_at(pid: int) -> float:
    """Return when a process began, as its operating system counts it; 0 when it is gone."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return 0


def free_port(preferred: int | None = None) -> int:
    """Return a loopback port nobody listens on: the preferred one when it is free."""
    if preferred is not None and port_is_free("127.0.0.1", preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_free(host: str, port: int) -> bool:
    """Say whether a server could listen on this address now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def last_words(log: Path | None, *, lines: int = 12) -> str:
    """Return the end of a log, for a person who asks why a process ended."""
    if log is None or not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _kill(family: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(family, timeout=0.5)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=3)
