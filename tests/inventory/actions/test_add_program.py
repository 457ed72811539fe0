"""Adding a program."""

import pytest

from audit.errors import NotFound
from inventory.actions.add_program import add_program
from inventory.models import Program
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World


@pytest.mark.urs("URS-117")
def test_adds_a_program_that_nobody_sees_yet(world: World) -> None:
    program = add_program(
        sponsor_id=world.program.sponsor_id,
        code="CART",
        name="CAR-T",
        intent=world.signs(world.admin),
    )

    assert_signed_and_kept(program, action="add_program")
    assert program not in Program.objects.visible_to(world.technician)


def test_refuses_a_code_that_is_taken_and_a_missing_name(world: World) -> None:
    with refused("CODE_TAKEN", "NAME_MISSING"):
        add_program(
            sponsor_id=world.program.sponsor_id,
            code=world.program.code,
            name="",
            intent=world.signs(world.admin),
        )


def test_refuses_an_unknown_sponsor(world: World) -> None:
    with refused("UNKNOWN_SPONSOR", by=NotFound):
        add_program(sponsor_id=0, code="CART", name="CAR-T", intent=world.signs(world.admin))


def test_refuses_everybody_but_administrators(world: World) -> None:
    with unauthorised():
        add_program(
            sponsor_id=world.program.sponsor_id,
            code="CART",
            name="CAR-T",
            intent=world.signs(world.supervisor),
        )
