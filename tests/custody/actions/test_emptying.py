"""Emptying a tank that fails, rack by rack."""

from datetime import timedelta

import pytest

from accounts.models import Person
from accounts.roles import Role
from audit.errors import NotAuthorised, NotFound
from custody.actions.begin_emptying import begin_emptying
from custody.actions.end_emptying import end_emptying
from custody.actions.start_count import start_count
from custody.chain import check_chains
from custody.findings import Verdict
from custody.models import COUNT_WITHIN, CustodyEvent, EmptiedRack, Emptying, EventKind, Stay
from custody.queries.emptying import counts_due, progress_of
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from inventory.actions.block_position import block_position
from inventory.models import Container, Vial, Zone
from sop.actions.begin_emergency_work import begin_emergency_work
from sop.actions.end_emergency_work import end_emergency_work
from sop.models import Deviation, DeviationVial, EmergencyWork
from temperature.watching import judge_readings
from tests.custody.actions.test_move_container import change
from tests.custody.counts import closed, scan
from tests.custody.emptying import (
    LATER,
    after,
    begun,
    moved,
    place_finding,
    put,
    second_rack,
    stored_in,
    take,
    unit,
)
from tests.factories.people import PersonFactory
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World, fresh

pytestmark = pytest.mark.urs("URS-105", "URS-112")


def test_one_signature_begins_it_and_puts_every_vial_under_review(world: World) -> None:
    vials = world.released(2)

    row = begun(world, by=world.qa)

    assert_signed_and_kept(row, action="begin_emptying")
    work = EmergencyWork.objects.get()
    assert (work.deviation, work.begun_by) == (row.deviation.number, world.qa)
    assert set(DeviationVial.objects.values_list("deviation", "vial")) == {
        (row.deviation_id, vial.pk) for vial in vials
    }
    judged = verdicts([vial.pk for vial in vials], at=after(1))
    for judgement in judged.values():
        [found] = [each for each in judgement.findings if each.code == "OPEN_DEVIATION"]
        assert (found.verdict, found.reference) == (Verdict.AMBER, row.deviation_id)
    with refused("EMPTIED_ALREADY"):
        begun(world)


def test_joins_the_emergency_work_that_lasts(world: World) -> None:
    world.released()
    work = begin_emergency_work(
        site_id=world.site.pk, hours=1, intent=world.signs(world.supervisor)
    )

    assert begun(world, hours=99).deviation.number == work.deviation
    assert Deviation.objects.count() == EmergencyWork.objects.count() == 1


def test_is_begun_by_a_supervisor_or_quality_for_a_unit_that_holds_something(world: World) -> None:
    with refused("NOTHING_INSIDE"):
        begun(world)
    world.released()
    for who in (world.technician, world.admin, world.release):
        with unauthorised():
            begun(world, by=who)
    elsewhere = PersonFactory.create(roles=[Role.SUPERVISOR])
    with refused("OUTSIDE_SITE", by=NotAuthorised):
        begun(world, by=elsewhere)
    with refused("OUT_OF_BOUNDS"):
        begun(world, hours=9)
    with refused("NOT_A_UNIT"):
        begin_emptying(
            unit_id=world.rack.pk, hours=1, intent=world.signs(world.supervisor), at=LATER
        )
    assert not Emptying.objects.exists()


def test_a_rack_is_out_from_its_scan_to_the_scan_of_where_it_is_put(world: World) -> None:
    vials, other = world.released(2), unit(world)
    row = begun(world)

    take(world, row, world.rack)
    assert progress_of(row).in_hand_of(world.technician) is not None
    rack = put(world, row, world.rack, other, at=after(300))

    assert (rack.vials, rack.to_unit_id, rack.place) == (2, other.pk, "LN2-02 › R1")
    for vial in fresh(vials):
        event = CustodyEvent.objects.filter(vial=vial).latest("seq")
        assert event.kind == EventKind.MOVED_WITH_CONTAINER
        assert event.details["place_to_confirm"] == row.pk
        assert Stay.objects.open().get(vial=vial).unit_id == other.pk
        exposure = warmth_of([vial.pk], at=after(900))[vial.pk]
        assert exposure.lifts.total == timedelta(minutes=5)
    assert all(each.unbroken for each in check_chains([vial.pk for vial in vials]).values())


