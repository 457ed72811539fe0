"""Adding a site."""

import pytest

from inventory.actions.add_site import add_site
from inventory.models import Site
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World


@pytest.mark.urs("URS-71")
def test_adds_a_site_with_its_own_time_zone(world: World) -> None:
    site = add_site(
        code=" BOS ", name="Boston", time_zone="America/New_York", intent=world.signs(world.admin)
    )

    assert (site.code, site.name, site.time_zone) == ("BOS", "Boston", "America/New_York")
    assert_signed_and_kept(site, action="add_site")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": " "}, "CODE_MISSING"),
        ({"code": "B 1"}, "CODE_MALFORMED"),
        ({"code": "B" * 21}, "CODE_MALFORMED"),
        ({"name": " "}, "NAME_MISSING"),
        ({"name": "x" * 101}, "NAME_TOO_LONG"),
        ({"time_zone": "Zurich"}, "UNKNOWN_TIME_ZONE"),
    ],
)
def test_refuses_what_is_malformed(world: World, change: dict[str, str], code: str) -> None:
    wanted = {"code": "BOS", "name": "Boston", "time_zone": "America/New_York"} | change

    with refused(code):
        add_site(**wanted, intent=world.signs(world.admin))


def test_refuses_a_code_and_a_name_that_are_taken(world: World) -> None:
    with refused("CODE_TAKEN", "NAME_TAKEN"):
        add_site(
            code=world.site.code,
            name=world.site.name,
            time_zone="Europe/Zurich",
            intent=world.signs(world.admin),
        )


def test_refuses_everybody_but_administrators(world: World) -> None:
    for person in (world.technician, world.qa, world.release, world.inspector):
        with unauthorised():
            add_site(
                code="BOS",
                name="Boston",
                time_zone="America/New_York",
                intent=world.signs(person),
            )

    assert not Site.objects.filter(code="BOS").exists()
