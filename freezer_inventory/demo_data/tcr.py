"""Twenty TCR-T patients: their vials show what else can happen in a freezer."""

from decimal import Decimal

from django.utils import timezone

from custody.actions.check_out_vials import InternalPurpose
from custody.actions.consume_vials import consume_vials
from custody.actions.move_vials import move_vials
from custody.actions.pack_retrieval import pack_retrieval
from custody.actions.record_found import record_found
from custody.actions.relabel_vial import relabel_vial
from custody.actions.release_claim import release_claim
from custody.actions.release_hold import release_hold
from custody.actions.report_missing import report_missing
from custody.actions.split_vial import Part, split_vial
from custody.actions.transfer_vials import transfer_vials
from custody.models import HoldScope, Retrieval
from custody.placements import Placement
from freezer_inventory.demo_data.announcements import number_of
from freezer_inventory.demo_data.floor import Floor, ids
from freezer_inventory.demo_data.orders import Orders, Wanted
from freezer_inventory.demo_data.shipping import LOGGER, SHIPPER
from inventory.codes.own import OwnKind, new_code
from inventory.models import Purpose, Quality, Vial, VialKind
from temperature.models import Probe

PRODUCT = "TCR-MAGE"
PATIENTS = 20
EXPIRED = 20
TOUR = 1
PACKED, UNCLAIMED, REQUESTED = (
    Wanted(product=PRODUCT, index=index, quantity=2) for index in (11, 12, 13)
)
WARM, DECIDED = 3, (2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)


def arrive(floor: Floor) -> None:
    """Receive and store all but the first, which the tour receives; samples go to their bin."""
    for index in range(2, PATIENTS + 1):
        vials = floor.receive(PRODUCT, index)
        retained = [vial for vial in vials if vial.purpose == Purpose.RETAIN]
        floor.store([vial for vial in vials if vial not in retained], "LN2-01/R1")
        floor.store(retained, "LN2-01/R3/Samples")


def decide(floor: Floor) -> None:
    """Release most; some stay in quarantine, one batch is rejected for a warm arrival."""
    floor.decide(floor.vials(PRODUCT, WARM), Quality.REJECTED, "Deviation DEV-26-029: warm arrival")
    floor.decide(
        floor.vials(PRODUCT, *DECIDED), Quality.RELEASED, "Certificate of analysis CA-26-44"
    )


def happen(floor: Floor, orders: Orders) -> None:
    """Let everything happen that can happen to vials beside a retrieval."""
    _split(floor)
    _lose_and_find(floor)
    _consume(floor)
    _relabel(floor)
    _transfer(floor)
    _rearrange(floor)
    _hold(floor)
    _retrieve(floor, orders)


def _split(floor: Floor) -> None:
    whole, partly = floor.vials(PRODUCT, 2, purpose="backup")[:2]
    floor.take_out([whole, partly], InternalPurpose.SPLIT)
    volumes = {whole: ("2.00", "2.00", "1.00"), partly: ("1.50",)}
    children: list[Vial] = []
    for parent, parts in volumes.items():
        children += split_vial(
            vial_id=parent.pk,
            parts=[
                Part(
                    code=new_code(OwnKind.VIAL, len(children) + number),
                    volume_ml=Decimal(volume),
                    kind=VialKind.VIAL,
                    purpose=Purpose.BACKUP,
                )
                for number, volume in enumerate(parts, start=1)
            ],
            intent=floor.cast.signs("technician", "Smaller doses for titration", second="witness"),
            at=timezone.now(),
        )
        floor.cast.tell()
    back = [*children[:3], partly]
    floor.put_back(back, floor.storehouse.free("LN2-01/R1", len(back)))


def _lose_and_find(floor: Floor) -> None:
    lost = floor.vials(PRODUCT, 4, purpose="backup")[:3]
    report_missing(
        vial_ids=ids(lost),
        searched="The box, its neighbours, the floor of the tank",
        intent=floor.cast.signs("technician", "Not in the box at the count"),
        at=timezone.now(),
    )
    place = floor.storehouse.free("LN2-01/R1", 1)[0]
    record_found(
        placements=[Placement(vial_id=lost[0].pk, position_id=place.pk)],
        intent=floor.cast.signs("qa", "Found in the wrong box at the second count"),
        at=timezone.now(),
    )
    floor.cast.tell()


