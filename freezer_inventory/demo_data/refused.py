"""What the demo's people try and are refused: the attempts are part of the evidence."""

from collections.abc import Callable

from django.utils import timezone

from audit.errors import DomainError
from audit.models import Meaning
from audit.signing import confirm_intent
from custody.actions.decide_quality import decide_quality
from custody.actions.place_vials import place_vials
from custody.placements import Placement
from freezer_inventory.demo_accounts import DEMO_PASSWORD
from freezer_inventory.demo_data.announcements import batch, batch_message
from freezer_inventory.demo_data.cart import CLAIMED, OPEN, SCANNED
from freezer_inventory.demo_data.floor import Floor, ids
from freezer_inventory.demo_data.orders import Orders
from integration.receiving import Kind, receive
from inventory.models import Quality


def attempt(floor: Floor, orders: Orders) -> None:
    """
    Try everything that must be refused.

    Raises AssertionError: something was not.
    """
    tries: list[Callable[[Floor, Orders], None]] = [
        _sign_with_a_wrong_password,
        _sign_at_the_kiosk,
        _release_as_a_technician,
        _reach_over_the_wall,
        _put_a_bag_among_vials,
        _claim_what_is_claimed,
        _scan_another_patient,
        _announce_with_a_wrong_check,
    ]
    for one in tries:
        try:
            one(floor, orders)
        except DomainError:
            continue
        raise AssertionError(f"{one.__name__} was not refused")


def _sign_with_a_wrong_password(_: Floor, __: Orders) -> None:
    confirm_intent(
        user_id="release",
        password="not-the-password",  # noqa: S106 - meant to be refused
        meaning=Meaning.RELEASED,
        reason="Release",
        device="Desk 4",
        at=timezone.now(),
    )


def _sign_at_the_kiosk(_: Floor, __: Orders) -> None:
    confirm_intent(
        user_id="kiosk",
        password=DEMO_PASSWORD,
        meaning=Meaning.PERFORMED,
        reason="Take a bag out",
        device="Kiosk",
        at=timezone.now(),
    )


def _release_as_a_technician(floor: Floor, _: Orders) -> None:
    decide_quality(
        vial_ids=ids(floor.vials("CART-19", 3)),
        decision=Quality.RELEASED,
        evidence="The sheet is on the desk",
        intent=floor.cast.signs("technician", "It is urgent", meaning=Meaning.RELEASED),
        at=timezone.now(),
    )


def _reach_over_the_wall(floor: Floor, _: Orders) -> None:
    stored = floor.vials("CART-19", 3)
    place = floor.storehouse.free("LN2-12/R2/Spare", 1)[0]
    place_vials(
        placements=[Placement(vial_id=stored[0].pk, position_id=place.pk)],
        attribution=floor.cast.says("harbor", "Put away"),
        at=timezone.now(),
    )


def _put_a_bag_among_vials(floor: Floor, _: Orders) -> None:
    bag, place = floor.vials("CART-19", 2)[0], floor.storehouse.free("LN2-01/R3/Quarantine", 1)[0]
    place_vials(
        placements=[Placement(vial_id=bag.pk, position_id=place.pk, scanned_vial=bag.code)],
        attribution=floor.cast.says("technician", "Put away after receipt"),
        at=timezone.now(),
    )


def _claim_what_is_claimed(floor: Floor, orders: Orders) -> None:
    orders.claim(OPEN, floor.vials("CART-19", CLAIMED.index, purpose="dose")[:2], by="witness")


def _scan_another_patient(floor: Floor, orders: Orders) -> None:
    orders.scan(SCANNED, floor.vials("CART-19", 19)[0], by="witness")


def _announce_with_a_wrong_check(floor: Floor, _: Orders) -> None:
    now = timezone.now()
    wrong = batch("CART-19", 99, now=now)
    wrong["donation_check_character"] = "*" if wrong["donation_check_character"] != "*" else "A"
    receive(
        kind=Kind.BATCHES,
        body=batch_message("ebr-demo-0099", [wrong], now=now),
        attribution=floor.cast.says("ebr", "Completed batches", device="EBR gateway"),
        at=now,
    )
