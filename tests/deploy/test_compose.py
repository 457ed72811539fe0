"""The production composition keeps its promises, as far as they can be read from the file."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from freezer_inventory.celery import app

ROOT = Path(__file__).resolve().parents[2]
OURS = ("migrate", "web", "worker", "alarms", "beat", "watchdog")
SERVING = ("database", "queue", "web", "worker", "alarms", "beat", "watchdog")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return content


def test_holds_every_part_of_the_product(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*OURS, "database", "queue"}


def test_runs_the_postgresql_that_is_developed_and_tested_with(compose: dict[str, Any]) -> None:
    from freezer_inventory.embedded.postgres_folder import MAJOR

    database = compose["services"]["database"]

    assert database["image"] == f"postgres:{MAJOR}"
    assert database["volumes"] == ["database:/var/lib/postgresql"]
    assert "--builtin-locale=C.UTF-8" in database["environment"]["POSTGRES_INITDB_ARGS"]


@pytest.mark.parametrize("name", OURS)
def test_gives_our_processes_no_more_than_they_need(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    anchors = {"worker": ["anchor:/anchor"], "web": ["anchor:/anchor:ro"]}
    anchor = anchors.get(name, [])
    spool = "system-events:/system-events"
    assert service["volumes"] == [*anchor, spool], "only the sealer's own anchor is written"


@pytest.mark.parametrize("name", [*OURS, "database", "queue"])
def test_keeps_secrets_out_of_the_environment(compose: dict[str, Any], name: str) -> None:
    environment = compose["services"][name].get("environment", {})

    for variable, value in environment.items():
        if re.search("PASSWORD|SECRET|KEY", variable):
            assert variable.endswith("_FILE"), variable
            assert value.removeprefix("/run/secrets/") in compose["services"][name]["secrets"]
        assert not re.search(r"://[^/]*:[^/]*@", str(value)), f"{variable} carries a password"


@pytest.mark.parametrize("name", SERVING)
def test_checks_the_health_of_what_serves(compose: dict[str, Any], name: str) -> None:
    in_image = "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()

    assert "healthcheck" in compose["services"][name] or (name == "web" and in_image)


@pytest.mark.parametrize("name", ["web", "worker", "alarms", "beat"])
def test_migrates_once_before_anything_serves(compose: dict[str, Any], name: str) -> None:
    needs = compose["services"][name]["depends_on"]

    assert needs["migrate"]["condition"] == "service_completed_successfully"
    assert needs["database"]["condition"] == needs["queue"]["condition"] == "service_healthy"
    assert compose["services"]["migrate"]["restart"] == "no"


def test_every_queue_has_a_worker_and_alarms_one_of_their_own(compose: dict[str, Any]) -> None:
    consumed = {
        name: service["command"][service["command"].index("-Q") + 1]
        for name, service in compose["services"].items()
        if "-Q" in service.get("command", [])
    }

    assert consumed == {"worker": "celery", "alarms": "alarms"}
    assert set(consumed.values()) == set(app.conf.task_queues)


def test_the_watchdog_waits_for_no_queue(compose: dict[str, Any]) -> None:
    assert set(compose["services"]["watchdog"]["depends_on"]) == {"database", "migrate"}


def test_lets_only_the_web_server_be_reached(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["web"]
    assert compose["networks"]["inside"]["internal"] is True
    assert compose["services"]["web"]["ports"][0].startswith("${BIND:-127.0.0.1}")


def test_reads_its_secrets_from_a_folder_that_is_never_committed(compose: dict[str, Any]) -> None:
    for secret in compose["secrets"].values():
        assert secret["file"].startswith("${SECRETS:-./deploy/secrets}/")
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "deploy/secrets" in (ROOT / ".dockerignore").read_text().splitlines()


def test_builds_an_image_from_hashes_that_is_not_root() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert "pip install --require-hashes" in dockerfile
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)
    assert dockerfile.index("USER 10001") < dockerfile.index('CMD ["gunicorn"')
