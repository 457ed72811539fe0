"""Registering, fitting, calibrating and retiring probes."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from audit.errors import NotFound
from inventory.actions.add_container import add_container
from inventory.models import Container, Site
from temperature.actions.calibrate_probe import calibrate_probe
from temperature.actions.change_probe import change_probe
from temperature.actions.fit_probe import fit_probe
from temperature.actions.register_probe import register_probe
from temperature.actions.remove_probe import remove_probe
from temperature.actions.retire_probe import retire_probe
from temperature.models import Feed, Fitting, Gap, Probe, ProbeState, Quantity, Zone
from temperature.rules.probes import Certificate, Pace, Place
from temperature.watching import judge_readings, watch_for_silence
from tests.factories.inventory import SiteFactory
from tests.factories.temperature import FeedFactory, arrived
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PACE = Pace(expected_every=MINUTE, flat_after=HOUR)


@pytest.fixture
def feed(world: World) -> Feed:
    """Return a source at the world's site."""
    return FeedFactory.create(site=world.site)


@pytest.fixture
def probe(world: World, feed: Feed) -> Probe:
    """Return a registered probe."""
    return register(world, feed)


def register(world: World, feed: Feed, **said: Any) -> Probe:
    given: dict[str, Any] = {
        "code": "TP-9",
        "quantity": Quantity.TEMPERATURE,
        "channel": "ch9",
        "pace": PACE,
    }
    return register_probe(**(given | said), feed_id=feed.pk, intent=world.signs(world.admin))


def tank_at(world: World, site: Site) -> Container:
    return add_container(
        type_id=world.tank.type_id,
        name="LN2-77",
        site_id=site.pk,
        intent=world.signs(world.admin),
    )


def place(unit: Container, zone: Zone = Zone.LID, offset: str = "0") -> Place:
    return Place(unit_id=unit.pk, zone=zone, mapped_offset=Decimal(offset))


def certificate(noon: datetime) -> Certificate:
    return Certificate(
        number="CAL-7",
        calibrated_at=noon - DAY,
        due_at=noon + 364 * DAY,
        correction=Decimal("0.40"),
    )


@pytest.mark.urs("URS-28")
def test_registers_changes_and_retires_a_probe(world: World, feed: Feed, noon: datetime) -> None:
    by = world.signs(world.admin)
    probe = register(world, feed)
    assert_signed_and_kept(probe, action="register_probe")
    change_probe(probe_id=probe.pk, pace=replace(PACE, flat_after=None), intent=by)
    assert_signed_and_kept(probe, action="change_probe")
    retire_probe(probe_id=probe.pk, intent=by, at=noon)
    assert_signed_and_kept(probe, action="retire_probe")

    probe.refresh_from_db()
    assert (probe.flat_after, probe.retired_at) == (None, noon)
    assert register(world, feed, code="TP-10").channel == "ch9"  # it is free again


def test_refuses_what_cannot_be_registered(world: World, feed: Feed, probe: Probe) -> None:
    with refused("CODE_TAKEN", "CHANNEL_TAKEN"):
        register(world, feed)
    with refused("CODE_MALFORMED", "CHANNEL_MISSING", "IMPOSSIBLE_INTERVAL"):
        register(world, feed, code="T P", channel=" ", pace=replace(PACE, expected_every=5 * HOUR))
    with refused("FLAT_TOO_SOON"):
        register(world, feed, code="TP-10", channel="x", pace=replace(PACE, flat_after=MINUTE))
    with refused("IMPOSSIBLE_WIDTH"):
        register(world, feed, code="TP-10", channel="x", pace=replace(PACE, flat_within=-0.1))
    with refused("IMPOSSIBLE_JUMP"):
        register(world, feed, code="TP-10", channel="x", pace=replace(PACE, most_jump=0.1))
    retired = FeedFactory.create(retired_at=world.signs(world.admin).confirmed_at)
    with refused("UNKNOWN_FEED", by=NotFound):
        register(world, retired, code="TP-10")


