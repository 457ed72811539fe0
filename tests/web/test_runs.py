"""The technician's run: one screen that scans flow through, and that every refusal stops."""

from typing import Any

import pytest
from django.urls import reverse

from inventory.models import Vial
from sop.action import Action
from sop.documents.steps import ActStep, ConfirmStep
from sop.models import Deviation, Execution, ExecutionStatus, StepRecord
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.factories.procedures import document, in_force, train
from tests.sop.actions.runs import Runs, due_key
from tests.world import World


@pytest.fixture
def runs(world: World) -> Runs:
    """Return a world whose put-away is followed step by step."""
    return Runs.of(world)


@pytest.fixture
def technician(client: Browser, runs: Runs) -> Browser:
    """Return the browser of the technician."""
    client.force_login(runs.world.technician)
    return client


def begun(technician: Browser, runs: Runs) -> Execution:
    """Start a run from the list, as a person does."""
    technician.post(reverse("runs:start"), {"procedure": runs.version.procedure_id})
    return Execution.objects.get()


def scan(technician: Browser, run: Execution, code: str, **more: str) -> Any:
    """Send one scan as the scan field does."""
    sent = {"code": code, "entry": "scanned", **more}
    return technician.post(reverse("runs:run", args=[run.pk]), sent, headers={"HX-Request": "true"})


def press(technician: Browser, run: Execution, **sent: object) -> Any:
    """Press a button of the run."""
    return technician.post(reverse("runs:run", args=[run.pk]), sent)


@pytest.mark.urs("URS-07", "URS-23")
def test_offers_to_start_what_somebody_is_trained_for(technician: Browser, runs: Runs) -> None:
    page = technician.get(reverse("runs:index")).content.decode()
    assert "Start<span" in page

    technician.force_login(runs.world.supervisor)
    other = technician.get(reverse("runs:index")).content.decode()

    assert "You have not read and signed version 1 yet." in other
    assert reverse("training:read", args=[runs.version.pk]) in other
    refused = technician.post(reverse("runs:start"), {"procedure": runs.version.procedure_id})
    assert refused.status_code == 403


@pytest.mark.urs("URS-07", "URS-23")
def test_lists_what_can_be_started_by_aim_and_the_rest_with_the_reason(
    technician: Browser, runs: Runs
) -> None:
    world = runs.world
    discard = ActStep(key="discard", title="Discard", action=Action.DISCARD_VIALS)
    check = ConfirmStep(key="level", title="Look at the level")
    for said in (
        document(discard, code="SOP-D"),
        document(check, code="SOP-F", coverage="records"),
    ):
        version = in_force(said, author=world.supervisor, approver=world.qa)
        if said.code == "SOP-F":
            train(world.technician, version)

    page = technician.get(reverse("runs:index")).content.decode()
    technician.force_login(world.inspector)
    read_only = technician.get(reverse("runs:index")).content.decode()

    order = [page.index(words) for words in ("Putting away", "Looking after", "Not open to you")]
    assert order == sorted(order)
    assert page.index("Not open to you") < page.index("Discarding")
    assert "It takes the role technician or supervisor" in read_only
    assert "Start<span" not in read_only


@pytest.mark.urs("URS-23", "URS-26", "URS-29")
def test_twenty_vials_flow_with_scans_only(technician: Browser, runs: Runs) -> None:
    vials = runs.world.received(20)
    run = begun(technician, runs)
    scan(technician, run, "FZ-DONE")
    scans = 1

    for vial in vials:
        for code in (vial.code, runs.world.box.code):
            assert scan(technician, run, code).status_code == 200
            scans += 1

    assert Vial.objects.filter(batch=vials[0].batch, custody="in_storage").count() == 20
    assert due_key(run) == "note"
    assert scans == 2 * len(vials) + 1  # a vial and its box, twenty times, and the gloves


