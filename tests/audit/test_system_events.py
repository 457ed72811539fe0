"""The trail tells what the system itself did, also when the database was away meanwhile."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations import Migration
from django.test import Client

from audit import spool as spools
from audit.configuration import differences, effective_settings
from audit.migrated import tell_migrations
from audit.models import Change, SystemEvent
from audit.spool import Spool
from audit.system_events import record_aside, record_waiting
from audit.telling import tell_failed_job, tell_start, tell_stop
from tests.world import World

pytestmark = pytest.mark.urs("URS-46")


def told() -> list[str]:
    """Return the kinds of all events, in the order of their changes."""
    return list(SystemEvent.objects.order_by("id").values_list("kind", flat=True))


def fails(**_: object) -> None:
    """Answer as a database that is down."""
    raise OperationalError("no answer")


def test_tells_start_and_stop_once_each(world: World) -> None:
    tell_start("web")
    tell_stop("web")

    assert (record_waiting(), record_waiting()) == (2, 0)

    assert told() == ["change_configuration", "start_web_server", "stop_web_server"]
    change = Change.objects.get(action="start_web_server")
    assert (change.door, change.device.startswith("web on ")) == ("machine", True)
    start = SystemEvent.objects.get(kind="start_web_server")
    assert set(start.details) == {"version", "commit", "configuration", "schema"}


@pytest.mark.urs("URS-03")
def test_tells_a_configuration_only_when_it_changed_and_never_a_secret(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.telling.configuration_checksum", lambda: "0")
    tell_start("worker")
    record_waiting()
    tell_start("worker")
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECRET_KEY = "another-" + "s" * 50
    tell_start("worker")
    record_waiting()

    first, second = SystemEvent.objects.filter(kind="change_configuration").order_by("id")
    assert first.details["checksum_before"] is None
    assert second.details["checksum_before"] == first.details["checksum"]
    assert second.details["changed"]["ALLOWED_HOSTS"][1] == ["testserver"]
    assert "another-" not in str(second.details)
    assert told().count("start_worker") == 3


@pytest.mark.urs("URS-03")
def test_leaves_secrets_out_wherever_they_stand(settings: Any) -> None:
    settings.REDIS_URL = "redis://:hidden@queue:6379/0"
    settings.SOMETHING = {"default": {"NAME": "freezers", "PASSWORD": "hidden"}}
    settings.SEAL_KEY = ""

    shown = effective_settings()

    assert "hidden" not in str(shown)
    assert shown["REDIS_URL"] == "redis://:@queue:6379/0"
    assert shown["SEAL_KEY"] == "not set"
    assert shown["PASSWORD_HASHERS"] != "set, and left out here"
    assert differences({"A": 1, "B": 2}, {"A": 1, "C": 3}) == {"B": [2, None], "C": [None, 3]}


def test_waits_for_a_database_that_is_down_and_then_tells_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setattr("audit.system_events.record_system_event", fails)
        tell_start("web")
        tell_failed_job("audit.seal_now", "1", ValueError("PT-1028"))
        assert record_waiting() == 0
    assert told() == []

    record_waiting()

    assert told() == ["change_configuration", "start_web_server", "fail_job"]
    failed = SystemEvent.objects.get(kind="fail_job")
    assert failed.details == {"job": "audit.seal_now", "task": "1", "fault": "ValueError"}


def test_counts_what_the_spool_cannot_hold(
    world: World, system_event_spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "MOST_KEPT", 2)
    for _ in range(5):
        tell_stop("web")

    record_waiting()
    record_waiting()

    assert told() == ["stop_web_server", "stop_web_server", "lose_system_events"]
    assert SystemEvent.objects.latest("id").details == {"number": 3}
    assert Spool(system_event_spool).waiting() == []


def test_puts_a_torn_file_aside(world: World, system_event_spool: Path) -> None:
    tell_stop("web")
    (system_event_spool / "0-torn.json").write_text('{"kind": "stop_w')

    record_waiting()

    assert told() == ["stop_web_server"]
    assert (system_event_spool / "0-torn.unreadable").exists()


def test_lets_nobody_wait_and_fails_nobody(system_event_spool: Path) -> None:
    system_event_spool.parent.mkdir(parents=True, exist_ok=True)
    system_event_spool.write_text("a file where the folder should be")

    tell_start("web")
    record_aside(ends=True)


def test_two_processes_at_once_tell_each_event_once(
    committed_world: World, system_event_spool: Path
) -> None:
    for _ in range(10):
        tell_stop("web")
    begin = threading.Barrier(3)

    def record() -> None:
        begin.wait()
        record_waiting()
        connection.close()

    racers = [threading.Thread(target=record) for _ in range(3)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert (len(told()), len(Spool(system_event_spool).waiting())) == (10, 0)


def test_tells_what_migrations_were_applied(world: World) -> None:
    of_new_database = [(Migration("0001_trail", "audit"), False)]
    plan = [(Migration("0009_more", "custody"), False), (Migration("0003_less", "audit"), True)]

    tell_migrations(plan=[])
    tell_migrations(plan=of_new_database)
    tell_migrations(plan=plan)

    event = SystemEvent.objects.get()
    assert (event.kind, event.details["applied"]) == ("apply_migrations", ["custody.0009_more"])
    assert event.details["taken_back"] == ["audit.0003_less"]


@pytest.mark.parametrize("kind", ["backup", "restore"])
def test_commands_tell_of_copies_that_scripts_make(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    copy = tmp_path / "monday.dump"
    copy.write_bytes(b"rows")

    call_command(f"record_{kind}", file=str(copy), note="nightly")
    call_command(f"record_{kind}", file="gone.dump", failed=True)

    good, bad = SystemEvent.objects.order_by("id")
    assert (good.kind, good.details["bytes"], good.details["note"]) == (
        f"record_{kind}",
        4,
        "nightly",
    )
    assert (bad.details["failed"], "sha256" in bad.details) == (True, False)
    assert capsys.readouterr().out.splitlines() == ["It is in the trail."] * 2


def test_the_change_of_an_event_shows_its_details(world: World, settings: Any) -> None:
    tell_start("web")
    record_waiting()
    settings.ALLOWED_HOSTS = ["testserver"]
    tell_start("web")
    record_waiting()
    desk = Client()
    desk.force_login(world.inspector)
    change = Change.objects.filter(action="change_configuration").latest("id")

    page = desk.get(f"/audit/{change.pk}/").content.decode()
    listed = desk.get("/audit/", {"action": "change_configuration"}).content.decode()

    assert "<h1>Change the configuration</h1>" in page
    assert '<td class="code">ALLOWED_HOSTS</td>' in page
    assert "testserver" in page
    assert f"/audit/{change.pk}/" in listed


@pytest.mark.urs("URS-03")
def test_every_page_and_record_says_what_is_running(world: World) -> None:
    from audit.configuration import configuration_checksum
    from reports.kit.times import software

    desk = Client()
    desk.force_login(world.technician)

    page = desk.get("/").content.decode()

    assert 'schema <span class="code">7-5eed5eed</span>' in page
    assert f'configuration <span class="code">{configuration_checksum()}</span>' in page
    assert f"schema 7-5eed5eed configuration {configuration_checksum()}" in software()
