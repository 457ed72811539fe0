"""Make the environment of this clone from its hash-pinned locks; needs nothing but Python 3.11."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bootstrap.progress import Progress, fail, run_counted

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
OLDEST_PYTHON = (3, 11)


def main() -> None:
    """Bring the environment to the state of the locks; at once when it is there already."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--development", action="store_true", help="also what tests and checks need"
    )
    development = parser.parse_args().development
    if sys.version_info < OLDEST_PYTHON:
        _again_with_newer_python()
    _make_environment()
    compiling = _install_python_packages("development" if development else "demo")
    _install_front_end_packages()
    if compiling is not None:
        compiling.wait()


def _again_with_newer_python() -> None:
    for minor in (13, 12, 11):
        found = shutil.which(f"python3.{minor}")
        works = found and subprocess.run([found, "-c", ""], capture_output=True, check=False)
        if found and works and works.returncode == 0:
            os.execv(found, [found, "-m", "bootstrap.set_up", *sys.argv[1:]])  # noqa: S606 - the same script, a newer Python
    have = ".".join(map(str, sys.version_info[:3]))
    fail(f"This needs Python 3.11 or newer and found {have}: install one, or name it: PYTHON=...")


def _make_environment() -> None:
    if PYTHON.exists() and _works(PYTHON):
        return
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(ENVIRONMENT)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        fail(
            "Python could not make a virtual environment; on Debian and Ubuntu install the package "
            f"python3-venv first. Its words: {(done.stdout + done.stderr).strip()[-400:]}"
        )
    for packages in ENVIRONMENT.glob("lib/python3*/site-packages"):
        (packages / "freezer-inventory.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def _works(python: Path) -> bool:
    """Tell a living environment from one whose Python was removed or whose clone was moved."""
    probe = "import sys, pip; print(sys.prefix)"
    done = subprocess.run([str(python), "-c", probe], capture_output=True, text=True, check=False)
    return done.returncode == 0 and Path(done.stdout.strip()).resolve() == ENVIRONMENT.resolve()


def _install_python_packages(lock_name: str) -> subprocess.Popen[bytes] | None:
    """Install what is not there, and return what compiles it on every core meanwhile."""
    lock = ROOT / "requirements" / f"{lock_name}.txt"
    stamp = ENVIRONMENT / f".installed-{lock_name}"
    if _is_current(stamp, lock):
        return None
    pinned = sum(1 for line in lock.read_text("utf-8").splitlines() if "==" in line)
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-compile"]
    command += ["--progress-bar=off", "--disable-pip-version-check", "-r", str(lock)]
    with Progress("Python packages", total=pinned) as progress:
        run_counted(
            command,
            progress,
            counts=lambda line: line.startswith(("Collecting ", "Requirement already")),
            advice="check the network and start again; what was fetched is kept",
        )
    _mark(stamp, lock)
    if lock_name == "development":
        _mark(ENVIRONMENT / ".installed-demo", lock.with_name("demo.txt"))
    return _compile()


def _compile() -> subprocess.Popen[bytes]:
    """Compile the packages, as pip would with one core; what cannot be compiled is never used."""
    packages = [str(path) for path in ENVIRONMENT.glob("lib/python3*/site-packages")]
    return subprocess.Popen(
        [str(PYTHON), "-m", "compileall", "-q", "-j", "0", *packages],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _install_front_end_packages() -> None:
    lock = ROOT / "package-lock.json"
    stamp = ROOT / "node_modules" / ".installed"
    if not lock.exists() or _is_current(stamp, lock):
        return
    path = f"{ENVIRONMENT / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [
        str(ENVIRONMENT / "bin" / "npm"),
        "ci",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
    ]
    with Progress("Front-end packages") as progress:
        run_counted(
            command,
            progress,
            counts=lambda _line: False,
            folder=ROOT,
            environment={**os.environ, "PATH": path},
            advice="check the network and start again; what was fetched is kept",
        )
    _mark(stamp, lock)


def _is_current(stamp: Path, lock: Path) -> bool:
    return stamp.exists() and stamp.read_text("utf-8") == _digest(lock)


def _mark(stamp: Path, lock: Path) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_digest(lock), encoding="utf-8")


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
