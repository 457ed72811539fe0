"""Adding a sponsor."""

from inventory.actions.add_sponsor import add_sponsor
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World


def test_adds_a_sponsor(world: World) -> None:
    sponsor = add_sponsor(name=" Alpina ", intent=world.signs(world.admin))

    assert sponsor.name == "Alpina"
    assert_signed_and_kept(sponsor, action="add_sponsor")


def test_refuses_a_missing_name_a_long_one_and_one_that_is_taken(world: World) -> None:
    intent = world.signs(world.admin)

    with refused("NAME_MISSING"):
        add_sponsor(name=" ", intent=intent)
    with refused("NAME_TOO_LONG"):
        add_sponsor(name="x" * 101, intent=intent)
    with refused("NAME_TAKEN"):
        add_sponsor(name=world.program.sponsor.name, intent=intent)


def test_refuses_everybody_but_administrators(world: World) -> None:
    with unauthorised():
        add_sponsor(name="Alpina", intent=world.signs(world.qa))
