"""The report of training: who was trained for what on a day, as paper and for machines."""

import csv
import json
from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from audit.changes import machine_change
from reports.actions.export_training import ExportedTraining, export_training
from reports.models import Export
from sop.action import Action
from sop.actions.assess_in_practice import assess_in_practice
from sop.documents.document import TrainingDemand
from tests.browsing import Browser
from tests.factories.procedures import document, govern, in_force, train
from tests.inventory.actions.evidence import refused, unauthorised
from tests.paper import words_on
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-07", "URS-76")
DAY = timedelta(days=1)


def export(world: World, form: str, *, days_ago: int = 0, by: str = "qa") -> ExportedTraining:
    """Hand a copy out."""
    return export_training(
        as_of=NOON - days_ago * DAY,
        form=form,
        zone=ZoneInfo("Europe/Zurich"),
        by=world.says(getattr(world, by), reason="Inspection"),
        at=NOON,
    )


def lines(content: bytes) -> dict[tuple[str, str], dict[str, str]]:
    """Return the lines of a CSV copy by name and procedure."""
    rows = csv.DictReader(StringIO(content.decode()))
    return {(row["name"], row["procedure"]): row for row in rows}


@pytest.mark.urs("URS-48")
def test_says_who_was_trained_as_of_a_day(world: World) -> None:
    said = document(training=TrainingDemand(assessment=True))
    version = in_force(said, author=world.qa2, approver=world.release)
    govern(Action.PLACE_VIALS, version)
    for who in (world.technician, world.witness, world.qa):
        train(who, version)
    assess_in_practice(
        person_id=world.technician.pk,
        version_id=version.pk,
        is_passed=True,
        observed="Three vials",
        intent=world.signs(world.qa),
        at=NOON - DAY,
    )
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        world.witness.is_active = False
        world.witness.save(update_fields=["is_active"])

    now = export(world, "csv")
    before = export(world, "csv", days_ago=2)
    machine = export(world, "json")
    paper = export(world, "pdf")

    key = ("Technician Example", "SOP-T-001")
    assert lines(now.content)[key]["standing"] == "Qualified"
    assert lines(now.content)[key]["assessed_by"] == world.qa.full_name
    assert lines(before.content)[key]["standing"] == "To assess"
    assert lines(now.content)["Witness Example", "SOP-T-001"]["required"] == "yes", "who left, too"
    assert json.loads(machine.content)["training"][0].keys() == lines(now.content)[key].keys()
    assert machine.export.record_sha256 == machine.export.file_sha256 == now.export.record_sha256
    printed = " ".join(words_on(paper.content))
    assert "Training against procedures" in printed
    assert "Technician Example" in printed
    assert Export.objects.filter(kind="training").count() == 4
    with unauthorised():
        export(world, "pdf", by="technician")
    with refused("DAY_AHEAD"):
        export(world, "pdf", days_ago=-1)


def test_is_made_on_the_page_of_reports(world: World, client: Browser) -> None:
    client.force_login(world.inspector)
    assert "Training against procedures" in client.get("/reports/").text

    sent = {"as_of": "2026-11-20", "training_form": "csv", "training_reason": "Inspection"}
    made = client.post("/reports/training/", sent)
    unsaid = client.post("/reports/training/", sent | {"training_reason": ""})

    assert made.status_code == 200
    assert "SOP-HOUSE" in made.content.decode()
    assert unsaid.status_code == 422
    client.force_login(world.technician)
    assert "Training against procedures" not in client.get("/reports/").text
    assert client.post("/reports/training/", sent).status_code == 403
