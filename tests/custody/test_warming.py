"""How warm vials became while they were out: by signed curves, from the ledger and the lifts."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from audit.errors import ActionRefused, NotAuthorised
from audit.models import Signature
from custody.actions.accept_exposure import accept_exposure
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.lift_container import lift_container
from custody.actions.put_back_vials import put_back_vials
from custody.actions.return_container import return_container
from custody.actions.set_carrier import set_carrier
from custody.actions.set_warming_curve import set_warming_curve
from custody.curves import UNTOLD, Heat
from custody.findings import Verdict
from custody.models import Carrier, EvidenceClass, WarmingCurve, Way
from custody.moment import Moment
from custody.queries.exposure import exposure_page
from custody.queries.facts import facts_by_code
from custody.queries.times_out import times_out
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from custody.rules.accepting import Allowance
from custody.time_out import out_since
from custody.warmth import heat_by
from inventory.models import StorageClass, Vial
from tests.custody.actions.ways import placements
from tests.custody.curves import LIFT, curve_facts, curve_set
from tests.custody.test_carriers import CART
from tests.world import NOON, World, fresh

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

pytestmark = pytest.mark.urs("URS-112")


@pytest.fixture
def vial(world: World) -> Vial:
    """Return a vial that stands in the box, quietly since noon."""
    return world.stored()[0]


def left(world: World, vial: Vial, carrier: Carrier | None = None, at: datetime = NOON) -> datetime:
    """Check a vial out; return when the ledger says that it left."""
    check_out_vials(
        vial_ids=[vial.pk],
        purpose=InternalPurpose.QC,
        intent=world.signs(world.technician, world.witness),
        at=at,
        carrier_id=None if carrier is None else carrier.pk,
    )
    return out_since([vial.pk])[vial.pk]


def was_out(
    world: World,
    vial: Vial,
    seconds: float,
    carrier: Carrier | None = None,
    at: datetime = NOON,
) -> datetime:
    """Take a vial out and put it back; return when."""
    back = left(world, vial, carrier, at) + seconds * SECOND
    put_back_vials(
        placements=placements(world.other_box, fresh([vial])),
        attribution=world.says(world.technician),
        at=back,
    )
    return back


def heat(vial: Vial, at: datetime) -> Heat | None:
    """Return how warm it became, the same alone as by its page."""
    facts = warmth_of([vial.pk], at=at)
    times = times_out(facts, at=at)[vial.pk]
    found = heat_by(facts[vial.pk], at)
    told = [*(line.found for line in times.lifts), *(line.found for line in times.outings)]
    told += [] if times.now is None else [times.now]
    known = [each.celsius for each in told if each.celsius is not None]
    assert max(known, default=None) == pytest.approx(None if found is None else found.warmest)
    return found


def of_estimate(world: World, vial: Vial, at: datetime) -> Verdict | None:
    """Return what the estimate says in the verdict, the same alone as in a set."""
    judged = verdicts([vial.pk], at=at)[vial.pk]
    alone = facts_by_code(vial.code, seen_by=world.qa, at=at)
    assert alone is not None
    assert alone.judgement == judged
    codes = {"ESTIMATED_WARMER", "ESTIMATE_ACCEPTED"}
    return next((each.verdict for each in judged.findings if each.code in codes), None)


@pytest.mark.urs("URS-105")
def test_what_was_warmer_than_it_may_be_is_for_quality_to_decide(world: World, vial: Vial) -> None:
    curve_set(world)
    back = was_out(world, vial, 70)
    at = back + HOUR
    assert heat(vial, at) == Heat(-135.0, pytest.approx(-125.0), times=1)  # type: ignore[arg-type] # nearly
    assert of_estimate(world, vial, at) == Verdict.AMBER
    allowed = Allowance(
        most=20,
        longest_single=HOUR,
        longest_total=HOUR,
        valid_until=None,
        reasoning="Study 9",
    )

    def accept(celsius: str | None) -> None:
        warmest = None if celsius is None else Decimal(celsius)
        intent = world.signs(world.qa)
        accept_exposure(
            vial_ids=[vial.pk],
            allowance=Allowance(**vars(allowed) | {"warmest_celsius": warmest}),
            intent=intent,
            at=back + MINUTE,
        )

    for too_cold in (None, "-125.1"):
        with pytest.raises(ActionRefused) as refused:
            accept(too_cold)
        assert [each.code for each in refused.value.refusals] == ["COLDER_THAN_SEEN"]
    accept("-125.0")

    assert vial.acceptances.get().seen_celsius == Decimal("-125.0")
    assert of_estimate(world, vial, at) == Verdict.GREEN
    again = was_out(world, vial, 75, at=back + MINUTE)
    assert of_estimate(world, vial, again + HOUR) == Verdict.AMBER


def test_without_a_curve_the_verdict_is_as_ever_and_the_temperature_unknown(
    world: World, vial: Vial
) -> None:
    curve_set(world, name="Bags", least_ml=Decimal(50))
    at = was_out(world, vial, 70) + HOUR

    facts = warmth_of([vial.pk], at=at)

    assert facts[vial.pk].warmed is UNTOLD
    assert heat(vial, at) is None
    assert of_estimate(world, vial, at) is None
    [line] = times_out(facts, at=at)[vial.pk].outings
    assert line.found.evidence == EvidenceClass.UNKNOWN


def test_it_warms_up_while_it_is_out(world: World, vial: Vial) -> None:
    curve_set(world)
    began = left(world, vial)

    for seconds, celsius in ((0, -190), (30, -160), (60, -130), (120, -100)):
        found = heat(vial, began + seconds * SECOND)
        assert found is not None
        assert (found.warmest or -190) == pytest.approx(celsius, abs=0.01)
    beyond = exposure_page(vial.pk, at=began + 3 * MINUTE).times.now
    assert beyond is not None
    assert beyond.celsius == pytest.approx(-100)
    assert beyond.evidence == EvidenceClass.UNKNOWN


@pytest.mark.urs("URS-105")
def test_neighbours_that_are_lifted_warm_up_too_and_alike(world: World) -> None:
    vials = world.stored(3)
    curve_set(world, name="Racks", way=Way.LIFT, points=LIFT)
    said = world.says(world.technician)
    lift_container(container_id=world.rack.pk, attribution=said, at=NOON + 10 * MINUTE)
    return_container(container_id=world.box.pk, attribution=said, at=NOON + 11.5 * MINUTE)
    at = NOON + HOUR

    found = warmth_of([vial.pk for vial in vials], at=at)

    assert {id(facts) for facts in found.values()} == {id(found[vials[0].pk])}
    for one in vials:
        assert warmth_of([one.pk], at=at) == {one.pk: found[one.pk]}
        warmed = heat(one, at)
        assert warmed is not None
        assert warmed.warmest == pytest.approx(-181.0)
        assert (warmed.times, warmed.unknown) == (0, 0)


def test_its_carrier_has_its_own_curve_and_what_came_before_adds_up(
    world: World, vial: Vial
) -> None:
    curve_set(world)
    cart = set_carrier(facts=CART, intent=world.signs(world.qa), at=NOON)
    back = was_out(world, vial, 90, cart)

    details = vial.events.filter(kind="put_back").get().details
    assert (details["carrier_kind"], details["seconds_exposed"]) == ("ln2_cart", 0)
    before = heat(vial, back + HOUR)
    assert before is not None
    assert before.warmest is None  # its carrier kept it cold, as it was qualified

    curve_set(world, name="Carts", way=Way.LN2_CART, points=[(0, -190), (900, -100)])

    after = heat(vial, back + HOUR)
    assert after is not None
    assert after.warmest == pytest.approx(-181.0)


def test_a_curve_counts_for_every_time_out_but_not_before_it_was_signed(
    world: World, vial: Vial
) -> None:
    back = was_out(world, vial, 70)
    at = back + HOUR
    before = datetime.now(tz=NOON.tzinfo)
    curve_set(world)

    assert heat(vial, at) is not None
    then = warmth_of([vial.pk], at=at, moment=Moment(before, before))
    assert then[vial.pk].warmed is UNTOLD
    curve_set(world, is_in_use=False)
    assert heat(vial, at) is None


@pytest.mark.urs("URS-14", "URS-35", "URS-104")
def test_another_version_takes_the_place_of_the_first_and_no_two_tell_of_the_same(
    world: World,
) -> None:
    first, second = curve_set(world), curve_set(world, points=LIFT)

    assert (first.version, second.version) == (1, 2)
    assert Signature.objects.filter(change=second.history.get().change_id).count() == 1
    with pytest.raises(ActionRefused) as refused:
        curve_set(world, name="Another")
    assert [each.code for each in refused.value.refusals] == ["CURVES_OVERLAP"]
    for said in (
        {"way": Way.LIFT},
        {"storage_class": StorageClass.ULT},
        {"is_in_use": False},
    ):
        curve_set(world, name=f"Another by {said}", **said)
    with pytest.raises(NotAuthorised):
        set_warming_curve(facts=curve_facts(), intent=world.signs(world.supervisor), at=NOON)
    with pytest.raises(ActionRefused):
        curve_set(world, points=[(0, -100), (60, -190)])
    assert WarmingCurve.objects.count() == 5