@pytest.mark.urs("URS-23", "URS-29", "URS-113")
def test_every_wrong_scan_stops_and_says_what_to_do(technician: Browser, runs: Runs) -> None:
    [vial], [stranger] = runs.world.received(), runs.world.received()
    run = begun(technician, runs)

    early = scan(technician, run, vial.code)
    assert early.status_code == 409
    assert "Put on cryo gloves" in early.content.decode()
    scan(technician, run, "FZ-DONE")
    unknown = scan(technician, run, "NOT-KNOWN-1")
    assert unknown.status_code == 409
    scan(technician, run, vial.code)
    technician.post(reverse("runs:run", args=[run.pk]), {"step": "aside"})
    wrong = scan(technician, run, stranger.code)

    assert wrong.status_code == 409
    words = wrong.content.decode()
    assert "STOP." in words
    assert Deviation.objects.get().number in words


@pytest.mark.urs("URS-23")
def test_a_lost_browser_goes_on_where_it_was(technician: Browser, runs: Runs) -> None:
    [vial] = runs.world.received()
    run = begun(technician, runs)
    scan(technician, run, "FZ-DONE")
    scan(technician, run, vial.code)

    elsewhere = Browser()
    elsewhere.force_login(runs.world.technician)
    page = elsewhere.get(reverse("runs:run", args=[run.pk])).content.decode()

    assert vial.code[-4:] in page
    assert scan(elsewhere, run, runs.world.box.code).status_code == 200
    assert due_key(run) == "note"


@pytest.mark.urs("URS-04")
def test_asks_again_for_a_code_typed_by_hand(technician: Browser, runs: Runs) -> None:
    [vial] = runs.world.received()
    run = begun(technician, runs)
    scan(technician, run, "FZ-DONE")

    first = scan(technician, run, vial.code, entry="typed")
    second = scan(technician, run, vial.code, entry="typed")

    assert "Type it once more" in first.content.decode()
    assert second.status_code == 200
    assert due_key(run) == "place"


@pytest.mark.urs("URS-23", "URS-31", "URS-113")
def test_answers_skips_and_signs(technician: Browser, runs: Runs) -> None:
    world, [vial] = runs.world, runs.world.received()
    run = begun(technician, runs)
    press(technician, run, step="done", key="gloves")
    scan(technician, run, vial.code)
    scan(technician, run, world.box.code)
    without = press(technician, run, step="skip", key="note", reason=" ")
    assert without.status_code == 409

    skipped = press(technician, run, step="skip", key="note", reason="Pen frozen")
    assert Deviation.objects.get().number in skipped.content.decode()
    signed = technician.post(
        reverse("runs:sign", args=[run.pk]),
        {
            "user_id": world.technician.user_id,
            "password": PASSWORD,
            "reason": "As the procedure says",
            "second_user_id": world.witness.user_id,
            "second_password": PASSWORD,
        },
    )

    assert signed.status_code == 302
    run.refresh_from_db()
    assert run.status == ExecutionStatus.COMPLETED
    page = technician.get(reverse("runs:run", args=[run.pk])).content.decode()
    assert "Every step is done." in page
    assert world.witness.full_name in page


@pytest.mark.urs("URS-23")
def test_is_paused_taken_over_and_abandoned_with_a_reason(technician: Browser, runs: Runs) -> None:
    run = begun(technician, runs)
    scan(technician, run, "FZ-DONE")
    assert "Back to the run" in technician.get("/").content.decode()

    for name in ("pause", "abandon"):
        empty = technician.post(reverse(f"runs:{name}", args=[run.pk]), {"reason": ""})
        assert empty.status_code == 422
    technician.post(reverse("runs:pause", args=[run.pk]), {"reason": "Lunch"})
    assert "Back to the run" not in technician.get("/").content.decode()
    technician.force_login(runs.world.witness)
    technician.post(reverse("runs:resume", args=[run.pk]), {"reason": "Shift change"})
    technician.post(reverse("runs:abandon", args=[run.pk]), {"reason": "The tank alarms"})

    run.refresh_from_db()
    assert (run.status, run.held_by) == (ExecutionStatus.ABANDONED, runs.world.witness)
    assert StepRecord.objects.filter(execution=run).count() == 1
