"""Keep a set of programs running in the foreground, and leave none behind."""

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from freezer_inventory.embedded import processes
from freezer_inventory.embedded.errors import StartRefused
from freezer_inventory.embedded.processes import Child

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Raised in the main thread when somebody asks the supervisor to end; not an error."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program to keep running; `patience` is how long it may take to end in order."""

    name: str
    command: Sequence[str | Path]
    patience: float = 15


@dataclass(kw_only=True)
class Supervisor:
    """
    Starts programs, starts them again when they end, and stops them last to first.

    servers: what the programs lean on; when one of these ends, everything ends.
    on_change: told what runs now, after every start.
    """

    environment: Mapping[str, str]
    log: Callable[[str], Path]
    servers: Sequence[Child]
    on_change: Callable[[list[Child]], None]
    restarts_allowed: int = 3
    _running: dict[str, tuple[Program, Child]] = field(default_factory=dict, init=False)
    _restarts: dict[str, list[float]] = field(default_factory=dict, init=False)

    def start(self, program: Program) -> Child:
        """Start one program and keep it running from now on."""
        child = processes.spawn(
            name=program.name,
            command=program.command,
            log=self.log(program.name),
            environment=self.environment,
        )
        self._running[program.name] = (program, child)
        self.on_change([*self.servers, *(child for _, child in self._running.values())])
        return child

    def watch(self) -> None:
        """
        Keep everything running until somebody asks to stop.

        Raises StopRequested: somebody asked. StartRefused: a program cannot be kept running.
        """
        while True:
            self.look()
            time.sleep(0.3)

    def look(self) -> None:
        """
        Start again what has ended since the last look.

        Raises StartRefused: a server ended, or a program ended too often within a minute.
        """
        for server in self.servers:
            if server.has_ended:
                raise StartRefused(_ended_words(server))
        for program, child in list(self._running.values()):
            if child.has_ended:
                self._start_again(program, child)

    def stop(self) -> None:
        """Stop every program, the last one started first."""
        while self._running:
            _, (program, child) = self._running.popitem()
            processes.stop(child, patience=program.patience)

    def _start_again(self, program: Program, child: Child) -> None:
        now = time.monotonic()
        recent = [at for at in self._restarts.get(program.name, []) if now - at < 60]
        if len(recent) >= self.restarts_allowed:
            raise StartRefused(_ended_words(child))
        self._restarts[program.name] = [*recent, now]
        say(f"{program.name} ended and is started again; see {child.log}")
        self.start(program)


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Turn Ctrl-C, SIGTERM and SIGHUP into StopRequested for the time of a block."""

    def request_stop(_signal_number: int, _frame: FrameType | None) -> None:
        ignore_stop_signals()  # ending takes seconds; a second Ctrl-C must not cut it short
        raise StopRequested

    before = {number: signal.signal(number, request_stop) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_stop_signals() -> None:
    """Let nothing interrupt what follows."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def say(words: str) -> None:
    """Print to the terminal, which may be gone by now."""
    with contextlib.suppress(OSError, ValueError):
        print(words, file=sys.stdout, flush=True)  # noqa: T201 - the supervisor's own terminal


def _ended_words(child: Child) -> str:
    return (
        f"{child.name} ended and could not be kept running; its last words, from {child.log}:\n"
        f"{processes.last_words(child.log)}"
    )
