"""Two people and one vial on its way to a patient."""

from accounts.models import Person
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.claim_vials import claim_vials
from custody.actions.hand_over_retrieval import hand_over_retrieval
from custody.actions.pack_retrieval import pack_retrieval
from custody.actions.place_hold import place_hold
from custody.actions.put_back_vials import put_back_vials
from custody.actions.release_claim import release_claim
from custody.actions.scan_pick import scan_pick
from custody.models import Claim, CustodyEvent, EventKind, HoldScope, PickScan
from custody.placements import Placement
from inventory.models import Custody, Vial
from tests.custody.actions.ways import RECEIVER
from tests.custody.races.contest import Contest, Race, happened, torn
from tests.custody.racing import Step
from tests.custody.retrievals import (
    claimed_retrieval,
    picked_for_one_order,
    picked_retrieval,
    requested_retrieval,
    scanned_retrieval,
)
from tests.world import NOON, World

CLAIMING = "custody.actions.claim_vials._earlier"
CHECKING_OUT = "custody.steps.snapshot"


def claiming(world: World, vial: Vial, person: Person) -> Step:
    """Let somebody claim a vial for an order of its own."""
    retrieval = requested_retrieval(world, vial)
    return lambda: claim_vials(
        retrieval_id=retrieval.pk, vial_ids=[vial.pk], attribution=world.says(person), at=NOON
    )


def checking_out(world: World, vial: Vial, person: Person) -> Step:
    """Let somebody check a vial out for QC."""
    return lambda: check_out_vials(
        vial_ids=[vial.pk],
        purpose=InternalPurpose.QC,
        intent=world.signs(person, world.qa),
        at=NOON,
    )


def two_claims(world: World) -> Contest:
    """Two people claim one vial for two orders of its patient."""
    vial = world.released()[0]
    return Contest(
        claiming(world, vial, world.technician),
        claiming(world, vial, world.witness),
        lambda: Claim.objects.open().filter(vial=vial).count() > 1,
    )


def two_check_outs(world: World) -> Contest:
    """Two people check one vial out."""
    vial = world.stored()[0]
    return Contest(
        checking_out(world, vial, world.technician),
        checking_out(world, vial, world.witness),
        lambda: happened(vial, EventKind.CHECKED_OUT) > 1 or torn(vial),
    )


def a_claim_and_a_check_out(world: World) -> Contest:
    """One person checks a vial out for QC while another claims it for its patient."""
    vial = world.released()[0]
    return Contest(
        checking_out(world, vial, world.technician),
        claiming(world, vial, world.witness),
        lambda: is_out(vial) and Claim.objects.open().filter(vial=vial).exists(),
    )


def a_check_out_and_a_release(world: World) -> Contest:
    """Two people check a pick out while a third gives its vials back to everybody."""
    retrieval, vial = scanned_retrieval(world)
    return Contest(
        lambda: check_out_retrieval(
            retrieval_id=retrieval.pk, intent=world.signs(world.technician, world.witness), at=NOON
        ),
        lambda: release_claim(retrieval_id=retrieval.pk, attribution=world.says(world.qa), at=NOON),
        lambda: is_out(vial) and not Claim.objects.open().filter(vial=vial).exists(),
    )


def is_out(vial: Vial) -> bool:
    """Say whether a vial is in somebody's hands."""
    return Vial.objects.filter(pk=vial.pk, custody=Custody.CHECKED_OUT).exists()


def two_scans(world: World) -> Contest:
    """Send the same scan of a pick twice."""
    retrieval, vial = claimed_retrieval(world)

    def scan() -> object:
        return scan_pick(
            retrieval_id=retrieval.pk,
            code=vial.code,
            attribution=world.says(world.technician),
            at=NOON,
        )

    return Contest(scan, scan, lambda: PickScan.objects.count() > 1)


def two_hand_overs(world: World) -> Contest:
    """Send the same hand-over twice."""
    step, vial = handing_over(world)
    return Contest(step, step, lambda: happened(vial, EventKind.HANDED_OVER) > 1)


