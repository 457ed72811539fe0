"""Papers of work done: one run, one deviation, the runs of a period; and who may take them."""

import csv
import json
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from audit.errors import NotFound
from audit.models import Meaning
from reports.actions.export_deviation import export_deviation
from reports.actions.export_dossier import export_dossier
from reports.actions.export_run import export_run
from reports.actions.export_runs import export_runs
from reports.models import Export
from reports.records.copies import CopyForm
from reports.records.periods import Period
from sop.actions.assess_impact import ImpactAssessment, assess_impact
from sop.actions.classify_deviation import classify_deviation
from sop.actions.sign_step import sign_step
from sop.actions.skip_step import skip_step
from sop.models import Classification, Deviation, Execution, ExecutionStatus, Impact
from sop.rules.judging import Answer
from tests.browsing import Browser
from tests.factories.deviations import opened_deviation
from tests.factories.inventory import ProgramFactory
from tests.inventory.actions.evidence import refused, unauthorised
from tests.paper import words_on
from tests.sop.actions.runs import Runs, put_away_document
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-76", "URS-48")
DAY = timedelta(days=1)


def completed(world: World) -> Execution:
    """Return a run at its end: refused once, a mix-up, a step skipped, too long, signed by two."""
    runs = Runs.of(world, put_away_document(most_minutes=60))
    mine, [stranger] = world.received(2), world.received()
    run = runs.started()
    with refused("OUT_OF_ORDER"):
        runs.does(run, "note", answer=Answer(text="Too soon"))
    runs.does(run, "gloves")
    runs.takes(run, mine[0])
    runs.places(mine[0])
    runs.takes(run, stranger)
    runs.takes(run, mine[1])
    runs.places(mine[1], "A2")
    skip_step(
        execution_id=run.pk,
        key="note",
        vial_id=None,
        attribution=world.says(world.technician, "Nothing was seen"),
        at=NOON,
    )
    intent = world.signs(world.technician, world.witness)
    sign_step(execution_id=run.pk, key="second", vial_id=None, intent=intent)
    run.refresh_from_db()
    assert run.status == ExecutionStatus.COMPLETED
    return run


def copy_of_run(world: World, run: Execution, form: CopyForm) -> bytes:
    """Let the inspector take a copy of a run."""
    by = world.says(world.inspector, "Inspection")
    return export_run(run_id=run.pk, form=form, by=by, at=NOON).content


@pytest.mark.urs("URS-23", "URS-24", "URS-113")
def test_of_a_run_has_its_steps_their_times_and_what_went_otherwise(world: World) -> None:
    run = completed(world)

    record = json.loads(copy_of_run(world, run, CopyForm.JSON))
    bundle = zipfile.ZipFile(BytesIO(copy_of_run(world, run, CopyForm.BUNDLE)))
    steps = list(csv.DictReader(StringIO(copy_of_run(world, run, CopyForm.CSV).decode())))
    pages = words_on(copy_of_run(world, run, CopyForm.PDF))

    assert (record["facts"]["procedure"], record["facts"]["procedure_version"]) == ("SOP-PUT", 1)
    assert record["facts"]["is_overdue"] == "yes"
    outcomes = [(step["key"], step["outcome"]) for step in record["steps"]]
    assert ("vial", "Stopped") in outcomes
    assert ("note", "Skipped") in outcomes
    assert all(step["seconds"] >= 0 for step in record["steps"])
    assert [step["key"] for step in steps] == [key for key, _ in outcomes]
    numbers = set(Deviation.objects.values_list("number", flat=True))
    assert {row["number"] for row in record["deviations"]} == numbers
    assert len(numbers) == 3, "the mix-up, what was skipped, and the time"
    assert [row["codes"] for row in record["refused"]] == ["OUT_OF_ORDER"]
    signers = [(each["printed_name"], each["changed_since"]) for each in record["signatures"]]
    assert signers == [("Technician Example", False), ("Witness Example", False)]
    assert {name.rpartition(".")[2] for name in bundle.namelist()} >= {"pdf", "json", "csv"}
    kept = Export.objects.filter(kind="run", subject=f"RUN-{run.pk}")
    assert kept.count() == 4
    [digest] = set(kept.values_list("record_sha256", flat=True))
    assert all(digest in page and f"RUN-{run.pk}" in page for page in pages)
    printed = " ".join(" ".join(pages).split())
    assert all(words in printed for words in ("No further vial", "Witnessed", *numbers))


