"""A copy of the trail holds every entry that matches, proves itself, and is registered."""

import csv
import hashlib
import json
import tracemalloc
from io import StringIO
from typing import IO
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client

from audit.changes import machine_change
from audit.errors import NotAuthorised
from audit.queries.changes import TrailFilter
from reports.actions.export_trail import ExportedTrail, export_trail
from reports.kit.fonts import register_fonts
from reports.models import Export
from reports.trail.forms import CopyForm
from tests.world import NOON, World

ZURICH = ZoneInfo("Europe/Zurich")


def copy_of(world: World, form: CopyForm, matching: TrailFilter | None = None) -> ExportedTrail:
    """Have the inspector take a copy."""
    return export_trail(
        matching=matching or TrailFilter(),
        said="Action: anything",
        form=form,
        zone=ZURICH,
        by=world.says(world.inspector, "Inspection"),
        at=NOON,
    )


def text_of(content: IO[bytes]) -> str:
    """Read a copy."""
    with content:
        return content.read().decode()


@pytest.mark.urs("URS-34", "URS-41", "URS-45", "URS-47")
def test_a_copy_has_every_value_old_beside_new_and_its_digest(world: World) -> None:
    vial = world.released()[0]

    copy = json.loads(text_of(copy_of(world, CopyForm.JSON).content))

    decided = [entry for entry in copy["entries"] if entry["field"] == "quality"]
    lines = "".join(
        f"{json.dumps(entry, ensure_ascii=False, sort_keys=True)}\n" for entry in copy["entries"]
    )
    assert decided[0]["old"] == "Quarantine"
    assert decided[0]["new"] == "Released"
    assert decided[0]["is_later"] is True
    assert vial.code in decided[0]["record"]
    assert decided[0]["user_id"] == world.release.user_id
    assert hashlib.sha256(lines.encode()).hexdigest() == copy["record_sha256"]
    assert copy["number_of_entries"] == len(copy["entries"])
    assert copy["filter"].startswith("Action: anything")


@pytest.mark.urs("URS-48")
@pytest.mark.parametrize("form", CopyForm)
def test_the_register_keeps_who_took_it_why_and_its_sum(world: World, form: CopyForm) -> None:
    made = copy_of(world, form, TrailFilter(action="add_container"))

    with made.content:
        content = made.content.read()
    export = Export.objects.select_related("change").get()
    assert export.change.actor_id == world.inspector.pk
    assert export.change.reason == "Inspection"
    assert export.file_sha256 == hashlib.sha256(content).hexdigest()
    assert export.query.startswith("Action: anything")
    assert list(Export.objects.visible_to(world.inspector)) == [export]


def test_a_spreadsheet_takes_nothing_for_a_formula(world: World) -> None:
    with machine_change("=cmd()", action="noise", reason="@SUM(A1)"):
        pass

    text = text_of(copy_of(world, CopyForm.CSV, TrailFilter(action="noise")).content)

    cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
    assert "'=cmd()" in cells
    assert "'@SUM(A1)" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "@")]


@pytest.mark.urs("URS-14")
def test_a_technician_takes_none(world: World) -> None:
    with pytest.raises(NotAuthorised):
        export_trail(
            matching=TrailFilter(),
            said="",
            form=CopyForm.CSV,
            zone=ZURICH,
            by=world.says(world.technician),
            at=NOON,
        )

    assert not Export.objects.exists()


@pytest.mark.urs("URS-47")
def test_ten_thousand_entries_take_no_more_memory_than_a_thousand(world: World) -> None:
    with machine_change("test", action="noise", reason="Fill"), connection.cursor() as cursor:
        cursor.execute(
            "WITH t AS (INSERT INTO inventory_sponsor (name) "
            "SELECT 'S ' || n FROM generate_series(1, 10000) n RETURNING *) "
            "INSERT INTO inventory_historicalsponsor (id, name, history_date, history_type) "
            "SELECT id, name, clock_timestamp(), '+' FROM t"
        )
    register_fonts()
    text_of(copy_of(world, CopyForm.JSON, TrailFilter(action="add_site")).content)  # warms up

    tracemalloc.start()
    made = copy_of(world, CopyForm.CSV, TrailFilter(action="noise"))
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert text_of(made.content).count("(created)") == 10_000
    assert used < 8_000_000


@pytest.mark.urs("URS-41")
def test_the_page_hands_out_what_it_filters_and_asks_why(world: World) -> None:
    world.released()
    desk = Client()
    desk.force_login(world.inspector)

    why = desk.post("/audit/export/?action=decide_quality", {"form": "csv"})
    made = desk.post(
        "/audit/export/?action=decide_quality", {"form": "csv", "reason_to_copy": "Inspection"}
    )

    assert why.status_code == 422
    assert "Say what the copy is for" in why.content.decode()
    text = b"".join(made.streaming_content).decode()  # type: ignore[attr-defined] # a FileResponse
    assert "Action: Decide quality" in text
    assert "place_vials" not in text.lower().replace(" ", "_")
    stranger = Client()
    stranger.force_login(world.technician)
    assert stranger.post("/audit/export/", {"form": "csv"}).status_code == 403
