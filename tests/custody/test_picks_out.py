"""A vial is out from its own scan at the pick until it is back, or the pick is taken back."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.changes import machine_change
from audit.errors import ActionRefused
from audit.models import RefusedAttempt
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.claim_vials import claim_vials
from custody.actions.close_count import close_count
from custody.actions.move_vials import move_vials
from custody.actions.pack_retrieval import pack_retrieval
from custody.actions.put_back_vials import put_back_vials
from custody.actions.release_claim import release_claim
from custody.actions.report_missing import report_missing
from custody.actions.scan_count import scan_count
from custody.actions.scan_pick import scan_pick
from custody.actions.start_count import start_count
from custody.actions.witness_pick import witness_pick
from custody.findings import Verdict
from custody.lifts import Reach, note_lift
from custody.models import Carrier, Lift, PickScan, Retrieval, RetrievalStatus
from custody.placements import Placement
from custody.queries.exposure import exposure_page
from custody.queries.facts import facts_by_code
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from custody.time_out import out_since, picked_since
from custody.warmth import spent_by
from custody.watching import watch_time_out
from inventory.models import StabilityLimits, Vial
from temperature.models import Alarm, AlarmCause
from tests.custody.actions.ways import placements
from tests.custody.retrievals import claimed_retrieval, picked_for_one_order, requested_retrieval
from tests.custody.test_carriers import cart
from tests.factories.inventory import StabilityLimitsFactory
from tests.world import NOON, World, fresh

pytestmark = pytest.mark.urs("URS-112")

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WIDE = {
    "most_exposures": 500,
    "longest_single_exposure": 2000 * MINUTE,
    "longest_total_exposure": 4000 * MINUTE,
}


@pytest.fixture
def pick(world: World) -> tuple[Retrieval, Vial]:
    """Return an order with its claimed vial and both people at it; its product endures much."""
    order, vial = claimed_retrieval(world)
    endures(vial, **WIDE)
    witness_pick(retrieval_id=order.pk, intent=world.signs(world.witness))
    return order, vial


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


def test_the_time_from_the_scan_to_the_signature_counts_and_is_one_time_out(
    world: World, pick: tuple[Retrieval, Vial]
) -> None:
    order, vial = pick
    neighbour = world.stored()[0]
    start = NOON + 60 * MINUTE
    scanned(world, order, vial, start)

    assert used(vial, start + 7 * MINUTE) == (1, 420, 420)
    assert used(neighbour, start + 7 * MINUTE) == (1, 120, 120)  # the rack: as signed, two minutes

    checked_out(world, order, start + 7 * MINUTE)
    assert out_since([vial.pk]) == {vial.pk: start}
    assert used(vial, start + 9 * MINUTE) == (1, 540, 540)

    put_back(world, vial, start + 10 * MINUTE)
    event = vial.events.get(kind="put_back")
    assert event.details["seconds_out"] == 600
    assert used(vial, start + 60 * MINUTE) == (1, 600, 600)


def test_a_carrier_keeps_cold_from_the_signature_on_and_not_before(
    world: World, pick: tuple[Retrieval, Vial]
) -> None:
    order, vial = pick
    now = timezone.now()
    scanned(world, order, vial, now - 5 * MINUTE)
    checked_out(world, order, now, cart(world))
    into = vial.events.get(kind="checked_out").recorded_at
    assert into is not None
    lead = into - now + 5 * MINUTE

    for minutes, warm in ((0, 0), (30, 0), (60, 0), (75, 15)):
        at = into + minutes * MINUTE
        found = spent_by(warmth_of([vial.pk], at=at)[vial.pk], at)
        assert (found.times, found.longest, found.total) == (1, *[lead + warm * MINUTE] * 2)

    put_back(world, vial, into + 75 * MINUTE)
    details = vial.events.get(kind="put_back").details
    assert details["seconds_exposed"] == round((lead + 15 * MINUTE).total_seconds())
    assert details["seconds_out"] == round((lead + 75 * MINUTE).total_seconds())


def test_a_pick_that_is_given_back_ends_its_time_out_on_the_ledger(
    world: World, pick: tuple[Retrieval, Vial]
) -> None:
    order, vial = pick
    start = NOON + 60 * MINUTE
    scanned(world, order, vial, start, both=False)

    given_back(world, order, start + 12 * MINUTE)

    details = vial.events.get(kind="claim_released").details
    assert details["seconds_out"] == 720
    assert datetime.fromisoformat(details["picked_at"]) == start
    assert used(vial, start + 600 * MINUTE) == (1, 720, 720)
    assert used(vial, start + 5 * MINUTE) == (1, 300, 300)  # as it was then
    assert used(vial, start - SECOND) == (0, 0, 0)
    page = exposure_page(vial.pk, at=start + 600 * MINUTE)
    assert [(line.is_abandoned, line.lasted) for line in page.times.outings] == [
        (True, 12 * MINUTE)
    ]
    assert page.going_on is None


def test_a_count_that_sees_it_in_its_place_ends_it_and_the_next_scan_begins_another(
    world: World, pick: tuple[Retrieval, Vial]
) -> None:
    order, vial = pick
    start = NOON + 60 * MINUTE
    scanned(world, order, vial, start, both=False)
    count = start_count(
        container_id=world.box.pk, attribution=world.says(world.supervisor), at=start + MINUTE
    )
    scan_count(
        count_id=count.pk,
        text=vial.code,
        attribution=world.says(world.supervisor),
        at=start + 3 * MINUTE,
    )
    close_count(count_id=count.pk, intent=world.signs(world.supervisor), at=start + 20 * MINUTE)

    assert picked_since([vial.pk], at=start + 30 * MINUTE) == {}
    assert vial.events.get(kind="counted").details["seconds_out"] == 180

    witnessed = start + 40 * MINUTE
    scan_pick(
        retrieval_id=order.pk,
        code=vial.code,
        attribution=world.says(world.witness),
        at=witnessed,
    )
    assert picked_since([vial.pk], at=witnessed + MINUTE) == {vial.pk: witnessed}
    checked_out(world, order, witnessed + MINUTE)
    found = spent_by(warmth_of([vial.pk], at=witnessed + MINUTE)[vial.pk], witnessed + MINUTE)
    assert (found.taken_out, found.longest) == (2, 3 * MINUTE)


def test_a_count_of_before_the_scan_ends_nothing(
    world: World, pick: tuple[Retrieval, Vial]
) -> None:
    order, vial = pick
    start = NOON + 60 * MINUTE
    by = world.says(world.supervisor)
    count = start_count(container_id=world.box.pk, attribution=by, at=start)
    scan_count(count_id=count.pk, text=vial.code, attribution=by, at=start + MINUTE)
    scanned(world, order, vial, start + 2 * MINUTE)

    close_count(count_id=count.pk, intent=world.signs(world.supervisor), at=start + 5 * MINUTE)

    since = picked_since([vial.pk], at=start + 9 * MINUTE)
    assert since == {vial.pk: start + 2 * MINUTE}


def test_moving_it_or_missing_it_ends_it_on_the_ledger(
    world: World, pick: tuple[Retrieval, Vial]
) -> None:
    order, vial = pick
    start = NOON + 60 * MINUTE
    scanned(world, order, vial, start, both=False)
    move_vials(
        placements=placements(world.other_box, [vial]),
        attribution=world.says(world.technician),
        at=start + 4 * MINUTE,
    )
    assert vial.events.get(kind="moved").details["seconds_out"] == 240
    scan_pick(
        retrieval_id=order.pk,
        code=vial.code,
        attribution=world.says(world.witness),
        at=start + 10 * MINUTE,
    )

    report_missing(
        vial_ids=[vial.pk],
        searched="The bench",
        intent=world.signs(world.technician),
        at=start + 15 * MINUTE,
    )

    assert vial.events.get(kind="went_missing").details["seconds_out"] == 300
    found = spent_by(warmth_of([vial.pk], at=start + 99 * MINUTE)[vial.pk], start + 99 * MINUTE)
    assert (found.taken_out, found.longest) == (2, 5 * MINUTE)


@pytest.mark.urs("URS-89", "URS-23")
def test_a_vial_whose_budget_is_spent_is_refused_at_its_scan_and_what_was_lifted_counts(
    world: World, pick: tuple[Retrieval, Vial]
) -> None:
    order, vial = pick
    endures(vial, longest_single_exposure=SECOND, longest_total_exposure=SECOND)
    lifts = Lift.objects.count()

    with pytest.raises(ActionRefused) as refused:
        scanned(world, order, vial, NOON + 60 * MINUTE)

    codes = [each.code for each in refused.value.refusals]
    assert codes in (["WOULD_EXCEED"], ["EXPOSURE_EXCEEDED"])
    assert not PickScan.objects.exists()
    assert RefusedAttempt.objects.filter(action="scan_pick").count() == 1
    assert Lift.objects.count() > lifts


@pytest.mark.urs("URS-89")
def test_what_is_out_by_its_scan_is_checked_out_however_long_it_took_and_never_packed(
    world: World, pick: tuple[Retrieval, Vial]
) -> None:
    order, vial = pick
    endures(vial, longest_single_exposure=5 * MINUTE, longest_total_exposure=9 * MINUTE)
    start = NOON + 60 * MINUTE
    scanned(world, order, vial, start, both=False)
    scan_pick(
        retrieval_id=order.pk,
        code=vial.code,
        attribution=world.says(world.witness),
        at=start + 20 * MINUTE,
    )

    checked_out(world, order, start + 21 * MINUTE)

    at = start + 22 * MINUTE
    judged = verdicts([vial.pk], at=at)[vial.pk]
    alone = facts_by_code(vial.code, seen_by=world.qa, at=at)
    assert alone is not None
    assert alone.judgement == judged
    found = next(one for one in judged.findings if one.evidence == "exposure")
    assert (found.code, found.verdict) == ("BUDGET_EXCEEDED", Verdict.RED)
    with pytest.raises(ActionRefused) as refused:
        pack_retrieval(
            retrieval_id=order.pk,
            codes=[vial.code],
            shipper="DS-1",
            seal_number="S-1",
            intent=world.signs(world.technician, world.witness),
            at=at,
        )
    assert "EXPOSURE_EXCEEDED" in [each.code for each in refused.value.refusals]


@pytest.mark.urs("URS-107", "URS-113")
def test_the_alarm_names_the_picker_and_ends_with_the_act_that_ends_the_pick(
    world: World, pick: tuple[Retrieval, Vial]
) -> None:
    order, vial = pick
    endures(vial, longest_single_exposure=5 * MINUTE, longest_total_exposure=9 * MINUTE)
    start = NOON + 60 * MINUTE
    scanned(world, order, vial, start, both=False)
    assert watch_time_out(at=start + 4 * MINUTE) == 0

    assert watch_time_out(at=start + 6 * MINUTE) == 1
    alarm = Alarm.objects.get(cause=AlarmCause.OUT)
    assert world.technician.full_name in alarm.words
    assert vial.code in alarm.words

    given_back(world, order, start + 8 * MINUTE)
    alarm.refresh_from_db()
    assert alarm.resolved_at == start + 8 * MINUTE
    assert watch_time_out(at=start + 9 * MINUTE) == 0


@pytest.mark.urs("URS-107", "URS-113")
def test_putting_it_back_ends_its_alarm_at_once(world: World, pick: tuple[Retrieval, Vial]) -> None:
    order, vial = pick
    endures(vial, longest_single_exposure=5 * MINUTE, longest_total_exposure=9 * MINUTE)
    start = NOON + 60 * MINUTE
    scanned(world, order, vial, start)
    checked_out(world, order, start + MINUTE)
    watch_time_out(at=start + 6 * MINUTE)

    put_back(world, vial, start + 7 * MINUTE)

    assert Alarm.objects.get(cause=AlarmCause.OUT).resolved_at == start + 7 * MINUTE


@pytest.mark.urs("URS-32")
def test_an_order_of_which_nothing_is_out_any_more_can_be_picked_again(world: World) -> None:
    order, vials = picked_for_one_order(world)
    endures(vials[0], **WIDE)

    put_back(world, vials[0], NOON + 2 * MINUTE)
    order.refresh_from_db()
    assert order.status == RetrievalStatus.PICKED
    assert order.claims.open().count() == 2

    put_back(world, vials[1], NOON + 3 * MINUTE)
    order.refresh_from_db()
    assert (order.status, order.claimed_by, order.witness) == ("requested", None, None)
    assert not order.claims.open().exists()
    for vial in fresh(vials):
        assert "was put back" in vial.events.latest("seq").reason
    claim_vials(
        retrieval_id=order.pk,
        vial_ids=[vial.pk for vial in vials],
        attribution=world.says(world.witness),
        at=NOON + 4 * MINUTE,
    )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["scan", "witness", "check out", "back", "give back", *Reach]),
        st.integers(1, 400),
    ),
    max_size=9,
)


class Picking:
    """Picks of one vial, one after the other, and what is lifted beside them."""

    def __init__(self, world: World, vial: Vial) -> None:
        self.world, self.vial = world, vial
        self.order: Retrieval | None = None
        self.since: datetime | None = None
        self.own: list[tuple[datetime, datetime]] = []

    def do(self, step: str, at: datetime) -> None:
        """Do one step where it is possible."""
        if isinstance(step, Reach):
            self._lift(step, at)
            return
        if self.order is None:
            self.order = self._claimed(at)
        try:
            self._act(step, self.order, at)
        except ActionRefused:
            return
        if step in {"scan", "witness"}:
            self.since = self.since or at
        if step in {"back", "give back"}:
            self.own += [] if self.since is None else [(self.since, at)]
            self.order = self.since = None

    def _act(self, step: str, order: Retrieval, at: datetime) -> None:
        world = self.world
        if step in {"scan", "witness"}:
            by = world.technician if step == "scan" else world.witness
            said = world.says(by)
            scan_pick(retrieval_id=order.pk, code=self.vial.code, attribution=said, at=at)
        elif step == "check out":
            checked_out(world, order, at)
        elif step == "back":
            put_back(world, self.vial, at)
        else:
            given_back(world, order, at)

    def _claimed(self, at: datetime) -> Retrieval:
        world = self.world
        order = requested_retrieval(world, self.vial)
        said = world.says(world.technician)
        keys = [self.vial.pk]
        claim_vials(retrieval_id=order.pk, vial_ids=keys, attribution=said, at=at)
        witness_pick(retrieval_id=order.pk, intent=world.signs(world.witness))
        return order

    def _lift(self, reach: Reach, at: datetime) -> None:
        with machine_change("test", action="test", reason="Test") as change:
            note_lift(change, reach, positions=[self.world.place("C1").pk], at=at)


def length_of_union(spans: list[tuple[datetime, datetime]]) -> timedelta:
    """Return how long at least one of these times goes on."""
    total, reached = timedelta(), datetime.min.replace(tzinfo=NOON.tzinfo)
    for began, ended in sorted(spans):
        total += max(timedelta(), ended - max(began, reached))
        reached = max(reached, ended)
    return total


@given(steps=STEPS)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_done_it_is_out_for_the_union_of_its_times(
    world: World, steps: list[tuple[str, int]]
) -> None:
    before = transaction.savepoint()
    vial, neighbour = world.released(2)
    endures(vial, **WIDE)
    picking, clock = Picking(world, vial), NOON + 60 * MINUTE
    for step, pause in steps:
        clock += pause * SECOND
        picking.do(step, clock)
    until = clock + 100 * SECOND

    facts = warmth_of([vial.pk, neighbour.pk], at=until)
    found = spent_by(facts[vial.pk], until)

    own = picking.own + ([] if picking.since is None else [(picking.since, until)])
    lifts = exposure_page(neighbour.pk, at=until).times.lifts
    lifted = [(row.began_at, row.ended_at) for row in lifts]
    assert found.total == length_of_union(own + lifted)
    assert found.taken_out == len(own)
    for key in facts:
        assert warmth_of([key], at=until) == {key: facts[key]}
    transaction.savepoint_rollback(before)
