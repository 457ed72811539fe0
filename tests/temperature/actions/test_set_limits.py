"""Profiles of limits and their versions."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from audit.changes import machine_change
from audit.errors import NotFound
from inventory.models import StorageClass
from temperature.actions.add_limit_profile import Target, add_limit_profile
from temperature.actions.set_limits import set_limits
from temperature.models import Level, LimitProfile, LimitVersion, Quantity, Side
from temperature.rules.bands import Band, bands_of
from temperature.rules.limits import PROPOSED, Limits
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World

LIMITS = Limits(
    setpoint=-185.0,
    dead_band=2.0,
    bands=list(reversed(PROPOSED[StorageClass.VAPOUR])),
    justification="Mapping MAP-7",
)
VAPOUR = Target(storage_class=StorageClass.VAPOUR)


@pytest.fixture
def profile(world: World) -> LimitProfile:
    """Return the profile of vapour tanks, signed by QA."""
    return add_limit_profile(
        name="Vapour tanks",
        quantity=Quantity.TEMPERATURE,
        target=VAPOUR,
        intent=world.signs(world.qa),
    )


@pytest.mark.urs("URS-104", "URS-107")
def test_sets_a_new_version_and_keeps_the_last(
    world: World, profile: LimitProfile, noon: datetime
) -> None:
    wider = [Band(Level.ACTION, Side.ABOVE, -150.0, timedelta(minutes=4))]
    first = set_limits(
        profile_id=profile.pk,
        limits=LIMITS,
        effective_at=noon,
        intent=world.signs(world.qa),
        at=noon,
    )
    second = set_limits(
        profile_id=profile.pk,
        limits=replace(LIMITS, bands=wider),
        effective_at=noon + timedelta(days=1),
        intent=world.signs(world.qa2),
        at=noon,
    )

    assert (first.number, second.number) == (1, 2)
    assert bands_of(LimitVersion.objects.get(pk=first.pk)) == list(PROPOSED[StorageClass.VAPOUR])
    assert_signed_and_kept(profile, action="add_limit_profile")
    assert_signed_and_kept(first, action="set_limits")
    assert_signed_and_kept(second, action="set_limits")


@pytest.mark.urs("URS-107")
def test_a_version_is_never_rewritten(world: World, profile: LimitProfile, noon: datetime) -> None:
    row = set_limits(
        profile_id=profile.pk,
        limits=LIMITS,
        effective_at=noon,
        intent=world.signs(world.qa),
        at=noon,
    )

    row.dead_band = 50.0
    with (
        machine_change("attacker", action="attack", reason="To widen it quietly"),
        pytest.raises(DatabaseError, match="never rewritten"),
        transaction.atomic(),
    ):
        row.save(update_fields=["dead_band"])

    assert LimitVersion.objects.get().dead_band == 2.0


@pytest.mark.urs("URS-15", "URS-107")
def test_refuses_everybody_but_quality(world: World, profile: LimitProfile, noon: datetime) -> None:
    for person in (world.technician, world.supervisor, world.inspector, world.admin):
        intent = world.signs(person)
        with unauthorised():
            set_limits(
                profile_id=profile.pk, limits=LIMITS, effective_at=noon, intent=intent, at=noon
            )
        with unauthorised():
            add_limit_profile(name="X", quantity=Quantity.LEVEL, target=VAPOUR, intent=intent)


def test_refuses_what_the_rules_refuse_and_changes_nothing(
    world: World, profile: LimitProfile, noon: datetime
) -> None:
    by = world.signs(world.qa)
    with refused("NO_LIMITS", "JUSTIFICATION_MISSING"):
        set_limits(
            profile_id=profile.pk,
            limits=replace(LIMITS, bands=[], justification=""),
            effective_at=noon,
            intent=by,
            at=noon,
        )
    with refused("UNKNOWN_PROFILE", by=NotFound):
        set_limits(profile_id=0, limits=LIMITS, effective_at=noon, intent=by, at=noon)

    assert not LimitVersion.objects.exists()


def test_a_profile_is_for_one_thing_that_is_there(world: World, profile: LimitProfile) -> None:
    by = world.signs(world.qa)

    def add(target: Target, name: str = "Other") -> LimitProfile:
        return add_limit_profile(name=name, quantity=Quantity.TEMPERATURE, target=target, intent=by)

    with refused("NAME_TAKEN", "PROFILE_EXISTS"):
        add(VAPOUR, name="Vapour tanks")
    with refused("NOT_ONE_THING"):
        add(Target())
    with refused("NOT_ONE_THING"):
        add(Target(unit_id=world.tank.pk, storage_class=StorageClass.ULT))
    with refused("UNKNOWN_UNIT", by=NotFound):
        add(Target(unit_id=world.box.pk))
    with refused("UNKNOWN_TYPE", by=NotFound):
        add(Target(container_type_id=world.box.type_id))
    assert add(Target(unit_id=world.tank.pk)).unit == world.tank
    assert add(Target(container_type_id=world.tank.type_id), name="Type").storage_class == ""
