"""Adding a product."""

from typing import Any

import pytest

from audit.errors import NotFound
from inventory.actions.add_product import add_product
from inventory.models import Product, StorageClass
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World


def wanted(world: World, **change: Any) -> dict[str, Any]:
    return {
        "program_id": world.program.pk,
        "code": "CART-19",
        "name": "Autologous CD19 CAR-T",
        "is_autologous": True,
        "storage_class": StorageClass.VAPOUR,
    } | change


def test_adds_a_product(world: World) -> None:
    product = add_product(**wanted(world), intent=world.signs(world.admin))

    assert product.is_autologous
    assert_signed_and_kept(product, action="add_product")


def test_refuses_a_code_that_is_taken_and_a_missing_name(world: World) -> None:
    taken = Product.objects.filter(program=world.program).first()
    assert taken is not None

    with refused("CODE_TAKEN", "NAME_MISSING"):
        add_product(**wanted(world, code=taken.code, name=""), intent=world.signs(world.admin))


@pytest.mark.parametrize(("code", "refusal"), [("", "CODE_MISSING"), ("CART 19", "CODE_MALFORMED")])
def test_refuses_a_code_that_is_none(world: World, code: str, refusal: str) -> None:
    with refused(refusal):
        add_product(**wanted(world, code=code), intent=world.signs(world.admin))


def test_refuses_an_unknown_program(world: World) -> None:
    with refused("UNKNOWN_PROGRAM", by=NotFound):
        add_product(**wanted(world, program_id=0), intent=world.signs(world.admin))


def test_refuses_everybody_but_administrators(world: World) -> None:
    with unauthorised():
        add_product(**wanted(world), intent=world.signs(world.qa))
