"""A signature stands beside its record, and says when the record is another one now."""

import pytest
from django.urls import reverse

from accounts.actions.revoke_role import revoke_role
from accounts.roles import Role
from audit.models import Meaning
from custody.actions.place_hold import place_hold
from custody.actions.release_hold import release_hold
from custody.actions.set_handling_rules import set_handling_rules
from custody.models import HoldScope
from inventory.actions.add_container import add_container
from inventory.actions.add_program import add_program
from inventory.actions.add_site import add_site
from inventory.actions.add_sponsor import add_sponsor
from inventory.actions.set_stability_limits import set_stability_limits
from inventory.models import StabilityLimits
from tests.accounts.access import give_role
from tests.browsing import Browser
from tests.inventory.actions.test_set_stability_limits import LIMITS
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-49", "URS-50", "URS-53")


def test_a_hold_shows_that_it_changed_since_it_was_signed(world: World) -> None:
    vial = world.stored()[0]
    hold = place_hold(
        scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON
    )
    desk = Browser()
    desk.force_login(world.qa)
    before = desk.get(f"/quality/holds/{hold.pk}/").text

    release_hold(hold_id=hold.pk, intent=world.signs(world.qa2), at=NOON)
    after = desk.get(f"/quality/holds/{hold.pk}/").text

    assert "Changed since signed" not in before
    assert after.count("Changed since signed") == 1
    for name in (world.qa.full_name, world.qa2.full_name, world.qa.user_id, "+0"):
        assert name in after


def test_configuration_shows_who_signed_it(world: World) -> None:
    product = world.batch().product
    set_stability_limits(
        product_id=product.pk,
        limits=LIMITS,
        effective_at=NOON,
        intent=world.signs(world.qa, meaning=Meaning.APPROVED, reason="Study 14"),
        at=NOON,
    )
    person = world.technician.pk
    give_role(world, world.technician, Role.SUPERVISOR, reason="Ticket 5")
    desk = Browser()
    desk.force_login(world.admin)

    products = desk.get(reverse("configure:products")).text
    account = desk.get(reverse("configure:person", args=[person])).text

    assert StabilityLimits.objects.filter(product=product).exists()
    for words in ("1 signature", "Approved", world.qa.full_name, world.qa.user_id, "Study 14"):
        assert words in products
    assert "Trained" in account
    revoke_role(person_id=person, role=Role.SUPERVISOR, intent=world.signs(world.admin))
    assert "Ticket 5" not in desk.get(reverse("configure:person", args=[person])).text


def test_what_is_set_up_shows_who_signed_it(world: World) -> None:
    unit = add_container(
        site_id=world.site.pk,
        type_id=world.tank.type_id,
        name="Tank 9",
        intent=world.signs(world.admin, reason="Qualified"),
    )
    add_site(code="GVA", name="Geneva", time_zone="Europe/Zurich", intent=world.signs(world.admin))
    sponsor = add_sponsor(name="Glacier Bio", intent=world.signs(world.admin))
    add_program(sponsor_id=sponsor.pk, code="GB-1", name="One", intent=world.signs(world.admin))
    set_handling_rules(late_entry_hours=5, intent=world.signs(world.qa))
    desk = Browser()
    desk.force_login(world.admin)

    for address in ("sites/", "programs/"):
        page = desk.get(f"/configure/{address}").text
        assert "1 signature" in page
        assert world.admin.user_id in page
    assert world.qa.full_name in desk.get("/configure/handling/").text
    desk.force_login(world.technician)
    moves = desk.get(f"/storage/{unit.pk}/moves/").text
    for words in (world.admin.full_name, "Performed", "Qualified"):
        assert words in moves