@pytest.mark.urs("URS-23", "URS-113")
def test_of_a_period_says_what_took_too_long_and_what_was_opened(world: World) -> None:
    run = completed(world)

    def copy(since: int, until: int, *, by: str = "qa", code: str = "") -> dict[str, Any]:
        period = Period(
            name=f"{since} to {until}",
            since=NOON + since * DAY,
            until=NOON + until * DAY,
            zone=ZoneInfo("Europe/Zurich"),
            code=code,
        )
        made = export_runs(
            period=period, form=CopyForm.JSON, by=world.says(getattr(world, by)), at=NOON
        )
        found: dict[str, Any] = json.loads(made.content)
        return found

    found, other = copy(-1, 1), copy(-1, 1, code="SOP-HOUSE")
    [line] = found["runs"]
    facts, times = found["facts"], found["step_times"]

    assert (line["run"], line["overdue"], line["stopped"], line["skipped"]) == (
        (f"RUN-{run.pk}", "yes", 1, 1)
    )
    assert sorted(line["deviations"].split()) == sorted(str(row) for row in Deviation.objects.all())
    assert facts["overdue"] == 1
    assert {each["title"]: each["records"] for each in times}["Scan the vial"] == 3
    assert other["runs"] == copy(1, 2)["runs"] == []
    with refused("NO_PERIOD"):
        copy(1, 1)
    with unauthorised():
        copy(-1, 1, by="technician")


@pytest.mark.urs("URS-113", "URS-50")
def test_of_a_deviation_has_its_vials_decisions_signatures_and_digests(world: World) -> None:
    [vial] = world.stored()
    assert vial.therapy is not None
    deviation = opened_deviation(world, vials=[vial])
    classify_deviation(
        deviation_id=deviation.pk,
        classification=Classification.MAJOR,
        intent=world.signs(world.qa, meaning=Meaning.REVIEWED),
        at=NOON,
    )
    said = {vial.pk: ImpactAssessment(Impact.POSSIBLE, "It lay beside it.")}
    signs = world.signs(world.qa2, meaning=Meaning.REVIEWED)
    assess_impact(deviation_id=deviation.pk, assessed=said, intent=signs)
    asked = world.says(world.qa)
    dossier = export_dossier(coi=vial.therapy.coi, by=asked, at=NOON)

    def copy(form: CopyForm, by: str = "inspector", key: int = deviation.pk) -> bytes:
        says = world.says(getattr(world, by))
        zone = ZoneInfo("Europe/Zurich")
        made = export_deviation(deviation_id=key, form=form, zone=zone, by=says, at=NOON)
        return made.content

    record, pages = json.loads(copy(CopyForm.JSON)), words_on(copy(CopyForm.PDF))

    [line], [decision] = record["vials"], record["decisions"]
    assert (line["vial"], line["impact"]) == (vial.code, "Possible impact")
    assert "Under review" in line["verdict_now"] or "Unknown" in line["verdict_now"]
    assert decision["outcome"] == "Major"
    assert [each["printed_name"] for each in record["signatures"]] == ["Qa Example", "Qa2 Example"]
    [digest] = [each["record_sha256"] for each in record["dossiers"]]
    assert digest == dossier.export.record_sha256
    printed = " ".join(" ".join(pages).split())
    texts = (deviation.what_happened, "It lay beside it.", "13:00:00+01:00", digest[:40])
    assert all(words in printed for words in texts)
    with unauthorised():
        copy(CopyForm.PDF, by="admin")
    theirs = opened_deviation(world, program_id=ProgramFactory.create().pk)
    with pytest.raises(NotFound):
        copy(CopyForm.PDF, key=theirs.pk)


@pytest.mark.urs("URS-14")
def test_are_made_on_their_own_pages_and_under_reports(world: World, client: Browser) -> None:
    run, deviation = Runs.of(world).started(), opened_deviation(world)
    client.force_login(world.supervisor)
    sent = {"form": "csv", "reason": "Review"}

    for page, name in (
        (f"/runs/{run.pk}/", f"RUN-{run.pk}-steps.csv"),
        (f"/quality/deviations/{deviation.pk}/", f"{deviation.number}-vials.csv"),
    ):
        assert f'href="{page}copy/"' in client.get(page).text
        made = client.post(f"{page}copy/", sent)
        assert name in made.headers["Content-Disposition"]
        assert client.post(f"{page}copy/", sent | {"reason": ""}).status_code == 422

    asked = {"runs_since": "2026-11-20", "runs_form": "csv", "runs_reason": "Review"}
    report = client.post("/reports/runs/", asked | {"runs_until": "2026-11-20"})
    assert f"RUN-{run.pk}" in report.content.decode()
    wrong = client.post("/reports/runs/", asked | {"runs_until": "2026-11-19"})
    assert wrong.status_code == 422
    assert "This day comes before the first one." in wrong.text
    assert f"RUN-{run.pk}" in client.get("/reports/").text
    client.force_login(world.technician)
    assert "/reports/runs/" not in client.get("/reports/").text
    assert client.post("/reports/runs/", asked).status_code == 403
