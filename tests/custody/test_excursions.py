"""What an excursion does to vials."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import QuerySet

from audit.changes import machine_change
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.consume_vials import consume_vials
from custody.actions.hold_open_excursions import hold_open_excursions
from custody.actions.move_vials import move_vials
from custody.actions.place_vials import place_vials
from custody.actions.release_hold import release_hold
from custody.actions.set_handling_rules import set_handling_rules
from custody.actions.split_vial import Part, split_vial
from custody.chain import check_chains
from custody.models import CustodyEvent, EventKind, Exposure, Hold
from custody.placements import Placement
from custody.watching import watch_holds
from inventory.models import Purpose, VialKind
from sop.models import Deviation, DeviationSource, DeviationStatus
from temperature.models import Excursion, Level, Probe
from temperature.watching import judge_readings
from tests.browsing import Browser
from tests.custody.actions.evidence import refused
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World
from web.quality_pages import holds_url

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the probe of the tank, heard up to noon."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made = fitted_probe(world.tank)
    arrived(made, [-190.0], start=NOON, at=NOON)
    judge_readings(at=NOON)
    return made


def exposures_in(excursion: Excursion) -> QuerySet[Exposure]:
    return Exposure.objects.filter(excursion=excursion)


def said(probe: Probe, *values: float, after: int) -> None:
    """Let the probe say values from so many minutes after noon on, and judge them."""
    start = NOON + after * MINUTE
    at = start + len(values) * MINUTE
    arrived(probe, values, start=start, at=at)
    judge_readings(at=at)


@pytest.mark.urs("URS-105", "URS-112", "URS-113")
def test_lists_exactly_the_vials_that_stood_there(world: World, probe: Probe) -> None:
    there = world.stored(3)

    said(probe, -190.0, -130.0, after=1)

    excursion = Excursion.objects.get(level=Level.CRITICAL)
    assert set(exposures_in(excursion).values_list("vial", "began_at")) == {
        (vial.pk, NOON + 2 * MINUTE) for vial in there
    }
    deviation = Deviation.objects.get(source=DeviationSource.EXCURSION)
    assert deviation.status == DeviationStatus.OPEN
    assert "above −135 °C (critical) from 2026-11-20 13:02+01:00 on" in deviation.what_happened
    assert "3 vials stood in it" in deviation.what_happened


@pytest.mark.urs("URS-112")
def test_counts_also_a_vial_that_left_and_not_one_that_came_after(
    world: World, probe: Probe
) -> None:
    left, stayed = world.stored(2)
    check_out_vials(
        vial_ids=[left.pk],
        purpose=InternalPurpose.REARRANGE,
        intent=world.signs(world.technician, world.witness),
        at=NOON + 5 * MINUTE,
    )

    said(probe, -190.0, -130.0, -190.0, after=3)  # found after the vial left
    said(probe, -130.0, -190.0, after=8)

    first, second = Excursion.objects.filter(level=Level.CRITICAL).order_by("began_at")
    assert set(exposures_in(first).values_list("vial", flat=True)) == {left.pk, stayed.pk}
    assert set(exposures_in(second).values_list("vial", flat=True)) == {stayed.pk}


@pytest.mark.urs("URS-113")
def test_one_event_opens_one_deviation(world: World, probe: Probe) -> None:
    world.stored()

    said(probe, *[-149.0] * 8, -130.0, -130.0, after=1)

    assert Excursion.objects.count() == 2
    assert Deviation.objects.filter(source=DeviationSource.EXCURSION).count() == 1


@pytest.mark.urs("URS-37")
def test_an_exposure_is_never_altered(world: World, probe: Probe) -> None:
    world.stored()
    said(probe, -130.0, after=1)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE custody_exposure SET evidence = 'unknown'")
    assert Exposure.objects.get().evidence == "measured"


def the_hold() -> Hold:
    return Hold.objects.get(placed_by__isnull=True)


def held_under(hold: Hold) -> set[int]:
    return set(hold.held_vials.filter(released_at__isnull=True).values_list("vial", flat=True))


@pytest.mark.urs("URS-113", "URS-115")
def test_holds_what_stood_there_in_the_change_that_finds_it(world: World, probe: Probe) -> None:
    keys = {vial.pk for vial in world.stored(3)}

    said(probe, *[-149.0] * 8, after=1)
    assert not Hold.objects.exists()  # action: a deviation, no hold
    said(probe, -130.0, after=9)

    hold = the_hold()
    assert (hold.scope, hold.subject, hold.rules) == ("unit", world.tank.code, None)
    assert hold.excursion == Excursion.objects.get(level=Level.CRITICAL)
    assert held_under(hold) == keys
    events = CustodyEvent.objects.filter(kind=EventKind.HELD)
    exposed = Exposure.objects.filter(excursion=hold.excursion)
    assert set(events.values_list("change", flat=True)) == {exposed.earliest("pk").change_id}
    assert {event.details["hold"] for event in events} == {hold.pk}
    assert all(event.to_place.startswith("LN2-01 › R1 › Box 1 › A") for event in events)
    assert all(check.intact and check.unbroken for check in check_chains(keys).values())
    assert f"Hold {hold.pk} holds 3 vials" in Deviation.objects.get().what_happened

    said(probe, -190.0, after=10)
    assert held_under(the_hold()) == keys  # over, and still held


@pytest.mark.urs("URS-112", "URS-113")
def test_holds_what_was_taken_out_since_and_tells_of_what_is_gone(
    world: World, probe: Probe
) -> None:
    [stays] = world.stored()
    out, used_up, whole = world.stored(3, purpose=Purpose.QC)
    signs = world.signs(world.technician, world.witness)
    check_out_vials(
        vial_ids=[out.pk, used_up.pk, whole.pk],
        purpose=InternalPurpose.QC,
        intent=signs,
        at=NOON + 5 * MINUTE,
    )
    halves = [
        Part(code=code, volume_ml=whole.volume_ml / 2, kind=VialKind.VIAL, purpose=Purpose.QC)
        for code in ("HALF-1", "HALF-2")
    ]
    parts = split_vial(vial_id=whole.pk, parts=halves, intent=signs, at=NOON + 6 * MINUTE)
    consume_vials(vial_ids=[used_up.pk], test="Potency", intent=signs, at=NOON + 6 * MINUTE)

    said(probe, -130.0, -190.0, after=3)

    assert held_under(the_hold()) == {out.pk, stays.pk, *(part.pk for part in parts)}
    deviation = Deviation.objects.get()
    assert f"1 had left for good and cannot be held, assess each: {used_up.code}." in (
        deviation.what_happened
    )
    assert [row.vial for row in deviation.vials.all()] == [used_up]


@pytest.mark.urs("URS-113")
def test_holds_from_the_level_that_quality_signed(world: World, probe: Probe) -> None:
    world.stored()
    qa = world.signs(world.qa)
    set_handling_rules(late_entry_hours=24, holds_excursions_from="never", intent=qa)

    said(probe, -130.0, -190.0, after=1)
    assert not Hold.objects.exists()

    rules = set_handling_rules(late_entry_hours=24, holds_excursions_from="action", intent=qa)
    said(probe, *[-149.0] * 8, after=3)

    assert the_hold().rules == rules
    desk = Browser()
    desk.force_login(world.qa)
    for address in (holds_url(), f"/quality/holds/{the_hold().pk}/"):
        assert "The portal (rules of handling, version 2)" in desk.get(address).text


@pytest.mark.urs("URS-113")
def test_rules_reach_an_excursion_that_goes_on_by_the_clock_and_once(
    world: World, probe: Probe
) -> None:
    [vial], at = world.stored(), NOON + 20 * MINUTE
    said(probe, *[-149.0] * 19, after=1)
    assert watch_holds(at=at) == 0, "from critical on, until quality signs"
    qa = world.signs(world.qa)
    desk = Browser()
    desk.force_login(world.qa)
    sheet = desk.get("/configure/handling/set/").text
    assert f"{world.tank.name}, action, by {probe.code} since 2026-11-20 13:01+01:00" in sheet
    assert "held within a minute of your signature" in sheet

    rules = set_handling_rules(late_entry_hours=24, holds_excursions_from="action", intent=qa)
    assert watch_holds(at=at + 6 * MINUTE) == 1

    hold = Hold.objects.latest("pk")
    assert held_under(hold) == {vial.pk}
    assert (hold.rules, hold.placed_by) == (rules, None)
    assert f"Hold {hold.pk} holds 1 vials" in Deviation.objects.latest("pk").what_happened
    assert watch_holds(at=at + 7 * MINUTE) == 0, "it is held once"
    said(probe, -145.0, after=20)
    assert Hold.objects.latest("pk") == hold
    release_hold(hold_id=hold.pk, intent=world.signs(world.qa), at=at + 9 * MINUTE)
    assert watch_holds(at=at + 10 * MINUTE) == 0, "quality released it"
    assert "No excursion goes on" not in desk.get("/configure/handling/set/").text


@pytest.mark.urs("URS-113")
def test_the_clock_holds_nothing_by_rules_that_hold_nothing_or_in_an_empty_unit(
    world: World, probe: Probe
) -> None:
    qa = world.signs(world.qa)
    set_handling_rules(late_entry_hours=24, holds_excursions_from="never", intent=qa)
    said(probe, -130.0, after=1)
    assert watch_holds(at=NOON + 3 * MINUTE) == 0
    set_handling_rules(late_entry_hours=24, holds_excursions_from="action", intent=qa)

    assert watch_holds(at=NOON + 3 * MINUTE) == 0, "nothing stands there"
    assert hold_open_excursions(unit_id=world.tank.pk, at=NOON + 3 * MINUTE) == []
    assert not Hold.objects.exists()


@pytest.mark.urs("URS-113")
def test_what_quality_released_is_not_held_again_for_the_same_excursion(
    world: World, probe: Probe
) -> None:
    world.stored()
    said(probe, -130.0, after=1)
    release_hold(hold_id=the_hold().pk, intent=world.signs(world.qa), at=NOON + 2 * MINUTE)

    said(probe, -120.0, after=2)
    assert not held_under(the_hold())

    said(probe, -190.0, -130.0, after=3)  # another one
    assert len(held_under(Hold.objects.latest("pk"))) == 1


@pytest.mark.urs("URS-105", "URS-113")
def test_a_critically_warm_unit_takes_nothing_in(world: World, probe: Probe) -> None:
    [inside], [coming] = world.stored(), world.received()
    said(probe, -130.0, after=1)
    into = Placement(vial_id=coming.pk, position_id=world.place("B1").pk)
    within = Placement(vial_id=inside.pk, position_id=world.place("B2").pk)
    says = world.says(world.technician)

    with refused("UNIT_TOO_WARM"):
        place_vials(placements=[into], attribution=says, at=NOON + 3 * MINUTE)
    move_vials(placements=[within], attribution=says, at=NOON + 3 * MINUTE)

    said(probe, -190.0, after=4)
    place_vials(placements=[into], attribution=says, at=NOON + 6 * MINUTE)


@pytest.mark.urs("URS-112", "URS-113")
def test_holds_also_what_comes_while_it_goes_on(world: World, probe: Probe) -> None:
    [first], [coming] = world.stored(), world.received()
    qa = world.signs(world.qa)
    set_handling_rules(late_entry_hours=24, holds_excursions_from="action", intent=qa)
    said(probe, *[-149.0] * 8, after=1)
    into = Placement(vial_id=coming.pk, position_id=world.place("B1").pk)
    place_vials(placements=[into], attribution=world.says(world.technician), at=NOON + 9 * MINUTE)

    said(probe, -140.0, after=9)

    holds = Hold.objects.order_by("pk")
    assert [held_under(hold) for hold in holds] == [{first.pk}, {coming.pk}]
    assert f"Hold {holds[1].pk} holds 1 vials" in Deviation.objects.get().what_happened


def test_a_hold_is_by_a_person_or_by_rule(world: World) -> None:
    with (
        pytest.raises(IntegrityError, match="custody_a_hold_is_by_a_person_or_by_rule"),
        machine_change("test", action="test", reason="Past the rules"),
    ):
        Hold(scope="unit", subject="X", reason="x", placed_at=NOON).save(force_insert=True)
