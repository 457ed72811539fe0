"""The gate: every action asks for a role and for both scopes, as they are now."""

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.actions.deactivate_person import deactivate_person
from accounts.models import Person
from accounts.roles import Role
from audit.changes import machine_change
from audit.errors import NotAuthorised
from inventory.models import Program, ProgramGroupPermission, Site, SiteGroupPermission
from sop.action import Action
from sop.authority import AUTHORITY, may, require_authority
from sop.standing import standing
from tests.factories.inventory import ProgramFactory, SiteFactory
from tests.factories.people import PersonFactory
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    """Return a program."""
    return ProgramFactory.create()


@pytest.fixture
def site() -> Site:
    """Return a site."""
    return SiteFactory.create()


@pytest.fixture
def people(program: Program, site: Site) -> dict[Role, Person]:
    """Return one person of each role, who works on the program and at the site."""
    return {
        role: PersonFactory.create(roles=[role], programs=[program], sites=[site]) for role in Role
    }


def test_names_roles_for_every_action() -> None:
    assert set(AUTHORITY) == set(Action)
    assert all(AUTHORITY.values())


@pytest.mark.urs("URS-14", "URS-27")
@pytest.mark.parametrize("action", Action)
def test_allows_an_action_to_its_roles_and_to_no_other(
    action: Action, people: dict[Role, Person], program: Program, site: Site
) -> None:
    for role, person in people.items():
        if role in AUTHORITY[action]:
            require_authority(person, action, programs=[program.pk], sites=[site.pk])
        else:
            with pytest.raises(NotAuthorised) as caught:
                require_authority(person, action, programs=[program.pk], sites=[site.pk])
            assert caught.value.codes == ["ROLE_MISSING"]
        assert may(person, action) is (role in AUTHORITY[action])


@pytest.mark.urs("URS-14", "URS-27")
def test_refuses_outside_a_program_and_outside_a_site(
    people: dict[Role, Person], program: Program, site: Site
) -> None:
    person = people[Role.TECHNICIAN]
    elsewhere, other = SiteFactory.create(), ProgramFactory.create()

    with pytest.raises(NotAuthorised) as caught:
        require_authority(person, Action.PLACE_VIALS, programs=[program.pk, other.pk])
    assert caught.value.codes == ["OUTSIDE_PROGRAM"]
    with pytest.raises(NotAuthorised) as caught:
        require_authority(
            person, Action.PLACE_VIALS, programs=[program.pk], sites=[site.pk, elsewhere.pk]
        )
    assert caught.value.codes == ["OUTSIDE_SITE"]


@pytest.mark.urs("URS-11", "URS-14")
def test_refuses_an_account_that_was_closed_since(world: World) -> None:
    deactivate_person(person_id=world.technician.pk, intent=world.signs(world.admin))

    with pytest.raises(NotAuthorised) as caught:
        require_authority(world.technician, Action.PLACE_VIALS, programs=[world.program.pk])
    assert caught.value.codes == ["DEACTIVATED"]


@pytest.mark.urs("URS-27")
def test_asks_the_same_of_the_second_person(
    people: dict[Role, Person], program: Program, site: Site
) -> None:
    stranger = PersonFactory.create(roles=[Role.TECHNICIAN])

    with pytest.raises(NotAuthorised) as caught:
        require_authority(
            people[Role.TECHNICIAN],
            Action.DISCARD_VIALS,
            programs=[program.pk],
            sites=[site.pk],
            second_person=stranger,
        )
    assert caught.value.codes == ["OUTSIDE_PROGRAM"]


def share(group: Role, program: Program, site: Site) -> None:
    """Let everybody of a role work on the program and at the site."""
    row = Group.objects.get(name=group)
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        ProgramGroupPermission(
            group=row,
            content_object=program,
            permission=Permission.objects.get(codename="work_on_program"),
        ).save()
        SiteGroupPermission(
            group=row,
            content_object=site,
            permission=Permission.objects.get(codename="work_at_site"),
        ).save()


@pytest.mark.urs("URS-14")
@pytest.mark.parametrize("scoped", ["by nobody", "in person", "by role"])
def test_answers_in_one_statement_what_the_scopes_say(
    scoped: str, program: Program, site: Site
) -> None:
    own = {"programs": [program], "sites": [site]} if scoped == "in person" else {}
    person = PersonFactory.create(roles=[Role.TECHNICIAN], **own)
    if scoped == "by role":
        share(Role.TECHNICIAN, program, site)

    found = standing(person, programs=[program.pk], sites=[site.pk])

    works_on = Program.objects.worked_on_by(person).filter(pk=program.pk).exists()
    works_at = Site.objects.worked_at_by(person).filter(pk=site.pk).exists()
    assert (found.is_outside_a_program, found.is_outside_a_site) == (not works_on, not works_at)
    assert works_on is works_at is (scoped != "by nobody")
