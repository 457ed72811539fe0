"""A progress bar and a way to run a long command behind it, from the standard library alone."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NoReturn

_WIDTH = 28


class Progress:
    """
    One line that fills up on a terminal; one line at the end elsewhere.

    total: how many steps there are; None when nobody can know.
    """

    def __init__(self, title: str, total: int | None = None) -> None:
        self._title = title
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._terminal = sys.stdout.isatty()
        if not self._terminal:
            print(f"{title} ...", flush=True)

    def __enter__(self) -> Progress:
        self._draw()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        seconds = time.monotonic() - self._began
        start = "\r\033[K" if self._terminal else ""
        print(
            f"{start}{self._title}: {'done' if kind is None else 'stopped'} in {seconds:.0f} s",
            flush=True,
        )

    def advance(self, steps: int = 1) -> None:
        """Count steps as done."""
        self._done += steps
        self._draw()

    def pause(self) -> None:
        """Leave the line to somebody else's words until the next step."""
        if self._terminal:
            print(flush=True)

    def _draw(self) -> None:
        if not self._terminal:
            return
        seconds = time.monotonic() - self._began
        if self._total:
            share = min(1.0, self._done / self._total)
            filled = round(share * _WIDTH)
            bar = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {share:4.0%}"
        else:
            bar = "[" + "." * _WIDTH + "]"
        print(f"\r\033[K{self._title} {bar} {seconds:.0f} s", end="", flush=True)


def run_counted(
    command: Sequence[str],
    progress: Progress,
    *,
    counts: Callable[[str], bool],
    advice: str,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run `command`, advancing for every line of output that `counts`; end in words if it fails."""
    with tempfile.TemporaryFile("w+") as words:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words, text=True,
            cwd=folder, env=environment,
        )  # fmt: skip
        lines: list[str] = []
        for line in process.stdout or ():
            lines.append(line.rstrip())
            progress.advance(1 if counts(line) else 0)
        if process.wait() == 0:
            return
        words.seek(0)
        said = [*lines, *words.read().splitlines()][-15:]
    fail(f"{Path(command[0]).name} failed: {advice}. Its last words:", *said)


def fail(*lines: str) -> NoReturn:
    """Say what happened and what to do now, and end."""
    print("\n" + "\n".join(lines), file=sys.stderr, flush=True)
    raise SystemExit(1)
