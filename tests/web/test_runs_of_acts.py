"""Acts that have a sheet of their own: opened from the run filled in, signed once, and back."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custody.actions.decide_quality import decide_quality
from custody.actions.scan_pick import scan_pick
from custody.models import CustodyEvent, EventKind, Seat
from inventory.models import Custody, IdentifierKind, Quality, Vial
from sop.action import Action
from sop.documents.steps import (
    ActStep,
    ConfirmStep,
    MustEqual,
    Per,
    ScanObject,
    ScanStep,
    Step,
)
from sop.models import Execution, StepRecord
from tests.browsing import Browser, hidden_on
from tests.custody.actions.evidence import refused
from tests.custody.retrievals import claimed_retrieval, picked_retrieval
from tests.factories.inventory import IdentifierFactory
from tests.factories.people import PASSWORD
from tests.factories.procedures import document, govern, in_force, train
from tests.sop.actions.runs import due_key
from tests.web.test_runs import scan
from tests.world import NOON, World, fresh

VIAL = ScanStep(key="vial", title="Scan the vial", per=Per.VIAL)
LID = ConfirmStep(key="lid", title="Close the lid")


def act(action: Action, per: Per = Per.SESSION) -> ActStep:
    """Return the step that does this action."""
    return ActStep(key=str(action).replace("_", "-"), title=action.label, per=per, action=action)


def begun(client: Browser, world: World, *steps: Step) -> Execution:
    """Return a technician's run of these steps, whose acts are done in runs alone."""
    said = document(*steps, code="SOP-ACTS", one_patient=False)
    version = in_force(said, author=world.supervisor, approver=world.qa)
    for action in said.actions():
        govern(action, version)
    train(world.technician, version)
    client.force_login(world.technician)
    client.post(reverse("runs:start"), {"procedure": version.procedure_id})
    return Execution.objects.get()


def signature(world: World, **more: object) -> dict[str, object]:
    """Return what two people enter to sign."""
    return {
        "user_id": world.technician.user_id,
        "password": PASSWORD,
        "reason": "As the procedure says",
        "second_user_id": world.witness.user_id,
        "second_password": PASSWORD,
        **more,
    }


def signs(client: Browser, run: Execution, world: World, **more: object) -> Any:
    """Sign the sheet that the run leads to."""
    return client.post(reverse("runs:act", args=[run.pk]), signature(world, **more))


def leads_to(client: Browser, run: Execution) -> str:
    """Return where the card “Done” leads while an act is due."""
    return str(scan(client, run, "FZ-DONE").headers["HX-Redirect"])


@pytest.mark.urs("URS-23", "URS-26", "URS-29", "URS-31")
def test_many_vials_are_checked_out_with_scans_and_one_sheet(client: Browser, world: World) -> None:
    vials = world.stored(6)
    run = begun(client, world, VIAL, act(Action.CHECK_OUT_VIALS, Per.VIAL), LID)
    for vial in vials:
        assert scan(client, run, vial.code).status_code == 200
    page = client.get(reverse("runs:run", args=[run.pk])).content.decode()
    assert "one sheet takes them all" in page

    url = leads_to(client, run)
    sheet = client.get(url).content.decode()
    signed = signs(client, run, world, purpose="qc")

    assert all(vial.code in sheet for vial in vials)
    assert "Scan the vial in your hand" not in sheet
    assert "step 2 of 3, Check vials out" in sheet
    assert (signed.status_code, signed["Location"]) == (302, reverse("runs:run", args=[run.pk]))
    assert {vial.custody for vial in fresh(vials)} == {Custody.CHECKED_OUT}
    records = StepRecord.objects.filter(step_key="check-out-vials")
    assert {row.vial_id for row in records} == {vial.pk for vial in vials}
    assert {row.second_person_id for row in records} == {world.witness.pk}
    assert records.values("change").distinct().count() == 1
    scan(client, run, "FZ-DONE")
    assert due_key(run) == "lid"


