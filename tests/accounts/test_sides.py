"""Who administers does not handle product, who inspects does neither: in words and by database."""

from contextlib import nullcontext

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from accounts.actions.create_person import create_person
from accounts.actions.request_role import request_role
from accounts.actions.revoke_role import revoke_role
from accounts.authority import require_role
from accounts.models import Person, RoleMembership
from accounts.opening import NewAccount
from accounts.roles import Role
from accounts.sides import SIDES, refusals_to_combine
from audit.changes import machine_change
from audit.constraints import broken_constraint
from audit.errors import NotAuthorised
from custody.actions.place_hold import place_hold
from custody.models import HoldScope
from tests.accounts.access import approved, give_role
from tests.custody.racing import race, winners, without_locks
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import refused
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-15")

BOTH_CHECKED = "accounts.granting.reasons_against"


@pytest.mark.parametrize(
    ("roles", "fits"),
    [
        ([], True),
        (["technician", "supervisor", "qa", "release"], True),
        (["administrator"], True),
        (["administrator", "technician"], False),
        (["administrator", "release"], False),
        (["inspector", "qa"], False),
        (["inspector", "administrator"], False),
        (["service", "technician"], False),
        (["administrator", "a role of another time"], True),
    ],
)
def test_roles_of_one_side_go_together(roles: list[str], fits: bool) -> None:
    assert (refusals_to_combine(roles) == []) is fits


def test_every_role_is_on_a_side() -> None:
    assert set(SIDES) == set(Role)


def test_refuses_in_words_to_give_roles_of_two_sides(world: World) -> None:
    intent = world.signs(world.admin)

    with refused("ROLES_EXCLUDE_EACH_OTHER"):
        request_role(person_id=world.qa.pk, role=Role.ADMINISTRATOR, intent=intent)
    with refused("ROLES_EXCLUDE_EACH_OTHER"):
        request_role(person_id=world.inspector.pk, role=Role.QA, intent=intent)
    with refused("ROLES_EXCLUDE_EACH_OTHER"):
        create_person(
            account=NewAccount(
                user_id="both",
                full_name="Both Example",
                password="icy-winter-morning-7",
                roles=[Role.ADMINISTRATOR, Role.TECHNICIAN],
            ),
            intent=intent,
        )


def test_a_person_may_change_sides_once_the_old_role_is_taken_back(world: World) -> None:
    intent = world.signs(world.admin)
    person = PersonFactory.create(roles=[Role.TECHNICIAN])

    revoke_role(person_id=person.pk, role=Role.TECHNICIAN, intent=intent)
    give_role(world, person, Role.ADMINISTRATOR)

    assert Person.objects.get(pk=person.pk).role_names() == ("administrator",)


def insert(person: Person, role: Role) -> None:
    """Give a role by raw SQL, in an open Change, past every rule in Python."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_rolemembership (person_id, group_id)"
            " SELECT %s, id FROM auth_group WHERE name = %s",
            [person.pk, role.value],
        )


def test_the_database_refuses_it_to_raw_sql_as_well(world: World) -> None:
    moved = RoleMembership.objects.get(person=world.qa)
    theirs = Group.objects.get(name=Role.INSPECTOR)
    with machine_change("attacker", action="attack", reason="To see whether it holds"):
        with pytest.raises(IntegrityError) as fault, transaction.atomic():
            insert(world.qa, Role.ADMINISTRATOR)
        assert broken_constraint(fault.value) == "accounts_roles_of_one_side"
        grown = RoleMembership(person=world.qa, group=Group.objects.get(name=Role.RELEASE))
        grown.save(force_insert=True)
        moved.group = theirs
        with pytest.raises(IntegrityError) as fault, transaction.atomic():
            moved.save(update_fields=["group"])
        assert broken_constraint(fault.value) == "accounts_roles_of_one_side"


def unguard() -> None:
    """Drop the trigger; the next test has it again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_roles_of_one_side%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name} ON accounts_rolemembership")


@pytest.mark.parametrize(
    ("locked", "guarded", "givers"),
    [
        pytest.param(True, True, 1, id="with the lock and the trigger"),
        pytest.param(False, True, 1, id="with the trigger alone"),
        pytest.param(False, False, 2, id="with neither, which shows the fault"),
    ],
)
def test_of_two_sides_given_at_once_one_is(
    committed_world: World, locked: bool, guarded: bool, givers: int
) -> None:
    world = committed_world
    person, intent = PersonFactory.create(), world.signs(world.admin)
    asked = [
        request_role(person_id=person.pk, role=role, intent=intent)
        for role in (Role.ADMINISTRATOR, Role.QA)
    ]
    if not guarded:
        unguard()

    with nullcontext() if locked else without_locks():
        outcomes = race(
            lambda: approved(world, asked[0]),
            lambda: approved(world, asked[1]),
            meet_in=BOTH_CHECKED,
        )

    assert len(winners(outcomes)) == givers
    if givers == 1:
        assert ["ROLES_EXCLUDE_EACH_OTHER"] in [outcome.codes for outcome in outcomes]
    assert RoleMembership.objects.filter(person=person).count() == givers


def test_who_holds_two_sides_behind_the_databases_back_may_do_nothing(
    committed_world: World,
) -> None:
    world = committed_world
    unguard()
    both = PersonFactory.create(
        roles=[Role.ADMINISTRATOR, Role.QA], programs=[world.program], sites=[world.site]
    )
    vial = world.stored()[0]

    with pytest.raises(NotAuthorised) as caught:
        require_role(both, [Role.ADMINISTRATOR])
    assert caught.value.codes == ["ROLES_EXCLUDE_EACH_OTHER"]
    with refused("ROLES_EXCLUDE_EACH_OTHER", by=NotAuthorised):
        place_hold(scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(both), at=NOON)
