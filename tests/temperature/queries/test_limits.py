"""Which limits hold for a unit, now and over a time."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from inventory.models import StorageClass
from temperature.models import LimitProfile, LimitVersion, Quantity
from temperature.queries.limits import limits_in_force
from temperature.stretches import limits_over_time
from tests.factories.temperature import LimitProfileFactory, LimitVersionFactory
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-104", "URS-107")

DAY = timedelta(days=1)


def profile(**target: object) -> LimitProfile:
    return LimitProfileFactory.create(**target)


def version(of: LimitProfile, number: int, days: float) -> LimitVersion:
    return LimitVersionFactory.create(profile=of, number=number, effective_at=NOON + days * DAY)


def test_takes_the_narrowest_profile_that_has_begun(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tank = world.tank
    other = world.box
    by_class = version(profile(storage_class=StorageClass.VAPOUR), 1, -30)
    kind = profile(container_type=tank.type)
    by_type = version(kind, 1, -20)
    newer = version(kind, 2, -10)
    own = version(profile(unit=tank), 1, -1)
    version(profile(unit=tank, quantity=Quantity.LEVEL), 1, -40)

    def in_force(days: float) -> LimitVersion | None:
        found = limits_in_force(
            [tank.pk, other.pk], quantity=Quantity.TEMPERATURE, at=NOON + days * DAY
        )
        return found.get(tank.pk)

    assert tank.type.storage_class == StorageClass.VAPOUR
    with django_assert_num_queries(1):
        assert in_force(0) == own
    assert [in_force(days) for days in (-31, -25, -15, -5)] == [None, by_class, by_type, newer]


def test_tells_which_held_when_without_a_hole(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tank = world.tank
    by_class = profile(storage_class=StorageClass.VAPOUR)
    first = version(by_class, 1, -8)
    own = version(profile(unit=tank), 1, -4)
    version(by_class, 2, -2)  # wider: the unit's own goes on

    with django_assert_num_queries(1):
        changes = list(limits_over_time(tank, Quantity.TEMPERATURE))

    assert changes == [(NOON - 8 * DAY, first), (NOON - 4 * DAY, own)]


def test_a_unit_without_limits_is_told_as_such(world: World) -> None:
    tank = world.tank

    assert limits_in_force([tank.pk], quantity=Quantity.LEVEL, at=NOON) == {}
    assert list(limits_over_time(tank, Quantity.LEVEL)) == []
