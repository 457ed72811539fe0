"""Step 2: two people receive the shipper, and every vial gets a label that scans."""

from pathlib import Path

from playwright.sync_api import expect

from custody.models import Receipt
from inventory.models import Quality, Vial
from tests.browser.main_job.walk import Walk
from tests.paper import codes_on


def receive(walk: Walk) -> None:
    """Scan every container, count, look at the seal; the witness verifies with own password."""
    world = walk.house.world
    desk = walk.desk(world.technician)
    desk.follow("Receive")
    for code in walk.codes[:-1]:
        desk.scan(code)
    _one_of_another_batch_stops(walk)
    desk.scan(walk.codes[-1])
    desk.told("Scanned: 8 of 8")
    walk.picture(desk, "2-receive-scan")

    desk.follow("Inspect and sign")
    desk.write("Containers counted by hand", "8")
    desk.write("Seal number", "SEAL-88120")
    desk.choose("The seal is", "intact")
    desk.choose("The labels are", "all legible")
    desk.write("Temperature on arrival, °C", "-172.4")
    desk.write("Condition", "Frost on the lid, packing dry.")
    desk.choose("Outcome", "Accepted into quarantine")
    walk.picture(desk, "2-receive-sign")
    desk.sign("Delivery from manufacturing", "Sign and receive 8", second=world.witness)

    desk.told("is received into quarantine")
    desk.told("SEAL-88120, intact")
    expect(desk.page.locator(".signature-name")).to_have_text(
        [
            world.technician.full_name,
            world.witness.full_name,
        ]
    )
    walk.picture(desk, "2-received")
    assert Receipt.objects.get().arrival_celsius < -170
    vials = Vial.objects.filter(code__in=walk.codes)
    assert {vial.quality for vial in vials} == {Quality.QUARANTINE}


def _one_of_another_batch_stops(walk: Walk) -> None:
    desk = walk.desk(walk.house.world.technician)
    desk.scan(walk.other["containers"][0]["barcode"])
    desk.read_refusal("Stop")


def print_labels(walk: Walk, folder: Path) -> list[str]:
    """Print the labels and read each one back from the sheet, as a scanner would."""
    desk = walk.desk(walk.house.world.technician)
    desk.follow("Labels")
    walk.picture(desk, "2-labels")
    sheet = folder / "labels.pdf"
    desk.download("Make the PDF").save_as(sheet)

    printed = sheet.read_bytes()
    read = [codes_on(printed, dpi=300, page=number) for number in range(len(walk.codes))]
    assert [codes[0] for codes in read] == [(code, "DataMatrix") for code in walk.codes]
    return [codes[0][0] for codes in read]
