"""What the pages of retrievals show, refuse and hide."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from accounts.models import Person
from accounts.roles import Role
from audit.models import RefusedAttempt
from custody.actions.claim_vials import claim_vials
from custody.models import PickScan, Retrieval, RetrievalStatus, Seat
from inventory.models import Custody, Purpose
from tests.factories.inventory import ProductFactory, TherapyFactory
from tests.factories.people import PASSWORD, PersonFactory
from tests.orders import Orders
from tests.world import NOON, World, fresh

Screen = Callable[[Person], Client]
PAGES = ("", "release/", "pick-list/", "pick/", "witness/", "check-out/", "pack/", "hand-over/",
         "arrival/", "administration/", "take-back/")  # fmt: skip


@pytest.mark.urs("URS-117")
@pytest.mark.parametrize("page", PAGES)
def test_hides_every_page_from_another_sponsor(
    world: World, orders: Orders, at_screen_of: Screen, page: str
) -> None:
    order = orders.claimed(world.released())
    other = PersonFactory.create(
        roles=[Role.SUPERVISOR], programs=[ProductFactory.create().program]
    )

    answer = at_screen_of(other).get(f"/retrievals/{order.pk}/{page}")

    assert answer.status_code == 404
    assert order.order_number not in at_screen_of(other).get("/retrievals/").content.decode()


def test_lists_by_urgency_with_counts(world: World, orders: Orders, at_screen_of: Screen) -> None:
    sooner, later = orders.requested(world.released()), orders.requested(world.released())
    page = at_screen_of(world.technician).get("/retrievals/").content.decode()

    assert page.index(f"/retrievals/{sooner.pk}/") < page.index(f"/retrievals/{later.pk}/")
    assert 'All open <span class="count">2</span>' in page


@pytest.mark.parametrize("show", ["requested", "claimed", "picked", "done", "nonsense"])
def test_every_chip_opens(world: World, orders: Orders, at_screen_of: Screen, show: str) -> None:
    orders.handed_over(world.released())

    answer = at_screen_of(world.technician).get("/retrievals/", {"show": show})

    assert answer.status_code == 200


@pytest.mark.urs("URS-32")
def test_the_second_to_claim_reads_who_holds_it_since_when(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    vials = world.released()
    first, second = orders.requested(vials), orders.requested(vials)
    claim_vials(
        retrieval_id=first.pk,
        vial_ids=[vials[0].pk],
        attribution=world.says(world.technician),
        at=NOON,
    )

    answer = at_screen_of(world.witness).post(
        f"/retrievals/{second.pk}/claim/", {"vial": [vials[0].pk]}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'data-refusal="CLAIMED"' in page
    assert f"held by {world.technician.full_name} since 2026-11-20 13:00:00+01:00" in page


@pytest.mark.parametrize("data", [{}, {"vial": ["0"]}, {"vial": ["x"]}])
def test_asks_for_vials_of_the_list(
    world: World, orders: Orders, at_screen_of: Screen, data: dict[str, Any]
) -> None:
    order = orders.requested(world.released())

    answer = at_screen_of(world.technician).post(f"/retrievals/{order.pk}/claim/", data)

    assert answer.status_code == 422


@pytest.mark.urs("URS-100")
def test_suggests_the_first_of_a_bank_to_expire_and_asks_why_another(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    batch = world.bank()
    sooner, later = world.released(2, batch=batch)
    therapy = TherapyFactory.create(product=batch.product)
    order = orders.requested([sooner], therapy=therapy)
    bench = at_screen_of(world.technician)
    page = bench.get(f"/retrievals/{order.pk}/").content.decode()

    assert f'id="vial-{sooner.pk}" checked' in page
    assert f'id="vial-{later.pk}" aria' in page
    assert "first to expire first" in page


@pytest.mark.urs("URS-29", "URS-89")
def test_a_vial_of_another_patient_is_a_hard_stop_that_is_kept(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    mine, other = world.released(), world.released()[0]
    order = orders.claimed(mine)

    answer = at_screen_of(world.technician).post(
        f"/retrievals/{order.pk}/pick/", {"code": other.code}, headers={"HX-Request": "true"}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<html" not in page
    assert 'class="hard-stop"' in page
    assert 'data-refusal="WRONG_PATIENT"' in page
    expected, scanned = strip_tags(page).partition("Expected")[2].split("Scanned", maxsplit=1)
    assert mine[0].code in expected
    assert other.code in scanned
    assert RefusedAttempt.objects.get().subject["scanned"] == other.code


def test_htmx_gets_only_the_result_and_it_is_a_slice_of_the_page(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    vials = world.released(2)
    order = orders.claimed(vials)
    bench = at_screen_of(world.technician)
    url = f"/retrievals/{order.pk}/pick/"

    fragment = bench.post(url, {"code": vials[0].code}, headers={"HX-Request": "true"})
    page = bench.post(url, {"code": vials[1].code})

    assert "Right vial" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "Right vial" in page.content.decode()
    assert "<html" in page.content.decode()


def test_an_unreadable_scan_says_what_to_do(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    order = orders.claimed(world.released())

    answer = at_screen_of(world.technician).post(
        f"/retrievals/{order.pk}/pick/", {"code": "VL-000123-?"}
    )

    assert answer.status_code == 409


@pytest.mark.urs("URS-31")
def test_nobody_scans_as_a_witness_who_did_not_join_here(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    vials = world.released()
    order = orders.claimed(vials)

    answer = at_screen_of(world.technician).post(
        f"/retrievals/{order.pk}/pick/", {"code": vials[0].code, "seat": "witness"}
    )

    assert answer.status_code == 409
    assert "has not joined on this screen" in answer.content.decode()
    assert not PickScan.objects.exists()


@pytest.mark.urs("URS-31")
def test_a_witness_on_their_own_screen_scans_in_their_own_seat(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    vials = world.released()
    order = orders.claimed(vials)
    theirs = at_screen_of(world.witness)
    url = f"/retrievals/{order.pk}/"
    joined = {"user_id": world.witness.user_id, "password": PASSWORD, "reason": "I look on"}
    theirs.post(f"{url}witness/", joined)

    answer = theirs.post(f"{url}pick/", {"code": vials[0].code})

    assert answer.status_code == 200
    assert PickScan.objects.get().seat == Seat.WITNESS


@pytest.mark.parametrize("who", ["technician", "nobody"])
def test_refuses_a_witness_who_is_the_picker_or_unknown(
    world: World, orders: Orders, at_screen_of: Screen, who: str
) -> None:
    order = orders.claimed(world.released())
    user_id = world.technician.user_id if who == "technician" else "nobody"

    answer = at_screen_of(world.technician).post(
        f"/retrievals/{order.pk}/witness/",
        {"user_id": user_id, "password": PASSWORD, "reason": "I look on"},
    )

    assert answer.status_code == (409 if who == "technician" else 403)
    assert Retrieval.objects.get(pk=order.pk).witness is None


@pytest.mark.urs("URS-31", "URS-49")
def test_signing_as_somebody_else_than_the_page_says_is_refused_and_kept(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    vials = world.released()
    order = orders.scanned(vials)

    answer = at_screen_of(world.technician).post(
        f"/retrievals/{order.pk}/check-out/",
        {
            "user_id": world.witness.user_id,
            "password": PASSWORD,
            "second_user_id": world.technician.user_id,
            "second_password": PASSWORD,
            "reason": "As ordered",
        },
    )

    assert answer.status_code == 403
    assert fresh(vials)[0].custody == Custody.IN_STORAGE
    assert RefusedAttempt.objects.get().codes == ["OTHER_SIGNER"]


def test_gives_a_claim_back_with_a_reason(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    order = orders.claimed(world.released())
    bench, url = at_screen_of(world.technician), f"/retrievals/{order.pk}/release/"
    assert bench.post(url, {"reason": ""}).status_code == 422

    assert bench.post(url, {"reason": "Clinic called off"}).status_code == 302

    assert Retrieval.objects.get(pk=order.pk).status == RetrievalStatus.REQUESTED


def test_a_claim_stands_while_its_vials_are_out(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    order = orders.picked(world.released())

    answer = at_screen_of(world.technician).post(
        f"/retrievals/{order.pk}/release/", {"reason": "Clinic called off"}
    )

    assert answer.status_code == 409


@pytest.mark.parametrize("state", ["requested", "claimed", "picked", "handed_over"])
def test_needs_as_many_queries_for_four_vials_as_for_one(
    world: World,
    orders: Orders,
    at_screen_of: Screen,
    django_assert_max_num_queries: Any,
    state: str,
) -> None:
    order = getattr(orders, state)(world.released(4))
    bench = at_screen_of(world.technician)
    bench.get("/retrievals/")

    with django_assert_max_num_queries(24):
        bench.get(f"/retrievals/{order.pk}/")
    with django_assert_max_num_queries(8):
        bench.get("/retrievals/")


@pytest.mark.urs("URS-29", "URS-89")
def test_another_patients_vial_in_the_shipper_is_refused_with_both_on_record(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    mine, other = world.released()[0], world.released()[0]
    order = orders.picked([mine])
    packed = {
        "user_id": world.technician.user_id,
        "password": PASSWORD,
        "second_user_id": world.witness.user_id,
        "second_password": PASSWORD,
        "reason": "As ordered",
        "shipper": "DS-4",
        "seal_number": "8812",
        "codes": f"{mine.code}\r\n\r\n{other.code}\r\n",
    }

    answer = at_screen_of(world.technician).post(f"/retrievals/{order.pk}/pack/", packed)

    assert answer.status_code == 409
    assert 'data-refusal="WRONG_PATIENT"' in answer.content.decode()
    kept = RefusedAttempt.objects.get().subject
    assert mine.therapy is not None
    assert other.therapy is not None
    assert kept["expected_therapy"] == mine.therapy.coi
    assert other.therapy.coi in str(kept["scanned_therapies"])
    assert fresh([mine])[0].custody == Custody.CHECKED_OUT


def test_says_which_line_of_the_scans_cannot_be_read(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    vial = world.released()[0]
    order = orders.picked([vial])

    answer = at_screen_of(world.technician).post(
        f"/retrievals/{order.pk}/pack/", {"codes": f"{vial.code}\nVL-000123-?"}
    )

    assert answer.status_code == 422
    assert "field-wrong" in answer.content.decode()


@pytest.mark.urs("URS-100")
def test_asks_why_the_last_backup_is_taken_and_tells_it(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    vial = world.released(purpose=Purpose.BACKUP)[0]
    order = orders.requested([vial], purpose=Purpose.BACKUP)
    bench, url = at_screen_of(world.technician), f"/retrievals/{order.pk}/"

    refused = bench.post(f"{url}claim/", {"vial": [vial.pk]})
    reason = "The first infusion failed"
    answer = bench.post(f"{url}claim/", {"vial": [vial.pk], "reason_for_last": reason})

    assert refused.status_code == 409
    assert 'data-refusal="LAST_BACKUP"' in refused.content.decode()
    assert 'name="reason_for_last"' in refused.content.decode()
    assert answer.status_code == 302
    told = f"the last backup taken because {reason}"
    assert told in bench.get(f"/vials/{vial.pk}/").content.decode()


@pytest.mark.urs("URS-100")
def test_tells_why_a_vial_that_expires_first_was_passed_over(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    batch = world.bank()
    later = world.released(1, batch=batch)[0]
    world.released(1, batch=batch, expires_at=later.expires_at - timedelta(days=9))
    order = orders.requested([later], therapy=TherapyFactory.create(product=batch.product))
    bench = at_screen_of(world.technician)

    answer = bench.post(
        f"/retrievals/{order.pk}/claim/", {"vial": [later.pk], "reason_to_skip": "Potency"}
    )

    assert answer.status_code == 302
    told = "an earlier one passed over because Potency"
    assert told in bench.get(f"/vials/{later.pk}/").content.decode()
