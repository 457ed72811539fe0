"""Bring an MQTT broker for the tests that speak with a real one; without it they are skipped."""

import os
import shutil
import subprocess

PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
PACKAGE = "mosquitto"


def find_broker() -> str | None:
    """Return the program, where it is installed."""
    return shutil.which(PACKAGE, path=PLACES)


def main() -> int:
    """Install the system's package when root on Debian; say so where that cannot be."""
    if find_broker() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ("apt-get", "install", "-qq", "-y", "--no-install-recommends", PACKAGE)
        print(f"Bringing a broker for the tests: {' '.join(install)}", flush=True)
        subprocess.run(install, env=quiet, stdin=subprocess.DEVNULL, check=False)
    if find_broker() is None:
        print(f"Without {PACKAGE} the tests against a real MQTT broker are skipped.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
