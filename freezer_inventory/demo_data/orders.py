"""Orders of the demo's scheduling system, and how far each retrieval comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.claim_vials import claim_vials
from custody.actions.confirm_arrival import confirm_arrival
from custody.actions.hand_over_retrieval import ClinicContact, Receiver, hand_over_retrieval
from custody.actions.record_administration import record_administration
from custody.actions.scan_pick import scan_pick
from custody.actions.witness_pick import witness_pick
from custody.models import Retrieval
from freezer_inventory.demo_data.announcements import coi_of, order_message, patient_of
from freezer_inventory.demo_data.floor import Floor, ids
from integration.receiving import Kind, receive
from inventory.models import Vial

CLINICS = ("Clinic North, Infusion Unit", "University Hospital, Ward 7", "Clinic South, Day Care")
CLINIC = ClinicContact(
    name="Nora Weiss, Ward 7", phone="+41 44 555 01 01", email="ward7@clinic.example"
)
COURIER = Receiver(
    name="Carl Frost",
    organisation="PolarLine Couriers",
    identified_by="Courier badge 4417",
    is_courier=True,
)
NURSE = Receiver(
    name="Nora Weiss",
    organisation="University Hospital, Ward 7",
    identified_by="Hospital badge 20931",
    is_courier=False,
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is ordered for the `index`-th patient of a product; `dose_of` when given another."""

    product: str
    index: int
    quantity: int = 1
    dose_of: str = ""

    @property
    def number(self) -> str:
        """The order's number in the scheduling system."""
        return f"SCH-{patient_of(self.product, self.index)[3:]}"


@dataclass
class Orders:
    """The retrievals, and the verbs that carry them on."""

    floor: Floor

    def request(self, message_id: str, wanted: Sequence[Wanted]) -> None:
        """Let the scheduling system ask for everything in one message."""
        now = timezone.now()
        orders: list[dict[str, object]] = [
            {
                "order_number": one.number,
                "chain_of_identity": coi_of(one.product, one.index),
                "patient": patient_of(one.product, one.index),
                "product_code": one.dose_of or one.product,
                "purpose": "dose",
                "quantity": one.quantity,
                "needed_by": (now + timedelta(days=3 + 2 * number)).strftime("%Y-%m-%dT07:30:00Z"),
                "destination": CLINICS[number % len(CLINICS)],
            }
            for number, one in enumerate(wanted)
        ]
        receive(
            kind=Kind.ORDERS,
            body=order_message(message_id, orders, now=now),
            attribution=self.floor.cast.says(
                "scheduling", "Order of the scheduling system", device="Scheduling gateway"
            ),
            at=now,
        )
        self.floor.cast.tell()

    def claim(self, wanted: Wanted, vials: Sequence[Vial], *, by: str = "technician") -> None:
        """Claim the vials for the order."""
        claim_vials(
            retrieval_id=self._key(wanted),
            vial_ids=ids(vials),
            attribution=self.floor.cast.says(by, "Prepare the pick"),
            at=timezone.now(),
        )
        self.floor.cast.tell()

    def join(self, wanted: Wanted, *, witness: str = "witness") -> None:
        """Let the witness join the pick."""
        witness_pick(
            retrieval_id=self._key(wanted),
            intent=self.floor.cast.signs(witness, "Second person at the freezer"),
        )
        self.floor.cast.tell()

    def scan(self, wanted: Wanted, vial: Vial, *, by: str) -> None:
        """Let one person scan one vial."""
        scan_pick(
            retrieval_id=self._key(wanted),
            code=vial.code,
            attribution=self.floor.cast.says(by, "Pick", device="Scanner 2"),
            at=timezone.now(),
        )

    def pick(self, wanted: Wanted, vials: Sequence[Vial], *, by: str = "technician") -> None:
        """Do everything from the claim until the vials are out, scanned and signed by two."""
        witness = "witness" if by == "technician" else "supervisor"
        self.claim(wanted, vials, by=by)
        self.join(wanted, witness=witness)
        for vial in vials:
            for person in (by, witness):
                self.scan(wanted, vial, by=person)
        check_out_retrieval(
            retrieval_id=self._key(wanted),
            intent=self.floor.cast.signs(by, "Dispatch of the order", second=witness),
            at=timezone.now(),
        )
        self.floor.cast.tell()

    def hand_over(
        self, wanted: Wanted, receiver: Receiver = COURIER, *, by: str = "technician"
    ) -> None:
        """Hand what was picked over to its receiver."""
        second = "witness" if by == "technician" else "supervisor"
        hand_over_retrieval(
            retrieval_id=self._key(wanted),
            receiver=receiver,
            clinic=CLINIC,
            intent=self.floor.cast.signs(by, "The receiver showed the document", second=second),
            at=timezone.now(),
        )
        self.floor.cast.tell()

    def arrive(self, vials: Sequence[Vial]) -> None:
        """Record that the clinic took vials over."""
        confirm_arrival(
            vial_ids=ids(vials),
            receiver="Nora Weiss, Ward 7",
            arrival_celsius="-176.0",
            intent=self.floor.cast.signs("supervisor", "The clinic's confirmation by telephone"),
            at=timezone.now(),
        )
        self.floor.cast.tell()

    def administer(self, vials: Sequence[Vial]) -> None:
        """Record that the patient was given the dose."""
        record_administration(
            vial_ids=ids(vials),
            reference="Infusion record 2026-114",
            intent=self.floor.cast.signs("supervisor", "The clinic's infusion record"),
            at=timezone.now(),
        )
        self.floor.cast.tell()

    def _key(self, wanted: Wanted) -> int:
        return Retrieval.objects.get(order_number=wanted.number).pk
