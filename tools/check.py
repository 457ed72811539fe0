"""Everything a change must pass besides its tests, two at a time; all findings in one run."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from freezer_inventory.embedded.throw_away import throw_away_servers

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
_MANAGE = (sys.executable, "manage.py")
_DJANGO_VERSION = "5.2"


_AT_ONCE = 2


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: a command that ends with 0 when there is nothing to say."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check said; seconds: how long it took."""

    check: Check
    complains: bool
    words: str
    seconds: float


def _checks() -> list[Check]:
    """Name the checks: types take as long as all others together, which are cheapest first."""
    return [
        Check(name="types", command=(str(BIN / "mypy"), ".")),
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


def _carry_out(check: Check, environment: Mapping[str, str]) -> Finding:
    began = time.monotonic()
    done = subprocess.run(
        check.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return Finding(
        check=check,
        complains=done.returncode != 0,
        words=done.stdout,
        seconds=time.monotonic() - began,
    )


def main() -> int:
    """Run every check and say at the end which ones complained."""
    if "--format-templates" in sys.argv:
        templates = _templates()
        return subprocess.run([*_djade(), *templates], cwd=ROOT, check=False).returncode and 0
    complained = []
    with (
        throw_away_servers() as addresses,
        ThreadPoolExecutor(max_workers=_AT_ONCE) as workers,
    ):
        environment = _as_in_production(addresses.database_url, addresses.redis_url)
        running = [workers.submit(_carry_out, check, environment) for check in _checks()]
        for finding in (done.result() for done in as_completed(running)):
            verdict = "COMPLAINS" if finding.complains else "ok"
            print(f"{finding.check.name:<20} {verdict:<10} {finding.seconds:5.1f} s", flush=True)
            if finding.complains:
                print(finding.words.rstrip(), flush=True)
                complained.append(finding.check.name)
    if complained:
        print(f"Complaints from: {', '.join(complained)}.", file=sys.stderr)
    return 1 if complained else 0


if __name__ == "__main__":
    raise SystemExit(main())
