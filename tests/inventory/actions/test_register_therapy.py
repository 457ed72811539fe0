"""Registering a therapy."""

import pytest

from accounts.roles import Role
from audit.errors import NotAuthorised, NotFound
from inventory.actions.register_therapy import register_therapy
from inventory.models import Identifier, Product
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World

COI = "CHA999026K001AX"


@pytest.fixture
def product(world: World) -> Product:
    return Product.objects.get(program=world.program)


@pytest.mark.urs("URS-88")
def test_registers_a_therapy_that_a_scan_finds(world: World, product: Product) -> None:
    intent = world.signs(world.supervisor)

    first = register_therapy(coi=COI, pseudonym="PT-1", product_id=product.pk, intent=intent)
    second = register_therapy(
        coi="CHA999026K002AX", pseudonym="PT-1", product_id=product.pk, intent=intent
    )

    assert Identifier.objects.get(code=COI).therapy == first
    assert first.patient == second.patient
    assert_signed_and_kept(first, action="register_therapy")


def test_refuses_what_is_malformed_missing_or_known(world: World, product: Product) -> None:
    intent = world.signs(world.supervisor)
    register_therapy(coi=COI, pseudonym="PT-1", product_id=product.pk, intent=intent)

    with refused("MALFORMED_COI", "PATIENT_MISSING"):
        register_therapy(coi="X", pseudonym=" ", product_id=product.pk, intent=intent)
    with refused("COI_KNOWN"):
        register_therapy(coi=COI, pseudonym="PT-2", product_id=product.pk, intent=intent)
    with refused("UNKNOWN_PRODUCT", by=NotFound):
        register_therapy(coi=COI, pseudonym="PT-2", product_id=0, intent=intent)


@pytest.mark.urs("URS-14")
def test_refuses_other_roles_and_other_programs(world: World, product: Product) -> None:
    stranger = PersonFactory.create(roles=[Role.SUPERVISOR])

    with unauthorised():
        register_therapy(
            coi=COI, pseudonym="PT-1", product_id=product.pk, intent=world.signs(world.technician)
        )
    with refused("OUTSIDE_PROGRAM", by=NotAuthorised):
        register_therapy(
            coi=COI, pseudonym="PT-1", product_id=product.pk, intent=world.signs(stranger)
        )