@pytest.mark.urs("URS-112")
def test_where_it_sits_follows_one_after_the_other(
    world: World, probe: Probe, noon: datetime
) -> None:
    by = world.signs(world.admin)
    other = tank_at(world, world.site)
    arrived(probe, [-190.0] * 3, start=noon - 3 * MINUTE, at=noon)
    ProbeState.objects.update(dirty_from=None)

    first = fit_probe(
        probe_id=probe.pk, place=place(world.tank), began_at=noon - DAY, intent=by, at=noon
    )
    second = fit_probe(
        probe_id=probe.pk,
        place=place(other, Zone.MIDDLE, "4.5"),
        began_at=noon - HOUR,
        intent=by,
        at=noon,
    )
    remove_probe(probe_id=probe.pk, ended_at=noon, intent=by, at=noon)

    rows = Fitting.objects.order_by("began_at").values_list("unit", "began_at", "ended_at")
    assert list(rows) == [
        (world.tank.pk, noon - DAY, noon - HOUR),
        (other.pk, noon - HOUR, noon),
    ]
    assert_signed_and_kept(first, action="fit_probe")
    assert_signed_and_kept(second, action="remove_probe")
    assert ProbeState.objects.get().dirty_from == noon - DAY  # what is known of it is judged anew


def test_refuses_where_it_cannot_sit(world: World, probe: Probe, noon: datetime) -> None:
    elsewhere = tank_at(world, SiteFactory.create())
    fit_probe(
        probe_id=probe.pk,
        place=place(world.tank),
        began_at=noon - HOUR,
        intent=world.signs(world.admin),
        at=noon,
    )

    def fit(where: Place, began_at: datetime) -> None:
        by = world.signs(world.admin)
        fit_probe(probe_id=probe.pk, place=where, began_at=began_at, intent=by, at=noon)

    with refused("OTHER_SITE", "WRONG_ZONE", "IMPOSSIBLE_OFFSET", "IN_THE_FUTURE"):
        fit(place(elsewhere, Zone.LEVEL, "101"), noon + HOUR)
    with refused("SITS_ELSEWHERE"):
        fit(place(world.tank, Zone.BOTTOM), noon - HOUR)
    with refused("NOTHING_CHANGES"):
        fit(place(world.tank), noon)
    with refused("UNKNOWN_UNIT", by=NotFound):
        fit(place(world.box), noon)
    with refused("STILL_FITTED"):
        retire_probe(probe_id=probe.pk, intent=world.signs(world.admin), at=noon)
    with refused("IN_THE_FUTURE"):
        remove_probe(
            probe_id=probe.pk, ended_at=noon + HOUR, intent=world.signs(world.admin), at=noon
        )
    with refused("BEFORE_IT_WAS_FITTED"):
        remove_probe(
            probe_id=probe.pk, ended_at=noon - HOUR, intent=world.signs(world.admin), at=noon
        )


@pytest.mark.urs("URS-30")
def test_records_a_calibration_once(world: World, probe: Probe, noon: datetime) -> None:
    by = world.signs(world.admin)
    done = certificate(noon)
    row = calibrate_probe(probe_id=probe.pk, certificate=done, intent=by, at=noon)

    assert_signed_and_kept(row, action="calibrate_probe")
    with refused("ALREADY_RECORDED"):
        calibrate_probe(probe_id=probe.pk, certificate=done, intent=by, at=noon)
    with refused(
        "CERTIFICATE_MISSING", "IN_THE_FUTURE", "DUE_BEFORE_DONE", "IMPOSSIBLE_CORRECTION"
    ):
        calibrate_probe(
            probe_id=probe.pk,
            certificate=Certificate(
                number="",
                calibrated_at=noon + DAY,
                due_at=noon,
                correction=Decimal(-11),
            ),
            intent=by,
            at=noon,
        )


def test_a_retired_probe_stays_as_it_is(world: World, probe: Probe, noon: datetime) -> None:
    by = world.signs(world.admin)
    retire_probe(probe_id=probe.pk, intent=by, at=noon)

    with refused("PROBE_RETIRED"):
        retire_probe(probe_id=probe.pk, intent=by, at=noon)
    with refused("PROBE_RETIRED"):
        change_probe(probe_id=probe.pk, pace=PACE, intent=by)
    with refused("PROBE_RETIRED"):
        fit_probe(probe_id=probe.pk, place=place(world.tank), began_at=noon, intent=by, at=noon)
    with refused("PROBE_RETIRED"):
        calibrate_probe(probe_id=probe.pk, certificate=certificate(noon), intent=by, at=noon)
    with refused("NOT_FITTED"):
        remove_probe(probe_id=probe.pk, ended_at=noon, intent=by, at=noon)
    with refused("UNKNOWN_PROBE", by=NotFound):
        retire_probe(probe_id=0, intent=by, at=noon)


