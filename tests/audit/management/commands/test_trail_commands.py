"""What the two commands say, and how they end."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody.models import CustodyEvent
from tests.audit.seals.tampering import tamper
from tests.world import World

pytestmark = pytest.mark.urs("URS-02", "URS-38")
Captured = pytest.CaptureFixture[str]


def test_seals_and_says_what(world: World, capsys: Captured) -> None:
    call_command("seal_audit_trail")
    call_command("seal_audit_trail")

    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Seal 1: ")
    assert said[1] == "Everything is sealed already."


def test_says_what_to_do_when_nothing_can_be_sealed(db: None, settings: Any) -> None:
    settings.SEAL_ANCHOR = ""

    with pytest.raises(CommandError, match="set SEAL_ANCHOR"):
        call_command("seal_audit_trail")
    with pytest.raises(CommandError, match="set SEAL_ANCHOR"):
        call_command("verify_audit_trail")


def test_ends_well_when_the_trail_is_intact(world: World, capsys: Captured) -> None:
    call_command("seal_audit_trail")
    call_command("verify_audit_trail", "--full")

    assert "The trail is intact." in capsys.readouterr().out


def test_says_that_nothing_was_sealed(world: World, capsys: Captured) -> None:
    call_command("verify_audit_trail")

    assert "Nothing was sealed yet." in capsys.readouterr().out


def test_names_the_record_and_ends_with_one_when_it_is_not(world: World, capsys: Captured) -> None:
    world.released()
    call_command("seal_audit_trail")
    event = CustodyEvent.objects.latest("id")
    tamper("UPDATE custody_custodyevent SET reason = 'other' WHERE id = %s", event.pk)

    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit_trail")

    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "The trail is BROKEN: 1 findings" in said
    assert f"altered: custody_custodyevent {event.pk}, change {event.change_id}, seal 1" in said


def test_says_it_as_json(world: World, capsys: Captured) -> None:
    call_command("seal_audit_trail")
    tamper("UPDATE inventory_site SET name = 'Elsewhere'")
    capsys.readouterr()

    with pytest.raises(SystemExit):
        call_command("verify_audit_trail", "--json", "--since", "1")

    said = json.loads(capsys.readouterr().out)
    assert (said["intact"], said["found"], said["last_seal"]) == (False, 1, 1)
    assert said["findings"][0]["table"] == "inventory_site"
