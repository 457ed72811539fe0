"""Handing out a copy leaves an entry that proves it."""

import hashlib
import json
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from accounts.roles import Role
from audit.changes import machine_change
from audit.errors import NotAuthorised, NotFound
from reports.actions.export_dossier import export_dossier
from reports.models import Export
from tests.reports.dossier.conftest import (
    COI,
    NOON,
    World,
    attributed,
    grant,
    person,
    world,
)

__all__ = ["world"]
AT = NOON + timedelta(hours=1)


@pytest.mark.urs("URS-48")
@pytest.mark.urs("URS-76")
def test_registers_who_took_what_and_its_sum(world: World) -> None:
    made = export_dossier(coi=COI, by=attributed(world.inspector, "inspection"), at=AT)

    export = Export.objects.select_related("change").get()
    assert export.change.actor_user_id == "inspector"
    assert export.change.reason == "inspection"
    assert (export.subject, export.program) == (COI, world.program)
    assert export.file_sha256 == hashlib.sha256(made.content).hexdigest()
    assert export.size_bytes == len(made.content)
    assert list(Export.objects.visible_to(world.inspector)) == [export]
    assert not Export.objects.visible_to(world.stranger).exists()


@pytest.mark.urs("URS-76")
def test_hands_out_every_form_in_one_bundle(world: World) -> None:
    made = export_dossier(coi=COI, by=attributed(world.inspector, "inspection"), at=AT)

    archive = zipfile.ZipFile(BytesIO(made.content))
    assert {Path(name).suffix for name in archive.namelist()} == {".pdf", ".json", ".csv", ""}
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["generated_by"] == "Ina Spector (inspector)"
    assert manifest["record_sha256"] == made.export.record_sha256
    for file in manifest["files"]:
        assert hashlib.sha256(archive.read(file["name"])).hexdigest() == file["sha256"]


@pytest.mark.django_db(transaction=True)
def test_reads_one_instant_and_registers_with_real_commits(world: World) -> None:
    made = export_dossier(coi=COI, by=attributed(world.inspector, "inspection"), at=AT)

    assert Export.objects.get().file_sha256 == hashlib.sha256(made.content).hexdigest()


@pytest.mark.urs("URS-37")
def test_keeps_the_register_for_ever(world: World) -> None:
    export_dossier(coi=COI, by=attributed(world.inspector, "inspection"), at=AT)

    with pytest.raises(DatabaseError), transaction.atomic():
        Export.objects.update(subject="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        Export.objects.all().delete()


@pytest.mark.urs("URS-14")
def test_is_not_there_for_a_stranger(world: World) -> None:
    with pytest.raises(NotFound):
        export_dossier(coi=COI, by=attributed(world.stranger, "curious"), at=AT)
    with pytest.raises(NotFound):
        export_dossier(coi="CHA9990260009AX", by=attributed(world.inspector, "x"), at=AT)

    assert not Export.objects.exists()


def test_writes_the_bundle_and_its_files_into_a_folder(world: World, tmp_path: Path) -> None:
    said = StringIO()

    call_command("export_record", COI.lower(), out=tmp_path / "new", stdout=said)

    names = {path.name for path in (tmp_path / "new").iterdir()}
    export = Export.objects.select_related("change").get()
    assert names == {
        f"dossier-{COI}.zip",
        f"dossier-{COI}.pdf",
        f"dossier-{COI}.json",
        f"dossier-{COI}-events.csv",
        f"dossier-{COI}-proof.json",
        f"dossier-{COI}-times-out.csv",
        f"dossier-{COI}-signatures.csv",
        f"dossier-{COI}-audit.csv",
    }
    assert export.file_sha256 in said.getvalue()
    assert export.change.device.startswith("command line on")


@pytest.mark.parametrize(
    ("coi", "words"),
    [("CHA9990260009AX", "No therapy"), ("", "Nothing was read")],
)
def test_says_why_there_is_nothing_to_export(
    world: World, tmp_path: Path, coi: str, words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("export_record", coi, out=tmp_path)


def test_says_that_the_folder_cannot_be_written(world: World, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    with pytest.raises(CommandError, match="Cannot write into"):
        call_command("export_record", COI, out=blocked)


def test_refuses_a_person_without_the_role(world: World) -> None:
    with machine_change("set-up", action="set_up", reason="an administrator"):
        admin = person("rae", "Rae Root", Role.ADMINISTRATOR)
        grant(admin, world.program, "view_program")

    with pytest.raises(NotAuthorised):
        export_dossier(coi=COI, by=attributed(admin, "curious"), at=AT)

    assert not Export.objects.exists()
