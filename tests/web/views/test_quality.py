"""What quality sees, decides and holds on screen."""

import pytest
from django.test import Client

from accounts.models import Person
from audit.errors import ActionRefused
from audit.models import Meaning, Signature
from custody.actions.scan_pick import scan_pick
from custody.models import Hold, HoldScope
from inventory.models import Quality
from tests.browsing import Browser
from tests.custody.retrievals import claimed_retrieval
from tests.factories.people import PASSWORD
from tests.world import NOON, World, fresh


def desk_of(person: Person) -> Client:
    """Sign somebody in."""
    client = Browser()
    client.force_login(person)
    return client


def signed(person: Person, **fields: object) -> dict[str, object]:
    """Fill in what one person enters to sign."""
    return {
        "user_id": person.user_id,
        "password": PASSWORD,
        "reason": "All criteria met",
        "evidence": "Certificate 17",
        **fields,
    }


@pytest.mark.urs("URS-96", "URS-49")
def test_releases_many_vials_with_one_signature_each(world: World) -> None:
    vials = world.stored(2)
    desk = desk_of(world.release)
    keys = [vial.pk for vial in vials]
    assert vials[0].batch.number[-4:] in desk.get("/quality/").content.decode()
    chosen = {"vial": keys, "decision": "released"}
    sheet = desk.post("/quality/decide/", chosen).content.decode()
    assert "2 records under this signature" in sheet
    assert vials[1].code[-4:] in sheet

    answer = desk.post("/quality/decide/", {**chosen, **signed(world.release)})

    assert answer.status_code == 302, answer.content.decode()
    assert {vial.quality for vial in fresh(vials)} == {Quality.RELEASED}
    assert Signature.objects.filter(meaning=Meaning.RELEASED).count() == 2


def test_shows_beside_each_record_why_it_may_not_be_signed(world: World) -> None:
    stored, expected = world.stored()[0], world.expected()[0]
    desk = desk_of(world.release)

    answer = desk.post(
        "/quality/decide/", {"vial": [stored.pk, expected.pk], "decision": "released"}
    )

    page = answer.content.decode()
    assert 'data-refusal="NOT_RECEIVED"' in page
    assert 'name="reason"' not in page


def test_wrong_password_signs_nothing_and_keeps_the_evidence(world: World) -> None:
    vial = world.stored()[0]
    desk = desk_of(world.release)

    answer = desk.post(
        "/quality/decide/",
        {"vial": [vial.pk], "decision": "released"} | signed(world.release, password="wrong"),
    )

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "do not match" in page
    assert "Certificate 17" in page
    assert fresh([vial])[0].quality == Quality.QUARANTINE


def test_qa_cannot_release(world: World) -> None:
    vial = world.stored()[0]
    desk = desk_of(world.qa)
    assert 'value="released"' not in desk.get("/quality/vials/").content.decode()

    answer = desk.post(
        "/quality/decide/", {"vial": [vial.pk], "decision": "released"} | signed(world.qa)
    )

    assert answer.status_code == 403
    assert "ROLE_MISSING" in answer.content.decode()


@pytest.mark.parametrize("data", [{"decision": "released"}, {"vial": ["1"]}, {"vial": ["x"]}])
def test_asks_again_for_what_was_not_chosen(world: World, data: dict[str, object]) -> None:
    answer = desk_of(world.qa).post("/quality/decide/", data)

    assert answer.status_code == 422


@pytest.mark.urs("URS-115")
def test_holds_a_batch_and_somebody_else_releases_it(world: World) -> None:
    vials = world.released(2)
    wanted = {"scope": HoldScope.BATCH.value, "subject": vials[0].batch.number}
    desk = desk_of(world.qa)
    assert vials[0].batch.number in desk.get("/quality/holds/new/", wanted).content.decode()

    answer = desk.post("/quality/holds/new/", wanted | signed(world.qa))

    assert answer.status_code == 302, answer.content.decode()
    hold = Hold.objects.get()
    assert hold.held_vials.count() == 2
    page = desk.get(f"/quality/holds/{hold.pk}/").content.decode()
    assert 'data-refusal="PLACED_BY_YOU"' in page or "somebody else in QA" in page
    own = desk.post(f"/quality/holds/{hold.pk}/release/", signed(world.qa))
    assert own.status_code == 409
    other = desk_of(world.qa2).post(f"/quality/holds/{hold.pk}/release/", signed(world.qa2))
    assert other.status_code == 302
    hold.refresh_from_db()
    assert hold.released_by == world.qa2


def test_recalls_what_was_released(world: World) -> None:
    vials = world.released(1)
    wanted = {"scope": "vials", "subject": vials[0].code, "is_recall": "on"}

    desk_of(world.qa).post("/quality/holds/new/", wanted | signed(world.qa))

    assert fresh(vials)[0].quality == Quality.RECALLED


@pytest.mark.parametrize(
    "show",
    ["quarantine", "conditional", "returned", "missing", "expiring", "expired", "recalled",
     "holds", "released-holds", "refused", "nonsense"],
)  # fmt: skip
def test_every_list_opens(world: World, show: str) -> None:
    world.stored()

    assert desk_of(world.inspector).get("/quality/", {"show": show}).status_code == 200


def test_technicians_stay_out(world: World) -> None:
    assert desk_of(world.technician).get("/quality/").status_code == 403


@pytest.mark.urs("URS-29", "URS-113")
def test_shows_a_stopped_mix_up_with_both_chains_of_identity(world: World) -> None:
    order, mine = claimed_retrieval(world)
    others = world.released()[0]
    with pytest.raises(ActionRefused):
        scan_pick(
            retrieval_id=order.pk,
            code=others.code,
            attribution=world.says(world.technician),
            at=NOON,
        )

    page = desk_of(world.qa).get("/quality/", {"show": "refused"}).content.decode()

    assert mine.therapy is not None
    assert others.therapy is not None
    assert f"{mine.therapy.coi} · {mine.code}" in page
    assert f"{others.therapy.coi} · {others.code}" in page
    assert world.technician.full_name in page
