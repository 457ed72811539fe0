"""Compile the locks anew: exact versions with hashes, for every system, naming no index."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
REQUIREMENTS = ROOT / "requirements"
_HEADER = "# Exact versions with hashes for every system; made by `make lock`, not by hand.\n"


def main() -> None:
    """Write the three locks of requirements/ and package-lock.json."""
    _compile("production")
    _compile("demo", "--group", "embedded", "-c", "requirements/production.txt")
    _compile("development", "--group", "dev", "-c", "requirements/demo.txt")
    if (ROOT / "package.json").exists():
        _run(
            str(BIN / "npm"),
            "install",
            "--package-lock-only",
            "--omit-lockfile-registry-resolved",
            "--no-audit",
            "--no-fund",
        )


def _compile(name: str, *more: str) -> None:
    target = REQUIREMENTS / f"{name}.txt"
    _run(
        str(BIN / "uv"),
        *("pip", "compile", "pyproject.toml", *more, "-o", str(target.relative_to(ROOT))),
        *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
        *("--no-header", "--no-emit-index-url", "--no-emit-find-links", *sys.argv[1:]),
    )
    locked = target.read_text("utf-8").removeprefix(_HEADER)
    if re.search(
        r"://|^\s*-", re.sub(r"^\s+--hash=.*$", "", locked, flags=re.MULTILINE), re.MULTILINE
    ):
        raise SystemExit(f"{target.name} names an address; take it out before it is committed.")
    target.write_text(_HEADER + locked, "utf-8")


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
