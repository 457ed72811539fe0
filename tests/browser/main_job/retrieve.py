"""Step 5: scheduling asks for a dose, two people pick it and hand it over to a named receiver."""

from playwright.sync_api import expect

from audit.models import RefusedAttempt
from custody.models import Retrieval, RetrievalStatus
from inventory.models import Custody, Vial
from tests.browser.main_job.walk import Walk
from tests.factories.people import PASSWORD
from tests.integration.messages import order_message


def order_arrives(walk: Walk) -> None:
    """Take the order of the scheduling system; a technician claims the vial that is proposed."""
    message = order_message(walk.house.order(walk.patient), message_id="sch-0001")
    assert walk.send("orders", message, by="scheduling").status == 201
    assert walk.send("orders", message, by="scheduling").json()["repeated"] is True
    assert Retrieval.objects.count() == 1

    desk = walk.desk(walk.house.world.technician)
    desk.go_to("Retrievals")
    desk.follow("SCH-9004")
    expect(desk.page.get_by_role("checkbox", checked=True)).to_have_count(1)
    walk.picture(desk, "5-retrieve-claim")
    desk.press("Claim 1 for SCH-9004")
    desk.told("are yours to pick")
    desk.follow("Pick list and map")
    desk.told("take")
    walk.picture(desk, "5-retrieve-map")


def pick(walk: Walk) -> None:
    """Pick with two people at two screens; another patient's vial stops everything."""
    world = walk.house.world
    desk, witness = walk.desk(world.technician), walk.desk(world.witness)
    desk.follow("Pick")
    _wrong_patient_stops(walk)
    desk.scan(walk.codes[0])
    desk.told("Now the witness joins")

    witness.go_to("Retrievals")
    witness.follow("SCH-9004")
    witness.follow("Pick")
    witness.follow("Join as the witness")
    witness.write("User ID", world.witness.user_id)
    witness.page.get_by_label("Password", exact=True).fill(PASSWORD)
    witness.press("Sign: Witnessed")
    witness.scan(walk.codes[0])
    witness.told("sign the check-out together")
    walk.picture(witness, "5-retrieve-witness")


def _wrong_patient_stops(walk: Walk) -> None:
    desk = walk.desk(walk.house.world.technician)
    wrong = walk.other["containers"][0]["barcode"]
    desk.scan(wrong)

    expect(desk.page.locator(".hard-stop")).to_contain_text("STOP: another patient’s vial")
    expect(desk.page.locator("[data-refusal='WRONG_PATIENT']")).to_be_visible()
    walk.picture(desk, "5-retrieve-stop")
    kept = RefusedAttempt.objects.latest("id")
    assert kept.codes == ["WRONG_PATIENT"]
    assert (kept.subject["expected"], kept.subject["scanned"]) == ([walk.codes[0]], wrong)
    desk.read_refusal("STOP")


def check_out(walk: Walk) -> None:
    """Check the vial out with two signatures, which starts its clock."""
    world = walk.house.world
    desk = walk.desk(world.technician)
    desk.page.reload()
    desk.follow("Sign the check-out")
    desk.sign("Retrieval for order SCH-9004", "Sign and check out 1 vial", second=world.witness)
    desk.told("The clock is running")
    walk.picture(desk, "5-retrieve-out")


def hand_over(walk: Walk) -> None:
    """Pack, hand over to somebody with a name and a document, and record the arrival."""
    world = walk.house.world
    desk = walk.desk(world.technician)
    desk.follow("Pack")
    desk.write("Scan every vial as it goes in", walk.codes[0])
    desk.write("Shipper", "DS-0042")
    desk.write("Seal number", "SEAL-90117")
    desk.sign("Shipment for order SCH-9004", "Sign and pack 1 vial", second=world.witness)
    desk.told("is packed")

    desk.follow("Hand over")
    desk.write("Receiver’s name", "Cora Courier")
    desk.write("Receiver’s organisation", "Cold Wheels")
    desk.write("Document you checked", "Staff badge 4711")
    desk.choose("Goes to", "A courier, who takes it to the clinic")
    walk.picture(desk, "5-retrieve-hand-over")
    desk.sign("Handed to the courier", "Sign and hand over 1 vial", second=world.witness)
    desk.told("was handed over")

    desk.follow("Confirm arrival")
    desk.write("Who received it at the clinic", "Nora Nurse")
    desk.write("Temperature on arrival, °C", "-168.0")
    desk.sign("The clinic confirmed it", "Sign the arrival")
    desk.told("is recorded")
    walk.picture(desk, "5-retrieved")
    assert Retrieval.objects.get().status == RetrievalStatus.HANDED_OVER
    assert Vial.objects.get(code=walk.codes[0]).custody == Custody.AT_CLINIC
