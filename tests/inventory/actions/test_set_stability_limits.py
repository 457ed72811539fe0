"""Setting stability limits."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from audit.errors import NotFound
from inventory.actions.set_stability_limits import set_stability_limits
from inventory.models import Product, StabilityLimits
from inventory.rules.limits import Limits
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World

LIMITS = Limits(
    warmest_allowed_celsius=Decimal("-150.0"),
    longest_single_exposure=timedelta(minutes=3),
    longest_total_exposure=timedelta(minutes=20),
    most_exposures=6,
)


@pytest.fixture
def product(world: World) -> Product:
    return Product.objects.get(program=world.program)


@pytest.mark.urs("URS-104")
def test_sets_a_first_and_a_second_version_and_keeps_the_first(
    world: World, product: Product, noon: datetime
) -> None:
    first = set_stability_limits(
        product_id=product.pk,
        limits=LIMITS,
        effective_at=noon,
        intent=world.signs(world.qa),
        at=noon,
    )
    second = set_stability_limits(
        product_id=product.pk,
        limits=replace(LIMITS, most_exposures=5),
        effective_at=noon + timedelta(days=1),
        intent=world.signs(world.qa2),
        at=noon,
    )

    assert (first.version, second.version) == (1, 2)
    assert StabilityLimits.objects.get(pk=first.pk).most_exposures == 6
    assert_signed_and_kept(first, action="set_stability_limits")
    assert_signed_and_kept(second, action="set_stability_limits")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"warmest_allowed_celsius": Decimal("150.0")}, "IMPOSSIBLE_TEMPERATURE"),
        ({"warmest_allowed_celsius": Decimal("-200.0")}, "IMPOSSIBLE_TEMPERATURE"),
        ({"longest_single_exposure": timedelta(seconds=-1)}, "NEGATIVE_EXPOSURE"),
        ({"most_exposures": -1}, "NEGATIVE_EXPOSURE"),
        ({"longest_single_exposure": timedelta(hours=1)}, "SINGLE_ABOVE_TOTAL"),
    ],
)
def test_refuses_impossible_limits(
    world: World, product: Product, noon: datetime, change: dict[str, Any], code: str
) -> None:
    with refused(code):
        set_stability_limits(
            product_id=product.pk,
            limits=replace(LIMITS, **change),
            effective_at=noon,
            intent=world.signs(world.qa),
            at=noon,
        )


def test_refuses_to_change_the_past_or_nothing(
    world: World, product: Product, noon: datetime
) -> None:
    later = noon + timedelta(days=2)
    signed = {"product_id": product.pk, "intent": world.signs(world.qa), "at": noon}
    set_stability_limits(limits=LIMITS, effective_at=later, **signed)  # type: ignore[arg-type] # the signed ones are of three types

    with refused("EFFECTIVE_IN_THE_PAST", "EFFECTIVE_BEFORE_LAST", "NOTHING_CHANGES"):
        set_stability_limits(limits=LIMITS, effective_at=noon - timedelta(days=1), **signed)  # type: ignore[arg-type] # as above


def test_refuses_an_unknown_product(world: World, noon: datetime) -> None:
    with refused("UNKNOWN_PRODUCT", by=NotFound):
        set_stability_limits(
            product_id=0, limits=LIMITS, effective_at=noon, intent=world.signs(world.qa), at=noon
        )


@pytest.mark.urs("URS-15")
def test_refuses_everybody_but_quality(world: World, product: Product, noon: datetime) -> None:
    for person in (world.technician, world.supervisor, world.inspector, world.admin):
        with unauthorised():
            set_stability_limits(
                product_id=product.pk,
                limits=LIMITS,
                effective_at=noon,
                intent=world.signs(person),
                at=noon,
            )