@pytest.mark.urs("URS-23")
def test_a_sheet_is_of_the_vials_it_showed_and_is_signed_once(
    client: Browser, world: World
) -> None:
    one, other = world.stored(2)
    run = begun(client, world, VIAL, act(Action.CHECK_OUT_VIALS, Per.VIAL), LID)
    scan(client, run, one.code)
    url = reverse("runs:act", args=[run.pk])
    shown = client.get(url)
    sent = hidden_on(shown) | signature(world, purpose="qc")
    scan(client, run, other.code)

    first = client.post(url, sent)
    again = client.post(url, sent)

    assert (first.status_code, again.status_code) == (302, 409), again.content.decode()
    assert [vial.custody for vial in fresh([one, other])] == [
        Custody.CHECKED_OUT,
        Custody.IN_STORAGE,
    ]
    assert signs(client, run, world, purpose="qc").status_code == 302
    assert CustodyEvent.objects.filter(kind=EventKind.CHECKED_OUT).count() == 2


@pytest.mark.urs("URS-23")
def test_nobody_else_signs_for_the_run(client: Browser, world: World) -> None:
    [vial] = world.stored()
    run = begun(client, world, VIAL, act(Action.CHECK_OUT_VIALS, Per.VIAL), LID)
    scan(client, run, vial.code)
    client.force_login(world.witness)

    answer = client.get(reverse("runs:act", args=[run.pk]))

    assert answer.status_code == 302
    [same] = fresh([vial])
    assert same.custody == Custody.IN_STORAGE


@pytest.mark.urs("URS-23", "URS-31")
def test_what_was_scanned_is_discarded_and_the_rest_is_left_out(
    client: Browser, world: World
) -> None:
    rejected, kept = world.checked_out(world.stored(2))
    decide_quality(
        vial_ids=[rejected.pk],
        decision=Quality.REJECTED,
        evidence="Report 1",
        intent=world.signs(world.qa),
        at=NOON,
    )
    run = begun(client, world, VIAL, act(Action.DISCARD_VIALS), LID)
    for code in (rejected.code, kept.code, "FZ-DONE"):
        assert scan(client, run, code).status_code == 200

    signed = signs(client, run, world, method="autoclave", manifest="W-1")

    assert signed.status_code == 302, signed.content.decode()
    assert [vial.custody for vial in fresh([rejected, kept])] == [
        Custody.DISCARDED,
        Custody.CHECKED_OUT,
    ]
    assert due_key(run) == "lid"


@pytest.mark.urs("URS-23", "URS-31")
def test_a_vial_is_split_on_its_own_sheet(client: Browser, world: World) -> None:
    vials = world.checked_out(world.stored(2))
    run = begun(client, world, VIAL, act(Action.SPLIT_VIAL, Per.VIAL), LID)
    parts = iter(["PART-000001", "PART-000002"])

    for vial in vials:
        scan(client, run, vial.code)
        assert vial.code in client.get(leads_to(client, run)).content.decode()
        signed = signs(client, run, world, code_1=next(parts), volume_1="0.5")
        assert signed.status_code == 302, signed.content.decode()

    assert StepRecord.objects.filter(step_key="split-vial").count() == 2
    assert Vial.objects.filter(parent__in=vials).count() == 2


@pytest.mark.urs("URS-23", "URS-29")
def test_a_receipt_is_inspected_with_what_the_run_scanned(client: Browser, world: World) -> None:
    vials, stranger = world.expected(2), world.expected()[0]
    batch = ScanStep(key="batch", title="Scan the batch", object=ScanObject.BATCH)
    arrives = VIAL.model_copy(update={"must_equal": MustEqual.BATCH_OF_RUN})
    IdentifierFactory.create(
        code=vials[0].batch.number, kind=IdentifierKind.BATCH, batch=vials[0].batch
    )
    run = begun(client, world, batch, arrives, act(Action.RECEIVE_BATCH), LID)
    scan(client, run, vials[0].batch.number)

    assert scan(client, run, stranger.code).status_code == 409
    for code in (vials[0].code, vials[1].code, "FZ-DONE"):
        assert scan(client, run, code).status_code == 200
    inspection = client.get(leads_to(client, run))
    found = {
        "counted": "2", "seal_number": "S-1", "seal_intact": "yes", "labels_legible": "yes",
        "arrival_celsius": "-180.0", "outcome": "accepted",
    }  # fmt: skip
    signed = client.post(inspection["Location"], signature(world, **found))

    assert inspection["Location"] == reverse("batches:inspect", args=[vials[0].batch_id])
    assert signed["Location"] == reverse("runs:run", args=[run.pk]), signed.content.decode()
    assert {vial.custody for vial in fresh(vials)} == {Custody.RECEIVED}
    assert due_key(run) == "lid"


