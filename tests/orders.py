"""The ways by which an order comes to each of its states."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.claim_vials import claim_vials
from custody.actions.hand_over_retrieval import Receiver, hand_over_retrieval
from custody.actions.request_retrievals import request_retrievals
from custody.actions.scan_pick import scan_pick
from custody.actions.witness_pick import witness_pick
from custody.messages import IncomingMessage
from custody.models import Retrieval
from custody.rules.orders import Order
from inventory.models import Purpose, Therapy, Vial
from tests.world import NOON, World

COURIER = Receiver(
    name="Cora Courier", organisation="Cold Wheels", identified_by="badge 7", is_courier=True
)


class Orders:
    """The ways by which an order comes to a state."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.number = 0

    def requested(
        self,
        vials: Sequence[Vial],
        therapy: Therapy | None = None,
        purpose: Purpose = Purpose.DOSE,
    ) -> Retrieval:
        """Ask for these vials' product, for the patient whose they are or `therapy` is."""
        self.number += 1
        treatment = therapy or vials[0].therapy
        assert treatment is not None
        order = Order(
            number=f"SCH-{9000 + self.number}",
            coi=treatment.coi,
            patient=treatment.patient.pseudonym,
            product_code=vials[0].batch.product.code,
            purpose=purpose,
            quantity=len(vials),
            needed_by=timezone.now() + timedelta(days=self.number),
            destination="Clinic North",
        )
        message = IncomingMessage(
            source_system="Scheduling", message_id=f"m{self.number}", body=f"{self.number}"
        )
        (row,) = request_retrievals(
            message=message,
            orders=[order],
            attribution=self.world.says(self.world.supervisor),
            at=NOON,
        )
        return row

    def claimed(self, vials: Sequence[Vial]) -> Retrieval:
        """Have the technician claim them."""
        row = self.requested(vials)
        return claim_vials(
            retrieval_id=row.pk,
            vial_ids=[vial.pk for vial in vials],
            attribution=self.world.says(self.world.technician),
            at=NOON,
        )

    def scanned(self, vials: Sequence[Vial]) -> Retrieval:
        """Have both people scan them."""
        row, world = self.claimed(vials), self.world
        witness_pick(retrieval_id=row.pk, intent=world.signs(world.witness))
        for person in (world.technician, world.witness):
            for vial in vials:
                scan_pick(
                    retrieval_id=row.pk,
                    code=vial.code,
                    attribution=world.says(person),
                    at=timezone.now(),  # from here on the vial is out
                )
        return row

    def picked(self, vials: Sequence[Vial]) -> Retrieval:
        """Have both people check them out."""
        row, world = self.scanned(vials), self.world
        check_out_retrieval(
            retrieval_id=row.pk,
            intent=world.signs(world.technician, world.witness),
            at=timezone.now(),
        )
        return row

    def handed_over(self, vials: Sequence[Vial], receiver: Receiver = COURIER) -> Retrieval:
        """Have them handed to a courier."""
        row, world = self.picked(vials), self.world
        hand_over_retrieval(
            retrieval_id=row.pk,
            receiver=receiver,
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )
        return row
