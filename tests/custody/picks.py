"""One vial at the pick: scanned, checked out, given back, put back."""

from datetime import datetime, timedelta

from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.put_back_vials import put_back_vials
from custody.actions.release_claim import release_claim
from custody.actions.scan_pick import scan_pick
from custody.models import Carrier, Retrieval
from custody.placements import Placement
from custody.queries.warmth import warmth_of
from custody.warmth import spent_by
from inventory.models import StabilityLimits, Vial
from tests.factories.inventory import StabilityLimitsFactory
from tests.world import World

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WIDE = {
    "most_exposures": 500,
    "longest_single_exposure": 2000 * MINUTE,
    "longest_total_exposure": 4000 * MINUTE,
}


def endures(vial: Vial, **limits: object) -> StabilityLimits:
    """Let the vial's product endure this from here."""
    version = StabilityLimits.objects.filter(product=vial.batch.product).count() + 1
    facts = {"product": vial.batch.product, "version": version} | limits
    found: StabilityLimits = StabilityLimitsFactory.create(**facts)
    return found


def scanned(world: World, order: Retrieval, vial: Vial, at: datetime, *, both: bool = True) -> None:
    """Have the picker scan the vial, and the witness ten seconds later."""
    people = [world.technician, world.witness][: 1 + both]
    for number, person in enumerate(people):
        scan_pick(
            retrieval_id=order.pk,
            code=vial.code,
            attribution=world.says(person),
            at=at + number * 10 * SECOND,
        )


def checked_out(
    world: World, order: Retrieval, at: datetime, carrier: Carrier | None = None
) -> None:
    """Have both sign the check-out."""
    check_out_retrieval(
        retrieval_id=order.pk,
        intent=world.signs(world.technician, world.witness),
        at=at,
        carrier_id=None if carrier is None else carrier.pk,
    )


def given_back(world: World, order: Retrieval, at: datetime) -> None:
    """Have the picker give the claim back."""
    release_claim(retrieval_id=order.pk, attribution=world.says(world.technician), at=at)


def put_back(world: World, vial: Vial, at: datetime, place: str = "") -> None:
    """Put the vial back where it stood, or into another place."""
    label = place or vial.stays.latest("pk").position.label
    put_back_vials(
        placements=[Placement(vial_id=vial.pk, position_id=world.place(label).pk)],
        attribution=world.says(world.technician),
        at=at,
    )


def used(vial: Vial, at: datetime) -> tuple[int, float, float]:
    """Return how often, how long at once and how long in all, in seconds."""
    found = spent_by(warmth_of([vial.pk], at=at)[vial.pk], at)
    return found.times, found.longest.total_seconds(), found.total.total_seconds()
