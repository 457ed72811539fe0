"""The command that receives a message from a file."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inventory.models import Batch
from tests.integration.conftest import OtherSystem
from tests.integration.messages import as_text, autologous, batch_message, batch_part
from tests.world import World


def run(file: Path, kind: str, user_id: str) -> str:
    """Run the command and return what it said."""
    said = StringIO()
    call_command("receive_message", str(file), kind=kind, user_id=user_id, stdout=said)
    return said.getvalue()


def test_does_what_the_rest_interface_does(world: World, ebr: OtherSystem, tmp_path: Path) -> None:
    file = tmp_path / "message.json"
    file.write_text(as_text(batch_message(batch_part(autologous(world)))))

    first = run(file, "batches", world.supervisor.user_id.upper())
    again = run(file, "batches", world.supervisor.user_id)

    assert "carried out. 1 batches" in first
    assert "carried out before; nothing was changed" in again
    assert ebr.post("batches/", file.read_bytes()).status_code == 200


def test_says_every_fault(world: World, tmp_path: Path) -> None:
    file = tmp_path / "message.json"
    file.write_text(as_text(batch_message(batch_part(autologous(world), patient=1, expires_on=2))))

    with pytest.raises(CommandError) as refused:
        run(file, "batches", world.supervisor.user_id)

    assert "batches[0].patient" in str(refused.value)
    assert "batches[0].expires_on" in str(refused.value)
    assert not Batch.objects.exists()


def test_refuses_somebody_without_the_role(world: World, tmp_path: Path) -> None:
    file = tmp_path / "message.json"
    file.write_text(as_text(batch_message(batch_part(autologous(world)))))

    with pytest.raises(CommandError, match="ROLE_MISSING"):
        run(file, "batches", world.technician.user_id)


@pytest.mark.parametrize(("name", "user_id"), [("missing.json", ""), ("message.json", "nobody")])
def test_says_which_file_or_person_there_is_not(
    world: World, tmp_path: Path, name: str, user_id: str
) -> None:
    (tmp_path / "message.json").write_text("{}")

    with pytest.raises(CommandError, match=r"cannot be read|Nobody has"):
        run(tmp_path / name, "batches", user_id or world.supervisor.user_id)
