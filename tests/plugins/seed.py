"""The migrated database that every test run begins with, built once per state of migrations."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from freezer_inventory import environment
from freezer_inventory.embedded.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]
_SEEDS = environment.data_folder() / "test-seeds"
_KEPT_SECONDS = 3600


class SeedFailed(Exception):
    """Raised when the migrations cannot be applied; carries what they said."""


def seeded_folder() -> Path:
    """
    Return a folder with the stopped, migrated server of the present migrations, built if need be.

    Raises SeedFailed: the migrations cannot be applied.
    """
    _SEEDS.mkdir(parents=True, exist_ok=True)
    with (_SEEDS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        seed = _SEEDS / _key()
        if not seed.exists():
            _forget_old_seeds()
            _build(seed)
        os.utime(seed)
        return seed


def plant(seed: Path, folder: Path) -> None:
    """Copy the files of a stopped server into the folder of a new one, owners included."""
    subprocess.run(["/bin/cp", "-pR", f"{seed}/.", str(folder)], check=True)


def _key() -> str:
    """Digest everything that decides how the migrated database looks."""
    digest = hashlib.sha256(sys.version.encode())
    parts = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("freezer_inventory/embedded/*.py")]
    for path in sorted([*parts, ROOT / "requirements" / "development.txt", *_permissions()]):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def _permissions() -> Iterator[Path]:
    """Name what runs after the migrations: permissions of the models, and each app's own hooks."""
    hooks = ("apps.py", "roles.py", "hardening.py", "migrated.py")
    for package in (*hooks, "models.py", "models/**/*.py"):
        yield from ROOT.glob(f"[a-z]*/{package}")


def _build(seed: Path) -> None:
    building = Path(tempfile.mkdtemp(prefix="freezer-inventory-seed-"))
    building.chmod(0o755)
    postgres = EmbeddedPostgres(folder=building, log=building / "postgres.log", throw_away=True)
    try:
        postgres.start()
        migrate(postgres.url)
        postgres.stop()
        target = seed.with_suffix(".building")
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        plant(building, target)
        target.rename(seed)
    finally:
        postgres.stop()
        shutil.rmtree(building, ignore_errors=True)


def migrate(database_url: str) -> None:
    """
    Apply all migrations to a database.

    Raises SeedFailed: they cannot be applied.
    """
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--noinput", "-v0"],
        env={**os.environ, "DATABASE_URL": database_url, "DATABASE_STATEMENT_TIMEOUT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SeedFailed(f"The migrations cannot be applied:\n{done.stdout}{done.stderr}")


def _forget_old_seeds() -> None:
    for seed in _SEEDS.iterdir():
        with contextlib.suppress(OSError):
            if seed.is_dir() and time.time() - seed.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(seed, ignore_errors=True)
