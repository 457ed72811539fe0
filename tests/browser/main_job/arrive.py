"""Step 1: completed batches come from the batch record, once, and whole or not at all."""

from playwright.sync_api import expect

from inventory.models import Batch, Message, Vial
from tests.browser.main_job.walk import Walk


def issue_tokens(walk: Walk) -> None:
    """Have the administrator give each other system its token, which is shown once."""
    desk = walk.desk(walk.house.world.admin)
    for account, name in (("Electronic batch record", "ebr"), ("Scheduling system", "scheduling")):
        desk.go_to("Configure")
        desk.follow("Service tokens")
        desk.follow("Issue a token")
        desk.page.get_by_label("Service account").select_option(account)
        desk.write("Name of the token", name)
        desk.sign("Approved request IT-114", "Issue a token")
        walk.tokens[name] = desk.page.locator(".token").inner_text().strip()
        desk.follow("Done")
        expect(desk.page.locator("body")).not_to_contain_text(walk.tokens[name])


def batches_arrive(walk: Walk) -> None:
    """Receive the message, receive it again, and refuse one with a wrong check character."""
    message = walk.house.completed(walk.patient, walk.other, message_id="ebr-0001")
    first = walk.send("batches", message, by="ebr")
    again = walk.send("batches", message, by="ebr")
    wrong = walk.house.patient(12) | {"donation_check_character": "*"}
    faulty = walk.house.completed(walk.house.patient(13), wrong, message_id="ebr-0002")
    refused = walk.send("batches", faulty, by="ebr")

    assert (first.status, again.status, refused.status) == (201, 200, 409)
    assert again.json() == first.json() | {"repeated": True}
    assert [one["code"] for one in refused.json()["refusals"]] == ["WRONG_CHECK_CHARACTER"]
    assert "* is not the check character" in refused.json()["refusals"][0]["words"]
    assert (Message.objects.count(), Batch.objects.count(), Vial.objects.count()) == (1, 2, 16)


def batch_is_seen(walk: Walk) -> None:
    """Have the technician find what is announced, with every container of it."""
    desk = walk.desk(walk.house.world.technician)
    desk.go_to("Receipts")
    rows = desk.page.get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text=walk.patient["batch_number"])).to_contain_text("0 of 8")

    desk.follow(walk.patient["batch_number"])

    for code in walk.codes:
        desk.told(code)
    walk.picture(desk, "1-arrive")