@pytest.mark.urs("URS-23", "URS-29", "URS-31")
def test_an_order_is_picked_packed_and_handed_over_from_its_run(
    client: Browser, world: World
) -> None:
    retrieval, vial = picked_retrieval(world, timezone.now())
    run = begun(
        client,
        world,
        ScanStep(key="list", title="Scan the pick list", object=ScanObject.PICK_LIST),
        VIAL.model_copy(update={"must_equal": MustEqual.THERAPY_OF_RUN}),
        act(Action.PACK_VIALS),
        act(Action.HAND_OVER_VIALS),
    )
    [stranger] = world.released()
    back = reverse("runs:run", args=[run.pk])
    scan(client, run, retrieval.pick_list.code)
    assert scan(client, run, stranger.code).status_code == 409
    scan(client, run, vial.code)
    scan(client, run, "FZ-DONE")

    packing = leads_to(client, run)
    assert packing == reverse("retrievals:pack", args=[retrieval.pk])
    assert vial.code in client.get(packing).content.decode().split("textarea")[1]
    packed = client.post(
        packing, signature(world, codes=vial.code, shipper="SHIP-1", seal_number="S-1")
    )
    assert packed["Location"] == back, packed.content.decode()
    handing = leads_to(client, run)
    assert handing == reverse("retrievals:hand_over", args=[retrieval.pk])
    receiver = {"name": "C. Courier", "organisation": "Fast", "identified_by": "Badge 1"}
    over = client.post(handing, signature(world, to="courier", **receiver))

    assert over["Location"] == back, over.content.decode()
    [left] = fresh([vial])
    assert left.custody == Custody.IN_TRANSIT
    assert due_key(run) is None


@pytest.mark.urs("URS-23", "URS-29")
def test_a_witness_joins_and_a_pick_is_scanned_in_the_run(client: Browser, world: World) -> None:
    retrieval, vial = claimed_retrieval(world)
    run = begun(
        client,
        world,
        ScanStep(key="list", title="Scan the pick list", object=ScanObject.PICK_LIST),
        act(Action.WITNESS_PICK),
        VIAL,
        act(Action.SCAN_PICK, Per.VIAL),
        LID,
    )
    train(world.witness, run.version)
    scan(client, run, retrieval.pick_list.code)
    joining = {"user_id": world.witness.user_id, "password": PASSWORD, "reason": "I look on"}
    joined = client.post(leads_to(client, run), joining)
    assert joined["Location"] == reverse("runs:run", args=[run.pk])
    assert StepRecord.objects.get(step_key="witness-pick").person == world.witness
    scan(client, run, vial.code)

    wrong = scan(client, run, world.released()[0].code)
    right = scan(client, run, vial.code)

    assert (wrong.status_code, right.status_code) == (409, 200)
    assert retrieval.claims.get().scans.get().person == world.technician
    assert StepRecord.objects.filter(step_key="scan-pick", vial=vial).count() == 1

    own = scan_pick(
        retrieval_id=retrieval.pk,
        code=vial.code,
        attribution=world.says(world.witness),
        at=timezone.now(),
    )

    assert (own.seat, own.person) == (Seat.WITNESS, world.witness)
    assert StepRecord.objects.filter(step_key="scan-pick").count() == 1
    with refused("SCANNED_ALREADY"):
        scan_pick(
            retrieval_id=retrieval.pk,
            code=vial.code,
            attribution=world.says(world.witness),
            at=timezone.now(),
        )


@pytest.mark.urs("URS-23")
def test_an_act_elsewhere_without_the_run_leads_where_it_always_did(
    client: Browser, world: World
) -> None:
    [vial] = world.stored()
    client.force_login(world.technician)

    signed = client.post(
        f"/vials/{vial.pk}/check-out/", signature(world, scanned=vial.code, purpose="qc")
    )

    assert signed["Location"] == f"/vials/{vial.pk}/"