def a_hand_over_and_a_hold(world: World) -> Contest:
    """One person hands a vial over while QA places a hold on it."""
    step, vial = handing_over(world)

    def hold() -> object:
        return place_hold(
            scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON
        )

    def left_while_held() -> bool:
        rows = CustodyEvent.objects.filter(vial=vial).order_by("seq")
        kinds = list(rows.values_list("kind", flat=True))
        left, held = EventKind.HANDED_OVER, EventKind.HELD
        return left in kinds and kinds.index(held) < kinds.index(left)

    return Contest(step, hold, left_while_held)


def handing_over(world: World) -> tuple[Step, Vial]:
    """Let two people hand over a vial that was picked."""
    retrieval, vial = picked_retrieval(world)
    return (
        lambda: hand_over_retrieval(
            retrieval_id=retrieval.pk,
            receiver=RECEIVER,
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        ),
        vial,
    )


def two_packings(world: World) -> Contest:
    """Two people pack one vial into two shippers."""
    retrieval, vial = picked_retrieval(world)

    def into(shipper: str) -> Step:
        return lambda: pack_retrieval(
            retrieval_id=retrieval.pk,
            codes=[vial.code],
            shipper=shipper,
            seal_number="S-1",
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )

    return Contest(
        into("DS-1"), into("DS-2"), lambda: happened(vial, EventKind.PACKED) > 1 or torn(vial)
    )


def two_put_backs(world: World) -> Contest:
    """Two people each put back one of the two vials that were picked for one order."""
    order, vials = picked_for_one_order(world)

    def back(vial: Vial, place: str, by: Person) -> Step:
        placement = Placement(vial_id=vial.pk, position_id=world.place(place).pk)
        return lambda: put_back_vials(placements=[placement], attribution=world.says(by), at=NOON)

    def is_forgotten() -> bool:
        is_out = Vial.objects.filter(pk__in=[v.pk for v in vials], custody=Custody.CHECKED_OUT)
        return not is_out.exists() and Claim.objects.open().filter(retrieval=order).exists()

    return Contest(
        back(vials[0], "C1", world.technician), back(vials[1], "C2", world.witness), is_forgotten
    )


RACES = {
    "two vials of one order put back": Race(
        prepare=two_put_backs,
        meet_in="custody.actions.put_back_vials.stand",
        loser=frozenset(),
        both_win=True,
    ),
    "two claims of one vial": Race(
        prepare=two_claims,
        meet_in=CLAIMING,
        loser=frozenset({"CLAIMED"}),
        dropped={"custody_claim": "custody_one_claim_per_vial"},
    ),
    "two check-outs of one vial": Race(
        prepare=two_check_outs, meet_in=CHECKING_OUT, loser=frozenset({"WRONG_CUSTODY"})
    ),
    "a claim and a check-out": Race(
        prepare=a_claim_and_a_check_out,
        meet_in=(CHECKING_OUT, CLAIMING),
        loser=frozenset({"CLAIMED", "NOT_STORED"}),
    ),
    "a pick checked out and released": Race(
        prepare=a_check_out_and_a_release,
        meet_in=(
            "custody.actions.check_out_retrieval._picked",
            "custody.actions.release_claim.let_go",
        ),
        loser=frozenset({"NOT_CLAIMED_BY_YOU", "STILL_OUT"}),
        caught_by="a changed row has no history row",
    ),
    "one scan sent twice": Race(
        prepare=two_scans,
        meet_in="custody.actions.scan_pick.PickScan",
        loser=frozenset({"SCANNED_ALREADY"}),
        dropped={"custody_pickscan": "custody_one_scan_per_seat"},
    ),
    "two hand-overs of one pick": Race(
        prepare=two_hand_overs,
        meet_in="custody.actions.hand_over_retrieval._hand_over",
        loser=frozenset({"NOT_PICKED"}),
    ),
    "a hand-over and a hold": Race(
        prepare=a_hand_over_and_a_hold,
        meet_in=(
            "custody.actions.hand_over_retrieval._hand_over",
            "custody.actions.place_hold.hold_vials",
        ),
        loser=frozenset({"ON_HOLD"}),
        both_win=True,
    ),
    "two packings of one vial": Race(
        prepare=two_packings,
        meet_in="custody.actions.pack_retrieval.snapshot",
        loser=frozenset({"WRONG_CUSTODY"}),
    ),
}
