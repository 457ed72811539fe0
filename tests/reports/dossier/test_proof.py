"""Whoever holds an exported dossier can check it against the seals without this software."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from audit.seals.sealing import seal_trail
from custody.models import CustodyEvent
from reports.actions.export_dossier import export_dossier
from tests.reports.dossier.conftest import COI, NOON, World, attributed, world

__all__ = ["world"]
SCRIPT = Path(settings.BASE_DIR) / "docs" / "check_proof.py"

pytestmark = pytest.mark.urs("URS-38", "URS-76")


@pytest.fixture
def exported(world: World, anchor: Path, tmp_path: Path) -> Path:
    """Seal the trail, hand the dossier out, and unpack it where nothing else is."""
    seal_trail()
    made = export_dossier(coi=COI, by=attributed(world.inspector, "inspection"), at=NOON)
    folder = tmp_path / "handed-out"
    zipfile.ZipFile(BytesIO(made.content)).extractall(folder)
    return folder


def check(folder: Path, anchor: Path | None = None) -> tuple[int, str]:
    """Run the script as its reader does: without the project and without the database."""
    stem = folder / f"dossier-{COI}"
    more = ["--anchor", str(anchor)] if anchor else []
    command = [sys.executable, "-I", str(SCRIPT), f"{stem}-proof.json"]
    done = subprocess.run(
        [*command, "--dossier", f"{stem}.json", *more],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def rewrite(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what is in a JSON file, as a forger would."""
    content = json.loads(file.read_text("utf-8"))
    change(content)
    file.write_text(json.dumps(content), "utf-8")


def test_holds_for_an_honest_copy(exported: Path, anchor: Path) -> None:
    code, said = check(exported, anchor)

    assert code == 0, said
    assert "rows of" in said
    proof = json.loads((exported / f"dossier-{COI}-proof.json").read_text("utf-8"))
    proven = [row for entry in proof["entries"] for row in entry["rows"]]
    assert len(proven) > CustodyEvent.objects.filter(vial__therapy__coi=COI).count() > 5
    assert proof["waiting"] == {"changes": [], "attempts": []}


def test_names_the_keys_to_compare_when_there_is_no_anchor(exported: Path) -> None:
    code, said = check(exported)

    assert code == 0
    assert "compare these public keys" in said


def _reason(proof: dict[str, Any]) -> None:
    row = next(row for entry in proof["entries"] for row in entry["rows"] if row["table"] > 1)
    row["text"] = row["text"].replace(",", ", ", 1)


def _manifest(proof: dict[str, Any]) -> None:
    first, second = proof["entries"][:2]
    first["manifest"], second["manifest"] = second["manifest"], first["manifest"]


def _path(proof: dict[str, Any]) -> None:
    step = next(entry["path"] for entry in proof["entries"] if entry["path"])[0]
    step["side"] = "right" if step["side"] == "left" else "left"


def _seal(proof: dict[str, Any]) -> None:
    seal = proof["seals"][0]
    seal["text"] = seal["text"].replace('"number":1', '"number":2')


def _columns(proof: dict[str, Any]) -> None:
    tables = next(iter(proof["layouts"].values()))
    tables[0]["columns"].reverse()


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (_reason, "is not what was sealed"),
        (_manifest, "does not lead to the root"),
        (_path, "does not lead to the root"),
        (_seal, "its signature is not of this text and key"),
        (_columns, "its columns do not have its digest"),
    ],
)
def test_names_what_was_forged_in_the_proof(
    exported: Path, anchor: Path, forge: Callable[[dict[str, Any]], object], words: str
) -> None:
    rewrite(exported / f"dossier-{COI}-proof.json", forge)

    code, said = check(exported, anchor)

    assert code == 1
    assert words in said


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (lambda record: record["events"].pop(1), "events are missing among"),
        (lambda record: record["events"][0].update(reason="other"), "its reason reads otherwise"),
        (lambda record: record["events"][0].update(hash="0" * 64), "no proven row has it"),
        (lambda record: record["audit"][0].update(reason="other"), "its reason reads otherwise"),
    ],
)
def test_names_where_the_dossier_differs_from_its_proof(
    exported: Path, anchor: Path, forge: Callable[[dict[str, Any]], object], words: str
) -> None:
    rewrite(exported / f"dossier-{COI}.json", lambda content: forge(content["record"]))

    code, said = check(exported, anchor)

    assert code == 1
    assert words in said
    assert "the record does not have its SHA-256" in said


def test_finds_a_seal_that_the_anchor_does_not_have(exported: Path, anchor: Path) -> None:
    lines = anchor.read_text("ascii").splitlines()
    anchor.write_text("\n".join(line for line in lines if not line.startswith("seal 1 ")), "ascii")

    code, said = check(exported, anchor)

    assert code == 1
    assert "seal 1: the anchor does not have it" in said


def test_says_what_was_not_sealed_yet(world: World, anchor: Path, tmp_path: Path) -> None:
    made = export_dossier(coi=COI, by=attributed(world.inspector, "inspection"), at=NOON)
    zipfile.ZipFile(BytesIO(made.content)).extractall(tmp_path)

    code, said = check(tmp_path)

    assert code == 0
    assert "were not sealed yet" in said
