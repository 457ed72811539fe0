"""Everything a change must pass besides its tests, cheapest first; all findings in one run."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from freezer_inventory.embedded.throw_away import throw_away_servers

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
_MANAGE = (sys.executable, "manage.py")
_DJANGO_VERSION = "5.2"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: a command that ends with 0 when there is nothing to say."""

    name: str
    command: tuple[str, ...]


def _checks() -> list[Check]:
    return [
        Check(name="lint", command=(str(BIN / "ruff"), "check", "--quiet", ".")),
        Check(name="format", command=(str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
        Check(name="template format", command=(*_djade(), "--check", *_templates())),
        Check(name="budgets", command=(sys.executable, "-m", "tools.budgets")),
        Check(name="floors", command=(str(BIN / "lint-imports"),)),
        Check(name="migrations", command=(*_MANAGE, "makemigrations", "--check", "--dry-run")),
        Check(
            name="deployment settings",
            command=(*_MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
        ),
        Check(name="template names", command=(sys.executable, "-m", "tools.template_names")),
        Check(name="types", command=(str(BIN / "mypy"), ".")),
    ]


def _templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def _djade() -> tuple[str, ...]:
    return (str(BIN / "djade"), "--target-version", _DJANGO_VERSION)


def _as_in_production(database_url: str, redis_url: str) -> Mapping[str, str]:
    """Return the environment of a site in use, so that its settings are what is checked."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "freezers.example.org",
        "DEBUG": "off",
        "DEMO": "off",
    }


def main() -> int:
    """Run every check and say at the end which ones complained."""
    if "--format-templates" in sys.argv:
        templates = _templates()
        return subprocess.run([*_djade(), *templates], cwd=ROOT, check=False).returncode and 0
    complained = []
    with throw_away_servers() as addresses:
        environment = _as_in_production(addresses.database_url, addresses.redis_url)
        for check in _checks():
            began = time.monotonic()
            done = subprocess.run(
                check.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            )  # fmt: skip
            verdict = "ok" if done.returncode == 0 else "COMPLAINS"
            print(f"{check.name:<20} {verdict:<10} {time.monotonic() - began:5.1f} s", flush=True)
            if done.returncode != 0:
                print(done.stdout.rstrip(), flush=True)
                complained.append(check.name)
    if complained:
        print(f"Complaints from: {', '.join(complained)}.", file=sys.stderr)
    return 1 if complained else 0


if __name__ == "__main__":
    raise SystemExit(main())
