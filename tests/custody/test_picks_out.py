"""A vial is out from its own scan at the pick until it is back, or the pick is taken back."""

from datetime import datetime

import pytest
from django.utils import timezone

from audit.errors import ActionRefused
from audit.models import RefusedAttempt
from custody.actions.claim_vials import claim_vials
from custody.actions.close_count import close_count
from custody.actions.move_vials import move_vials
from custody.actions.pack_retrieval import pack_retrieval
from custody.actions.report_missing import report_missing
from custody.actions.scan_count import scan_count
from custody.actions.scan_pick import scan_pick
from custody.actions.start_count import start_count
from custody.actions.witness_pick import witness_pick
from custody.findings import Verdict
from custody.models import Lift, PickScan, Retrieval, RetrievalStatus
from custody.queries.exposure import exposure_page
from custody.queries.facts import facts_by_code
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from custody.time_out import out_since, picked_since
from custody.warmth import spent_by
from custody.watching import watch_time_out
from inventory.models import Vial
from temperature.models import Alarm, AlarmCause
from tests.custody.actions.ways import placements
from tests.custody.picks import (
    MINUTE,
    SECOND,
    WIDE,
    checked_out,
    endures,
    given_back,
    put_back,
    scanned,
    used,
)
from tests.custody.retrievals import claimed_retrieval, picked_for_one_order
from tests.custody.test_carriers import cart
from tests.world import NOON, World, fresh

pytestmark = pytest.mark.urs("URS-112")


@pytest.fixture
def pick(world: World) -> tuple[Retrieval, Vial]:
    """Return an order with its claimed vial and both people at it; its product endures much."""
    order, vial = claimed_retrieval(world)
    endures(vial, **WIDE)
    witness_pick(retrieval_id=order.pk, intent=world.signs(world.witness))
    return order, vial


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
