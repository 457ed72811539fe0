"""Twenty CAR-T patients: their bags show every quality status and every stage of a retrieval."""

from django.utils import timezone

from custody.actions.check_out_vials import InternalPurpose
from custody.actions.discard_vials import discard_vials
from custody.actions.return_vials import return_vials
from custody.models import HoldScope, Outcome
from freezer_inventory.demo_data.announcements import coi_of, number_of
from freezer_inventory.demo_data.floor import Floor, ids
from freezer_inventory.demo_data.orders import NURSE, Orders, Wanted
from inventory.models import Quality

PRODUCT = "CART-19"
PATIENTS = 20
EXPIRED = 8
TOUR = 1
CERTIFICATE = "Certificate of analysis CA-26-19"


def _wanted(index: int, quantity: int = 1) -> Wanted:
    return Wanted(product=PRODUCT, index=index, quantity=quantity)


OPEN, CLAIMED, SCANNED, PICKED = _wanted(11, 2), _wanted(12), _wanted(13), _wanted(14, 2)
TRAVELLING, ARRIVED, GIVEN, RETURNED, BACK = (_wanted(index) for index in range(15, 20))
ORDERED = (OPEN, CLAIMED, SCANNED, PICKED, TRAVELLING, ARRIVED, GIVEN, RETURNED, BACK)


def arrive(floor: Floor) -> None:
    """Receive and store all but the first two: one is awaited, one is in the technician's hands."""
    for index in range(2, PATIENTS + 1):
        torn = index == 5
        bags = floor.receive(
            PRODUCT,
            index,
            outcome=Outcome.QUARANTINED if torn else Outcome.ACCEPTED,
            carrier="Dry shipper of arrivals" if index == 2 else "",
        )
        if index > 2:
            floor.store(bags, "LN2-02")


def decide(floor: Floor) -> None:
    """Leave two in quarantine; reject, release, hold and recall the others."""
    floor.decide(floor.vials(PRODUCT, 5, 6), Quality.REJECTED, "Deviation DEV-26-031: torn seal")
    floor.decide(floor.vials(PRODUCT, 20), Quality.REJECTED, "Viability 58 %, limit 70 %")
    floor.decide(
        floor.vials(PRODUCT, 20, purpose="dose"),
        Quality.OOS_SUPPLY,
        "Physician's request of 18 November and risk evaluation RE-26-07",
    )
    floor.decide(
        floor.vials(PRODUCT, 7),
        Quality.COND_RELEASED,
        "Sterility result is missing until 2026-12-04; the physician is informed",
    )
    floor.decide(floor.vials(PRODUCT, 9, 10, *range(11, 20)), Quality.RELEASED, CERTIFICATE)
    floor.hold(HoldScope.THERAPY, coi_of(PRODUCT, 9), "Collection record is being queried")
    floor.hold(
        HoldScope.BATCH, number_of(PRODUCT, 10), "Reagent lot recalled by its maker", is_recall=True
    )


def discard(floor: Floor) -> None:
    """Discard one rejected batch, witnessed."""
    bags = floor.vials(PRODUCT, 6)
    floor.take_out(bags, InternalPurpose.DISCARD)
    discard_vials(
        vial_ids=ids(bags),
        method="Autoclaved at 134 °C",
        manifest="WM-26-0088",
        intent=floor.cast.signs("technician", "Rejected by quality", second="witness"),
        at=timezone.now(),
    )
    floor.cast.tell()


def retrieve(floor: Floor, orders: Orders) -> None:
    """Bring nine orders to nine different stages."""
    orders.request("sch-demo-0001", ORDERED)
    bags = {one: floor.vials(PRODUCT, one.index, purpose="dose")[: one.quantity] for one in ORDERED}
    orders.claim(CLAIMED, bags[CLAIMED])
    orders.claim(SCANNED, bags[SCANNED])
    orders.join(SCANNED)
    orders.scan(SCANNED, bags[SCANNED][0], by="technician")
    for wanted in (PICKED, TRAVELLING, ARRIVED, GIVEN, RETURNED, BACK):
        orders.pick(wanted, bags[wanted])
    for wanted in (TRAVELLING, ARRIVED, RETURNED):
        orders.hand_over(wanted)
    orders.arrive(bags[ARRIVED])
    for wanted in (GIVEN, BACK):
        orders.hand_over(wanted, NURSE)
    orders.administer(bags[GIVEN])
    _come_back(floor)


def _come_back(floor: Floor) -> None:
    for wanted in (RETURNED, BACK):
        bags = floor.vials(PRODUCT, wanted.index, purpose="dose")[:1]
        return_vials(
            vial_ids=ids(bags),
            condition="Shipper and seal intact, logger trace below −150 °C",
            intent=floor.cast.signs("technician", "The infusion was postponed"),
            at=timezone.now(),
        )
        floor.cast.tell()
    bags = floor.vials(PRODUCT, BACK.index, purpose="dose")[:1]
    floor.put_back(bags, floor.storehouse.free("LN2-02", 1))
