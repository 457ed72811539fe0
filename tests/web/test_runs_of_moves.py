"""Moving vials in a run: scans alone, and every scan that does not belong there stops."""

import pytest
from django.urls import reverse

from audit.models import RefusedAttempt
from custody.models import CustodyEvent, EventKind
from inventory.models import Vial
from sop.action import Action
from sop.library import library
from sop.models import Execution, ExecutionStatus, Procedure, StepRecord
from tests.browsing import Browser
from tests.factories.procedures import govern, in_force, train
from tests.web.test_runs import scan
from tests.world import World

BEFORE = ("FZ-DONE", "20.9", "-185", "-186", "FZ-DONE", "2")
"""What is entered before the first vial, but for the reason, which is written."""


@pytest.fixture
def technician(client: Browser, world: World) -> Browser:
    """Return a technician's browser; moving vials is done in a run of the library's procedure."""
    said = library()["SOP-ST-003"]
    training = said.training.model_copy(update={"assessment": False})
    version = in_force(
        said.model_copy(update={"training": training}), author=world.supervisor, approver=world.qa
    )
    govern(Action.MOVE_VIALS, version)
    train(world.technician, version)
    client.force_login(world.technician)
    return client


def at_the_vials(technician: Browser) -> Execution:
    """Start a run of the move and go through it to the first vial."""
    version = library()["SOP-ST-003"]
    page = technician.get(reverse("runs:index")).content.decode()
    assert version.title in page
    technician.post(
        reverse("runs:start"), {"procedure": Procedure.objects.get(code="SOP-ST-003").pk}
    )
    run = Execution.objects.get()
    for number, entry in enumerate(BEFORE):
        if number == 2:
            sent = {"step": "done", "key": "why", "text": "The box is to be emptied"}
            technician.post(reverse("runs:run", args=[run.pk]), sent)
        assert scan(technician, run, entry).status_code == 200, entry
    return run


@pytest.mark.urs("URS-23", "URS-26", "URS-29")
def test_vials_are_moved_with_the_fewest_scans(technician: Browser, world: World) -> None:
    vials = world.stored(10)
    run = at_the_vials(technician)
    entries = 0

    for vial in vials:
        for code in (vial.code, world.other_box.code):
            answer = scan(technician, run, code)
            assert answer.status_code == 200, answer.content.decode()
            entries += 1
    for _ in ("no further vial", "the lid"):
        scan(technician, run, "FZ-DONE")
        entries += 1

    assert Vial.objects.filter(position__container=world.other_box).count() == 10
    run.refresh_from_db()
    assert run.status == ExecutionStatus.COMPLETED
    assert entries == 2 * len(vials) + 2  # each vial and its place once, the end, the lid
    moved = CustodyEvent.objects.filter(kind=EventKind.MOVED)
    assert {event.details["procedure"]["run"] for event in moved} == {run.pk}
    assert StepRecord.objects.filter(step_key="move-vial").count() == 10


@pytest.mark.urs("URS-29")
def test_a_move_stops_at_what_does_not_belong_there(technician: Browser, world: World) -> None:
    vial, neighbour, other = world.stored(3)
    run = at_the_vials(technician)
    scan(technician, run, vial.code)
    again = scan(technician, run, vial.code)
    assert "It is in hand." in again.content.decode()

    waiting = scan(technician, run, other.code)
    taken = scan(technician, run, f"{world.box.code}/A2")
    rack = scan(technician, run, world.rack.code)

    assert [waiting.status_code, taken.status_code, rack.status_code] == [409, 409, 409]
    assert neighbour.code in taken.content.decode()
    vial.refresh_from_db()
    assert vial.position == world.place("A1")
    assert {row.action for row in RefusedAttempt.objects.all()} == {Action.MOVE_VIALS}
    assert not StepRecord.objects.filter(step_key="move-vial").exists()


@pytest.mark.urs("URS-23")
def test_what_is_not_stored_is_not_moved(technician: Browser, world: World) -> None:
    [received] = world.received()
    run = at_the_vials(technician)
    scan(technician, run, received.code)

    answer = scan(technician, run, world.other_box.code)

    assert answer.status_code == 409
    received.refresh_from_db()
    assert received.position is None
