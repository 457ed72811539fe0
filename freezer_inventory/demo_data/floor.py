"""The verbs of the demo's floor: each calls one action, as the people of the demo."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from audit.models import Meaning
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.decide_quality import decide_quality
from custody.actions.place_hold import place_hold
from custody.actions.place_vials import place_vials
from custody.actions.put_back_vials import put_back_vials
from custody.actions.receive_batch import Inspection, receive_batch
from custody.actions.return_container import return_container
from custody.models import Carrier, Hold, HoldScope, Outcome
from custody.placements import Placement
from custody.queries.exposure import lifted_now
from freezer_inventory.demo_data.announcements import number_of
from freezer_inventory.demo_data.cast import Cast
from freezer_inventory.demo_data.setting import Setting
from freezer_inventory.demo_data.storehouse import Storehouse
from inventory.models import Batch, Position, Quality, Vial

MEANINGS = {Quality.REJECTED: Meaning.REJECTED, Quality.QUARANTINE: Meaning.REVIEWED}


@dataclass
class Floor:
    """Who works, where, and with which vials."""

    cast: Cast
    setting: Setting
    storehouse: Storehouse

    def vials(self, product: str, *indexes: int, purpose: str = "") -> list[Vial]:
        """Return the vials of some batches, in the order of their codes."""
        numbers = [number_of(product, index) for index in indexes]
        rows = Vial.objects.filter(batch__number__in=numbers, parent__isnull=True)
        rows = rows.filter(purpose=purpose) if purpose else rows
        return list(rows.select_related("batch", "position").order_by("batch__number", "code"))

    def receive(
        self, product: str, index: int, *, by: str = "technician", second: str = "witness",
        site: str = "ZRH", outcome: Outcome = Outcome.ACCEPTED, celsius: str = "-182.5",
        carrier: str = "",
    ) -> list[Vial]:  # fmt: skip
        """Receive a whole batch at a site, and return its vials in the receiver's hands or cart."""
        vials = self.vials(product, index)
        is_fine = outcome == Outcome.ACCEPTED
        receive_batch(
            batch_id=Batch.objects.get(number=number_of(product, index)).pk,
            vial_ids=ids(vials),
            inspection=Inspection(
                site_id=self.setting.sites[site].pk,
                counted=len(vials),
                seal_number=f"SEAL-{vials[0].pk:05d}",
                seal_intact=is_fine,
                labels_legible=True,
                arrival_celsius=Decimal(celsius),
                outcome=outcome,
                condition="" if is_fine else "The seal was torn open on one side",
            ),
            intent=self.cast.signs(by, "Delivery from manufacturing", second=second),
            at=timezone.now(),
            carrier_id=Carrier.objects.get(name=carrier).pk if carrier else None,
        )
        self.cast.tell()
        return self.vials(product, index)

    def store(self, vials: Sequence[Vial], under: str, *, by: str = "technician") -> None:
        """Place vials in the first free places under an address, as if scanned one by one."""
        place_vials(
            placements=self._placements(vials, self.storehouse.free(under, len(vials))),
            attribution=self.cast.says(by, "Put away after receipt"),
            at=timezone.now(),
        )
        self.cast.tell()

    def put_back(
        self, vials: Sequence[Vial], places: Sequence[Position], *, by: str = "technician"
    ) -> None:
        """Put vials that were out back into places."""
        put_back_vials(
            placements=self._placements(vials, places),
            attribution=self.cast.says(by, "Back into storage"),
            at=timezone.now(),
        )
        self.cast.tell()

    def decide(self, vials: Sequence[Vial], decision: Quality, evidence: str) -> None:
        """Decide on vials, by whoever may."""
        is_qa = decision in MEANINGS
        check = "Review of the batch record"
        decide_quality(
            vial_ids=ids(vials),
            decision=decision,
            evidence=evidence,
            intent=self.cast.signs(
                "qa" if is_qa else "release",
                check,
                meaning=MEANINGS.get(decision, Meaning.RELEASED),
            ),
            at=timezone.now(),
        )
        self.cast.tell()

    def take_out(
        self, vials: Sequence[Vial], purpose: InternalPurpose, *, by: str = "technician"
    ) -> None:
        """Check vials out for an internal purpose, two people signing."""
        second = "witness" if by != "witness" else "technician"
        check_out_vials(
            vial_ids=ids(vials),
            purpose=purpose,
            intent=self.cast.signs(by, purpose.label, second=second),
            at=timezone.now(),
        )
        self.cast.tell()

    def all_back(self) -> None:
        """Say of every rack and box that is out that it is back."""
        for by in ("technician", "supervisor"):
            for row in lifted_now(seen_by=self.cast.people[by], at=timezone.now()):
                return_container(
                    container_id=row.container_id,
                    attribution=self.cast.says(by, "Back in its place"),
                    at=timezone.now(),
                )

    def hold(self, scope: HoldScope, subject: str, reason: str, *, is_recall: bool = False) -> Hold:
        """Hold, or recall, everything under a subject."""
        hold = place_hold(
            scope=scope,
            subject=subject,
            is_recall=is_recall,
            intent=self.cast.signs("qa", reason, meaning=Meaning.APPROVED),
            at=timezone.now(),
        )
        self.cast.tell()
        return hold

    def _placements(self, vials: Sequence[Vial], places: Sequence[Position]) -> list[Placement]:
        return [
            Placement(vial_id=vial.pk, position_id=place.pk, scanned_vial=vial.code)
            for vial, place in zip(vials, places, strict=True)
        ]


def ids(vials: Sequence[Vial]) -> list[int]:
    """Return the keys of vials."""
    return [vial.pk for vial in vials]