def _consume(floor: Floor) -> None:
    samples = floor.vials(PRODUCT, 5, 6, 7, purpose="qc")
    floor.take_out(samples, InternalPurpose.QC)
    consume_vials(
        vial_ids=ids(samples[:5]),
        test="Sterility, report ST-26-201",
        intent=floor.cast.signs("technician", "Used up in the test"),
        at=timezone.now(),
    )
    floor.cast.tell()


def _relabel(floor: Floor) -> None:
    relabel_vial(
        vial_id=floor.vials(PRODUCT, 8)[0].pk,
        new_code=new_code(OwnKind.VIAL, 101),
        intent=floor.cast.signs("technician", "The label came off", second="witness"),
        at=timezone.now(),
    )
    floor.cast.tell()


def _transfer(floor: Floor) -> None:
    vials = floor.vials(PRODUCT, 9, purpose="backup")
    floor.take_out(vials, InternalPurpose.TRANSFER, by="supervisor")
    transfer_vials(
        vial_ids=ids(vials),
        receiver="National reference bank, Dr. Lea Stein",
        intent=floor.cast.signs("supervisor", "Agreement TA-26-3", second="witness"),
        at=timezone.now(),
    )
    floor.cast.tell()


def _rearrange(floor: Floor) -> None:
    out = floor.vials(PRODUCT, 10, purpose="dose")[:4]
    places = [vial.position for vial in out if vial.position is not None]
    floor.take_out(out, InternalPurpose.REARRANGE)
    floor.put_back(out[:2], places[:2])  # the other two are still in the technician's hands
    moved = floor.vials(PRODUCT, 14, purpose="dose")[:3]
    free = floor.storehouse.free("LN2-01/R1/TCR 8", 3)
    move_vials(
        placements=[
            Placement(vial_id=vial.pk, position_id=place.pk)
            for vial, place in zip(moved, free, strict=True)
        ],
        attribution=floor.cast.says("witness", "Make room"),
        at=timezone.now(),
    )
    floor.cast.tell()


def _hold(floor: Floor) -> None:
    codes = " ".join(vial.code for vial in floor.vials(PRODUCT, 15, purpose="dose")[:4])
    floor.hold(HoldScope.VIALS, codes, "Frost on the caps; photographs DEV-26-035")
    placed = floor.hold(HoldScope.BATCH, number_of(PRODUCT, 16), "Count differed by one")
    release_hold(
        hold_id=placed.pk,
        intent=floor.cast.signs("qa2", "The recount agreed"),
        at=timezone.now(),
    )
    floor.cast.tell()


def _retrieve(floor: Floor, orders: Orders) -> None:
    orders.request("sch-demo-0002", [PACKED, UNCLAIMED, REQUESTED])
    doses = {
        wanted: floor.vials(PRODUCT, wanted.index, purpose="dose")[: wanted.quantity]
        for wanted in (PACKED, UNCLAIMED)
    }
    orders.pick(PACKED, doses[PACKED])
    pack_retrieval(
        retrieval_id=Retrieval.objects.get(order_number=PACKED.number).pk,
        codes=[vial.code for vial in doses[PACKED]],
        shipper=SHIPPER,
        logger_id=Probe.objects.get(code=LOGGER).pk,
        seal_number="SH-20417",
        intent=floor.cast.signs("technician", "Ready for the courier", second="witness"),
        at=timezone.now(),
    )
    orders.claim(UNCLAIMED, doses[UNCLAIMED])
    release_claim(
        retrieval_id=Retrieval.objects.get(order_number=UNCLAIMED.number).pk,
        attribution=floor.cast.says("supervisor", "The clinic moved the appointment"),
        at=timezone.now(),
    )
    floor.cast.tell()