def test_under_the_emergency_nobody_asks_for_the_procedure(world: World) -> None:
    world.released()
    untrained = PersonFactory.create(
        roles=[Role.TECHNICIAN], programs=[world.program], sites=[world.site], trained=False
    )
    other, row = unit(world), begun(world)

    take(world, row, world.rack, by=untrained)
    put(world, row, world.rack, other, by=untrained)

    event = CustodyEvent.objects.latest("pk")
    assert event.details["emergency"] == row.deviation.number
    assert event.change.action == "put_down_rack"


def test_after_the_emergency_work_the_procedure_binds_again(world: World) -> None:
    world.released()
    untrained = PersonFactory.create(
        roles=[Role.TECHNICIAN], programs=[world.program], sites=[world.site], trained=False
    )
    other, row = unit(world), begun(world)
    take(world, row, world.rack, by=untrained)
    end_emergency_work(work_id=EmergencyWork.objects.get().pk, intent=world.signs(world.qa))

    with refused("NOT_TRAINED", by=NotAuthorised):
        put(world, row, world.rack, other, by=untrained)
    take(world, row, world.rack, takes_over=True)
    put(world, row, world.rack, other)


def test_the_last_rack_ends_it_and_asks_for_counts(world: World) -> None:
    rack, box = second_rack(world)
    [one], [two], other = world.released(), stored_in(world, box), unit(world)
    row = begun(world)
    moved(world, row, [world.rack], other)
    assert counts_due(seen_by=world.qa, at=after(1)) == []

    take(world, row, rack, by=world.witness, at=after(10))
    put(world, row, rack, other, by=world.witness, at=after(75))

    row.refresh_from_db()
    assert (row.ended_by, row.counts_due_at) == (world.witness, after(75) + COUNT_WITHIN)
    told = Deviation.objects.get().what_happened
    for words in ("R2", "out 1 min 5 s", world.witness.full_name):
        assert words in told
    due = counts_due(seen_by=world.qa, at=after(80))
    assert [each.rack.container_id for each in due] == [world.rack.pk, rack.pk]
    late = counts_due(seen_by=world.qa, at=after(75) + COUNT_WITHIN)
    assert [each.is_overdue for each in late] == [True, True]

    with_later_clock(world, rack, two)

    assert [each.rack.container_id for each in counts_due(seen_by=world.qa, at=after(90))] == [
        world.rack.pk
    ]
    assert one.pk != two.pk


def with_later_clock(world: World, rack: Container, vial: Vial) -> None:
    """Count a rack after it was put down."""
    count = start_count(
        container_id=rack.pk, attribution=world.says(world.technician), at=after(80)
    )
    scan(world, count, vial.code)
    closed(world, count)


def test_the_same_rack_is_carried_by_one_of_two(world: World) -> None:
    world.released()
    other, row = unit(world), begun(world)
    take(world, row, world.rack)

    with refused("CARRIED_BY_ANOTHER"):
        take(world, row, world.rack, by=world.witness)
    with refused("CARRIED_BY_ANOTHER"):
        put(world, row, world.rack, other, by=world.witness)
    handed = take(world, row, world.rack, by=world.witness, at=after(20), takes_over=True)

    assert (handed.taken_out_by, handed.carried_by) == (world.technician, world.witness)
    assert handed.taken_out_at == LATER
    put(world, row, world.rack, other, by=world.witness)
    assert EmptiedRack.objects.count() == 1


def test_what_does_not_belong_here_is_left_where_it_stands(world: World) -> None:
    rack, box = second_rack(world)
    world.released()
    stored_in(world, box)
    other, row = unit(world), begun(world)
    foreign = second_rack_of(world, other)
    moved(world, row, [world.rack], other)

    with refused("FOREIGN_RACK"):
        take(world, row, foreign)
    with refused("MOVED_ALREADY"):
        take(world, row, world.rack, by=world.witness)
    with refused("NOT_TAKEN_OUT"):
        take(world, row, world.tank)
    with refused("NOT_ON_THE_WAY"):
        put(world, row, world.rack, other)
    with refused("UNKNOWN_EMPTYING", by=NotFound):
        take(world, Emptying(pk=0), rack)
    take(world, row, rack)
    with refused("GOES_WITH_ANOTHER"):
        take(world, row, box)


def second_rack_of(world: World, other: Container) -> Container:
    """Add a rack to another unit."""
    kept, world.tank = world.tank, other
    try:
        return second_rack(world, "R6")[0]
    finally:
        world.tank = kept


