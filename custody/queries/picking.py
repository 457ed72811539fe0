"""Which vials are out of their places by their scan at a pick, before the check-out is signed."""

from dataclasses import dataclass
from datetime import datetime

from audit.authors import Author
from custody.models import Claim, PickScan
from custody.time_out import picked_since
from inventory.models import Vial


@dataclass(frozen=True, kw_only=True)
class PickedLine:
    """One vial that is out by its scan at a pick: who scanned it first, for which order."""

    vial_id: int
    code: str
    coi: str
    retrieval_id: int
    order_number: str
    person_id: int
    person: str
    since: datetime


def picking_now(*, seen_by: Author, at: datetime) -> list[PickedLine]:
    """Return what is out by its scan at a pick, the longest first; two queries at the most."""
    visible = Vial.objects.visible_to(seen_by)
    scans = PickScan.objects.filter(claim__in=Claim.objects.scanned().filter(vial__in=visible))
    ordered = scans.order_by("claim__vial", "scanned_at", "pk").distinct("claim__vial")
    found = list(ordered.select_related("person", "claim__vial__therapy", "claim__retrieval"))
    if not found:
        return []
    since = picked_since([scan.claim.vial_id for scan in found], at=at)
    lines = [
        _line(scan, since[scan.claim.vial_id]) for scan in found if scan.claim.vial_id in since
    ]
    return sorted(lines, key=lambda line: (line.since, line.vial_id))


def _line(scan: PickScan, since: datetime) -> PickedLine:
    vial, order = scan.claim.vial, scan.claim.retrieval
    return PickedLine(
        vial_id=vial.pk,
        code=vial.code,
        coi="" if vial.therapy is None else vial.therapy.coi,
        retrieval_id=order.pk,
        order_number=order.order_number,
        person_id=scan.person_id,
        person=scan.person.full_name,
        since=since,
    )