@pytest.mark.urs("URS-14", "URS-27")
def test_refuses_everybody_but_administrators(world: World, probe: Probe, noon: datetime) -> None:
    where = place(world.tank)
    for person in (world.technician, world.qa, world.inspector):
        by = world.signs(person)
        with unauthorised():
            register_probe(
                code="X",
                quantity=Quantity.TEMPERATURE,
                feed_id=probe.feed_id,
                channel="x",
                pace=PACE,
                intent=by,
            )
        with unauthorised():
            change_probe(probe_id=probe.pk, pace=PACE, intent=by)
        with unauthorised():
            retire_probe(probe_id=probe.pk, intent=by, at=noon)
        with unauthorised():
            fit_probe(probe_id=probe.pk, place=where, began_at=noon, intent=by, at=noon)
        with unauthorised():
            remove_probe(probe_id=probe.pk, ended_at=noon, intent=by, at=noon)
        with unauthorised():
            calibrate_probe(probe_id=probe.pk, certificate=certificate(noon), intent=by, at=noon)


@pytest.mark.urs("URS-108", "URS-112")
def test_the_silence_of_a_probe_ends_where_it_was_removed(
    world: World, probe: Probe, noon: datetime
) -> None:
    by = world.signs(world.admin)
    place = Place(unit_id=world.tank.pk, zone=Zone.LID, mapped_offset=Decimal(0))
    fit_probe(probe_id=probe.pk, place=place, began_at=noon - HOUR, intent=by, at=noon)
    watch_for_silence(at=noon)
    assert Gap.objects.get().ended_at is None

    remove_probe(probe_id=probe.pk, ended_at=noon, intent=world.signs(world.admin), at=noon)
    judge_readings(at=noon + HOUR)

    gap = Gap.objects.standing().get()
    assert (gap.began_at, gap.ended_at) == (noon - HOUR, noon)


@pytest.mark.urs("URS-28", "URS-30", "URS-112")
def test_a_contact_sits_at_its_door_stands_still_and_is_not_calibrated(
    world: World, feed: Feed, noon: datetime
) -> None:
    by = world.signs(world.admin)
    said = {"code": "D-1", "channel": "d1", "quantity": Quantity.DOOR}
    with refused("FLAT_OF_A_CONTACT"):
        register(world, feed, **said)
    contact = register(world, feed, **said, pace=replace(PACE, flat_after=None))

    with refused("FLAT_OF_A_CONTACT"):
        change_probe(probe_id=contact.pk, pace=PACE, intent=by)
    with refused("FLAT_OF_A_CONTACT", "JUMP_OF_A_CONTACT"):
        change_probe(probe_id=contact.pk, pace=replace(PACE, most_jump=1.0), intent=by)
    for zone, offset, codes in (
        (Zone.LID, "0", ["WRONG_ZONE"]),
        (Zone.MAINS, "0", ["WRONG_ZONE"]),
        (Zone.DOOR, "0.5", ["IMPOSSIBLE_OFFSET"]),
    ):
        with refused(*codes):
            there = place(world.tank, zone, offset)
            fit_probe(probe_id=contact.pk, place=there, began_at=noon, intent=by, at=noon)
    with refused("CONTACT_NOT_CALIBRATED"):
        calibrate_probe(probe_id=contact.pk, certificate=certificate(noon), intent=by, at=noon)
    at_door = place(world.tank, Zone.DOOR)
    fitting = fit_probe(probe_id=contact.pk, place=at_door, began_at=noon, intent=by, at=noon)
    assert_signed_and_kept(fitting, action="fit_probe")


def test_a_thermometer_sits_at_no_door(world: World, probe: Probe, noon: datetime) -> None:
    for zone in (Zone.DOOR, Zone.MAINS, Zone.LEVEL):
        with refused("WRONG_ZONE"):
            there = place(world.tank, zone)
            fit_probe(
                probe_id=probe.pk, place=there, began_at=noon, intent=world.signs(world.admin),
                at=noon,
            )  # fmt: skip