def test_a_box_that_stands_in_no_rack_goes_into_a_rack_elsewhere(world: World) -> None:
    world.released()
    other = unit(world)
    row = begun(world)
    holder = second_rack_of(world, other)

    without_racks = unit(world, "LN2-03")

    take(world, row, world.box)
    with refused("NO_FREE_PLACE"):
        put(world, row, world.box, without_racks)
    rack = put(world, row, world.box, other)

    assert rack.place == f"LN2-02 › {holder.name} › 2"


def test_what_was_lifted_by_mistake_is_brought_back(world: World) -> None:
    [vial] = world.released()
    row = begun(world)
    take(world, row, world.rack)

    back = put(world, row, world.rack, world.tank, at=after(40))

    assert back.to_unit_id == world.tank.pk
    assert [each.name for each in progress_of(row).left] == ["R1"]
    assert progress_of(row).moved == ()
    assert warmth_of([vial.pk], at=after(900))[vial.pk].lifts.total == timedelta(seconds=40)
    assert place_finding(vial)[1] == "PLACE_KNOWN"
    take(world, row, world.rack, at=after(200))


@pytest.mark.urs("URS-106")
def test_a_full_or_warmer_destination_is_refused_and_the_rack_stays_in_hand(world: World) -> None:
    world.released()
    row = begun(world)
    full, warmer = unit(world, "FULL"), unit(world, "ULT", ult=True)
    for place in full.positions.all():
        block_position(position_id=place.pk, intent=world.signs(world.qa, reason="Cracked"))
    take(world, row, world.rack)

    with refused("NO_FREE_PLACE"):
        put(world, row, world.rack, full)
    with refused("POSITION_BLOCKED"):
        put(world, row, world.rack, full.positions.get(label="R1"))
    with refused("WRONG_STORAGE"):
        put(world, row, world.rack, warmer)

    assert progress_of(row).in_hand_of(world.technician) is not None


def test_a_unit_that_fails_meanwhile_takes_nothing_in(world: World) -> None:
    world.released()
    other, row = unit(world), begun(world)
    LimitVersionFactory.create(profile__unit=other)
    probe = fitted_probe(other)
    take(world, row, world.rack)
    arrived(probe, [-190.0, -130.0], start=NOON, at=LATER)
    judge_readings(at=LATER)

    with refused("UNIT_TOO_WARM"):
        put(world, row, world.rack, other)

    third = unit(world, "LN2-03")
    assert put(world, row, world.rack, third).to_unit_id == third.pk


@pytest.mark.urs("URS-106")
def test_segregation_that_does_not_agree_is_listed_and_another_place_is_preferred(
    world: World,
) -> None:
    world.released()
    apart, row = unit(world), begun(world)
    change(apart, zone=Zone.REJECTED)
    take(world, row, world.rack)

    rack = put(world, row, world.rack, apart)

    assert "Rejected only".lower() in rack.deferred[0]
    assert progress_of(row).not_apart == (rack,)
    row.refresh_from_db()
    assert "rejected only" in row.deviation.what_happened


def test_is_ended_early_with_a_reason_once_nothing_is_on_the_way(world: World) -> None:
    rack, box = second_rack(world)
    world.released()
    stored_in(world, box)
    other, row = unit(world), begun(world)
    moved(world, row, [world.rack], other)
    take(world, row, rack)

    def end(hours: int = 6, by: Person | None = None) -> Emptying:
        return end_emptying(
            emptying_id=row.pk,
            count_hours=hours,
            intent=world.signs(by or world.qa, reason="The tank is cold again"),
            at=after(300),
        )

    with refused("RACK_ON_THE_WAY"):
        end()
    put(world, row, rack, world.tank)
    with refused("COUNT_HOURS"):
        end(73)
    with unauthorised():
        end(by=world.technician)
    ended = end()

    assert_signed_and_kept(ended, action="end_emptying")
    assert "The tank is cold again" in Deviation.objects.get().what_happened
    assert "Still in it: 1 vial." in Deviation.objects.get().what_happened
    assert [each.rack.container_id for each in counts_due(seen_by=world.qa, at=after(301))] == [
        world.rack.pk
    ]
    with refused("EMPTYING_ENDED"):
        take(world, row, rack)
    with refused("EMPTYING_ENDED"):
        end()
    assert begun(world).pk != row.pk
