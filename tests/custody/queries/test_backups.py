"""Where the contents of a unit could go."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from audit.changes import machine_change
from custody.queries.backups import Condition, backups_among, conditions_of
from custody.queries.storage import ContainerRow, Fill, SiteStorage
from inventory.actions.add_container import add_container
from inventory.models import Container, ContainerType, Site, StorageClass
from temperature.models import Alarm, AlarmCause, Level, LimitProfile, Probe, Quantity, Zone
from temperature.queries.alarms import alarms_at
from temperature.queries.board import units_now
from temperature.queries.survival import survivals
from temperature.watching import judge_readings
from tests.factories.temperature import (
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    arrived_every,
    fitted_probe,
)
from tests.world import NOON, World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FIT = Condition(takes_in=True, doubt="")

VAPOUR = ContainerType(pk=1, storage_class=StorageClass.VAPOUR)
ULT = ContainerType(pk=2, storage_class=StorageClass.ULT)
HERE, THERE = Site(pk=1, code="ZRH"), Site(pk=2, code="BOS")


def row(key: int, kind: ContainerType, *, free: int, site: Site = HERE) -> ContainerRow:
    """Return a unit with so many places free."""
    unit = Container(pk=key, name=f"U{key}", type=kind, site=site)
    return ContainerRow(container=unit, position_label="", fill=Fill(places=free + 3, used=3))


@pytest.mark.urs("URS-104")
def test_names_units_of_the_site_and_class_that_have_room_the_roomiest_first() -> None:
    failing = row(1, VAPOUR, free=50)
    units = (
        failing,
        row(2, VAPOUR, free=10),
        row(3, VAPOUR, free=90),
        row(4, VAPOUR, free=0),
        row(5, ULT, free=70),
        row(6, VAPOUR, free=60),
    )
    far = SiteStorage(site=THERE, units=(row(7, VAPOUR, free=80, site=THERE),))

    conditions = dict.fromkeys(range(2, 8), FIT) | {
        6: Condition(takes_in=False, doubt="Critical, beyond a limit"),
        3: Condition(takes_in=True, doubt="no thermometer"),
    }

    found = backups_among(
        failing.container, [SiteStorage(site=HERE, units=units), far], conditions=conditions
    )

    assert [(backup.name, backup.free, backup.doubt) for backup in found] == [
        ("U2", 10, ""),
        ("U3", 90, "no thermometer"),
    ]


@pytest.fixture
def backup(world: World) -> Container:
    """Return a tank beside the first one, cold, measured and limited."""
    other = add_container(
        type_id=world.tank.type_id,
        name="LN2-02",
        site_id=world.site.pk,
        intent=world.signs(world.admin),
    )
    LimitVersionFactory.create(profile__unit=other)
    speaks(fitted_probe(other), -190.0)
    judge_readings(at=NOON)
    return other


def speaks(probe: Probe, value: float) -> None:
    """Let a probe say one value now, and be judged."""
    arrived(probe, [value], start=NOON, at=NOON)
    judge_readings(at=NOON)


def condition(unit: Container, *, at: datetime = NOON) -> Condition:
    """Return what speaks against a unit."""
    stand = units_now([unit], at=at)
    return conditions_of(stand, survivals(stand, at=at), alarms_at([unit.pk], at=at))[unit.pk]


@pytest.mark.urs("URS-104", "URS-108")
@pytest.mark.django_db(transaction=True)
def test_nothing_speaks_against_a_unit_that_is_cold_measured_and_limited(
    backup: Container,
) -> None:
    assert condition(backup) == FIT


def silent(backup: Container) -> str:
    probe = backup.fittings.get().probe
    return f"{probe.code}: silent"


def second_never_spoke(backup: Container) -> str:
    return f"{fitted_probe(backup).code}: nothing came yet"


def without_thermometer(backup: Container) -> str:
    remove_all(backup)
    return "no thermometer"


def without_limits(backup: Container) -> str:
    LimitVersionFactory.create(
        profile=LimitProfile.objects.get(unit=backup), number=2, effective_at=NOON, bands=[]
    )
    return "no limits in force"


def short_of_nitrogen(backup: Container) -> str:
    gauge = ProbeFactory.create(
        feed__site=backup.site, quantity=Quantity.LEVEL, expected_every=HOUR
    )
    FittingFactory.create(probe=gauge, unit=backup, zone=Zone.LEVEL)
    LimitVersionFactory.create(
        profile__unit=backup,
        profile__quantity=Quantity.LEVEL,
        bands=[{"level": "critical", "side": "below", "limit": 20.0, "delay_seconds": 0}],
        least_hours=48,
    )
    levels = [30.0 - 0.25 * step for step in range(-39, 1)]
    arrived_every(gauge, levels, start=NOON - 39 * HOUR, at=NOON, every=HOUR)
    judge_readings(at=NOON)
    return "nitrogen runs low"


def beyond_for_a_moment(backup: Container) -> str:
    speaks_later(backup, -140.0)
    return "beyond a limit"


def alarmed(backup: Container) -> str:
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        alarm = Alarm(unit=backup, cause=AlarmCause.NITROGEN, level=Level.WARNING, about="x")
        alarm.words, alarm.raised_at, alarm.told_from = "Low", NOON, NOON
        alarm.save(force_insert=True)
    return "alarm, nitrogen runs low"


@pytest.mark.urs("URS-104", "URS-108")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "trouble",
    [
        second_never_spoke,
        without_thermometer,
        without_limits,
        short_of_nitrogen,
        beyond_for_a_moment,
        alarmed,
    ],
)
def test_says_what_speaks_against_a_unit(
    backup: Container, trouble: Callable[[Container], str]
) -> None:
    words = trouble(backup)

    assert condition(backup) == Condition(takes_in=True, doubt=words)


@pytest.mark.urs("URS-104", "URS-108")
@pytest.mark.django_db(transaction=True)
def test_a_silent_unit_is_not_fit_and_a_warm_one_takes_nothing_in(backup: Container) -> None:
    assert condition(backup, at=NOON + 10 * MINUTE) == Condition(
        takes_in=True, doubt=silent(backup)
    )

    speaks_later(backup, -130.0)
    assert not condition(backup).takes_in


def speaks_later(backup: Container, value: float) -> None:
    """Let the thermometer say another value half a minute later."""
    probe, at = backup.fittings.get().probe, NOON + MINUTE / 2
    arrived(probe, [value], start=at, at=at)
    judge_readings(at=at)


def remove_all(unit: Container) -> None:
    """Take every probe out of a unit."""
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        for fitting in unit.fittings.all():
            fitting.ended_at = NOON
            fitting.save(update_fields=["ended_at"])
