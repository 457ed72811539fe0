"""Find a Chromium for the browser tests, and bring one when there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = (
    "chromium-headless-shell",  # no windows to draw: half the work of the others
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> Path | None:
    """Return a Chromium: the one named by CHROMIUM, an installed one, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named)
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    installed = [Path(path) for path in _APPLICATIONS if Path(path).exists()]
    return installed[0] if installed else _playwright_browser()


def _playwright_browser() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def bring_browser() -> None:
    """Install a Chromium: the system's package when root on Debian, else Playwright's own."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run("apt-get", "update", "-qq", environment=quiet)
        install = ("apt-get", "install", "-qq", "-y", "--no-install-recommends")
        for package in ("chromium-headless-shell", "chromium"):
            if _run(*install, package, environment=quiet) and find_browser():
                return
    _run(sys.executable, "-m", "playwright", "install", "chromium", environment=dict(os.environ))


def _run(*command: str, environment: dict[str, str]) -> bool:
    print(f"Bringing a browser for the tests: {' '.join(command)}", flush=True)
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def main() -> int:
    """Make sure that there is a browser."""
    if find_browser() is None:
        bring_browser()
    if find_browser() is None:
        print(
            "No Chromium could be found or installed, and the browser tests need one: "
            "install Chromium or Chrome, or set CHROMIUM to its path.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
