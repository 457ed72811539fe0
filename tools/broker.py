"""Bring an MQTT broker for the tests that speak with a real one; without it they are skipped."""

import os
import shutil
import subprocess

from freezer_inventory.demo_mqtt import program

PACKAGE = "mosquitto"


def main() -> int:
    """Install the system's package when root on Debian; say so where that cannot be."""
    if program() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ("apt-get", "install", "-qq", "-y", "--no-install-recommends", PACKAGE)
        print(f"Bringing a broker for the tests: {' '.join(install)}", flush=True)
        subprocess.run(install, env=quiet, stdin=subprocess.DEVNULL, check=False)
    if program() is None:
        print(f"Without {PACKAGE} the tests against a real MQTT broker are skipped.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
