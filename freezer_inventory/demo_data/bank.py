"""The allogeneic bank at two sites, its master cells in liquid nitrogen, and a vector at −80 °C."""

from datetime import date

from django.utils import timezone

from custody.actions.move_container import move_container
from freezer_inventory.demo_data.announcements import coi_of, patient_of
from freezer_inventory.demo_data.floor import Floor
from freezer_inventory.demo_data.orders import NURSE, Orders, Wanted
from inventory.actions.register_therapy import register_therapy
from inventory.actions.set_patient_identity import set_patient_identity
from inventory.models import Custody, Patient, Quality, Vial

PRODUCT, CELLS, VECTOR = "MSC-ALLO", "MSC-MCB", "LV-CD19"
LOTS, VECTOR_LOTS = 8, 2
AWAITED = LOTS
PLACES = {1: "LN2-01/R2", 2: "LN2-01/R2"} | dict.fromkeys((3, 4, 5, 6), "LN2-11/R1")
ALLOCATED = tuple(Wanted(product=PRODUCT, index=index, quantity=2) for index in (901, 902, 903))
NAMES = {2: "Mara Lindt", 3: "Jonas Frei", 4: "Elin Haas", 9: "Piet de Wit"}


def arrive(floor: Floor) -> None:
    """Receive and store all lots but the last: two in Zurich, the others in Boston."""
    for lot in range(1, LOTS):
        if lot <= 2:
            floor.store(floor.receive(PRODUCT, lot), PLACES[lot])
        else:
            vials = floor.receive(PRODUCT, lot, by="harbor", second="supervisor", site="BOS")
            floor.store(vials, PLACES.get(lot, "LN2-12/R1"), by="harbor")
    floor.store(floor.receive(CELLS, 1), "LN2-03")
    for lot in range(1, VECTOR_LOTS + 1):
        floor.store(floor.receive(VECTOR, lot, celsius="-74.0"), "ULT-01")


def decide(floor: Floor) -> None:
    """Release most lots; one is released on condition, one stays in quarantine."""
    for lot in (1, 2, 3, 5, 6):
        floor.decide(floor.vials(PRODUCT, lot), Quality.RELEASED, f"Certificate CA-26-9{lot}")
    floor.decide(
        floor.vials(PRODUCT, 4),
        Quality.COND_RELEASED,
        "Mycoplasma by culture is missing until 2026-12-12",
    )
    floor.decide(floor.vials(CELLS, 1), Quality.RELEASED, "Certificate CA-26-99")
    floor.decide(floor.vials(VECTOR, 1), Quality.RELEASED, "Certificate CA-26-88")


def allocate(floor: Floor, orders: Orders) -> None:
    """Let doses of the bank meet patients: asked for, on their way, given."""
    for wanted in ALLOCATED:
        register_therapy(
            coi=coi_of(PRODUCT, wanted.index),
            pseudonym=patient_of(PRODUCT, wanted.index),
            product_id=floor.setting.products[PRODUCT].pk,
            intent=floor.cast.signs("supervisor", "Patient enrolled"),
        )
    orders.request("sch-demo-0003", ALLOCATED)
    _, travelling, given = ALLOCATED
    doses = first_to_expire(floor)
    orders.pick(travelling, doses[:2])
    orders.hand_over(travelling)
    orders.pick(given, doses[2:4])
    orders.hand_over(given, NURSE)
    orders.administer(doses[2:4])


def first_to_expire(floor: Floor) -> list[Vial]:
    """Return stored doses that the rule of first expiry takes first."""
    stored = [
        vial
        for vial in floor.vials(PRODUCT, 1, 2, 3, 4, 5, 6, purpose="dose")
        if vial.custody == Custody.IN_STORAGE
    ]
    return sorted(stored, key=lambda vial: (vial.expires_at, vial.pk))


def move_a_box(floor: Floor) -> None:
    """Move a box with everything in it to another tank."""
    floor_of = floor.storehouse.containers
    place = floor_of["LN2-12/R2"].positions.get(label="4")
    move_container(
        container_id=floor_of["LN2-11/R1/MSC 6"].pk,
        to_position_id=place.pk,
        attribution=floor.cast.says("harbor", "Split the lot over two tanks"),
        at=timezone.now(),
    )
    floor.cast.tell()


def identify(floor: Floor) -> None:
    """Record who a few patients are, apart from everything else."""
    for index, name in NAMES.items():
        set_patient_identity(
            patient_id=Patient.objects.get(pseudonym=patient_of("CART-19", index)).pk,
            full_name=name,
            born_on=date(1950 + 5 * index, index, 10 + index),
            medical_record_number=f"MRN-{20417 + index}",
            intent=floor.cast.signs("admin", "From the enrolment form"),
            at=timezone.now(),
        )
    floor.cast.tell()
