"""Access takes three people: the one concerned, the one who asks, the one who decides."""

from contextlib import nullcontext

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actions.create_person import create_person
from accounts.actions.deactivate_person import deactivate_person
from accounts.actions.open_first_account import open_first_account
from accounts.actions.reject_access import reject_access
from accounts.actions.request_role import request_role
from accounts.models import AccessRequest, Person, RequestStatus, RoleMembership
from accounts.opening import NewAccount
from accounts.queries.requests import find_request
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import machine_change
from audit.constraints import broken_constraint
from audit.errors import NotFound
from audit.models import Door, Meaning
from inventory.actions.approve_access import approve_access
from tests.accounts.access import approved
from tests.custody.racing import race, winners, without_locks
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-16")


def asked_for(world: World, person: Person, role: Role = Role.SUPERVISOR) -> AccessRequest:
    """Let the administrator ask for a role."""
    intent = world.signs(world.admin, reason="Team change 12")
    return request_role(person_id=person.pk, role=role, intent=intent)


def approval(world: World, person: Person) -> SignedIntent:
    """Let somebody sign that they approve."""
    return world.signs(person, meaning=Meaning.APPROVED, reason="Trained")


def test_counts_only_once_somebody_else_approved_it(world: World) -> None:
    asked = asked_for(world, world.witness)
    assert_signed_and_kept(asked, action="request_role")
    assert not RoleMembership.objects.filter(
        person=world.witness, group__name=Role.SUPERVISOR
    ).exists()

    done = approve_access(request_id=asked.pk, intent=approval(world, world.qa))

    assert_signed_and_kept(done, action="approve_access")
    membership = RoleMembership.objects.get(person=world.witness, group__name=Role.SUPERVISOR)
    assert_signed_and_kept(membership, action="approve_access")
    entry = find_request(asked.pk)
    assert (entry.requested_by, entry.reason) == (world.admin.full_name, "Team change 12")
    assert (entry.decided_by, entry.decision_reason) == (world.qa.full_name, "Trained")
    assert (entry.person, entry.what) == (world.witness.full_name, "Supervisor")


def test_refuses_who_asked_who_is_concerned_and_who_may_not(world: World) -> None:
    concerned = PersonFactory.create(roles=[Role.QA])
    key = asked_for(world, concerned).pk

    with refused("OWN_REQUEST"):
        approve_access(request_id=key, intent=approval(world, world.admin))
    with refused("OWN_ACCESS"):
        approve_access(request_id=key, intent=approval(world, concerned))
    with refused("OWN_ACCESS"):
        reject_access(request_id=key, intent=approval(world, concerned))
    with unauthorised():
        approve_access(request_id=key, intent=approval(world, world.release))
    with unauthorised():
        reject_access(request_id=key, intent=approval(world, world.technician))
    with refused("UNKNOWN_REQUEST", by=NotFound):
        approve_access(request_id=0, intent=approval(world, world.qa))


def test_nobody_asks_for_themselves(world: World) -> None:
    other = PersonFactory.create(roles=[Role.ADMINISTRATOR])

    with refused("ROLE_ALREADY_HELD", "OWN_ACCESS"):
        request_role(person_id=other.pk, role=Role.ADMINISTRATOR, intent=world.signs(other))


def test_is_asked_once_and_decided_once(world: World) -> None:
    asked = asked_for(world, world.witness)
    with refused("ALREADY_ASKED"):
        asked_for(world, world.witness)

    reject_access(request_id=asked.pk, intent=approval(world, world.qa))

    with refused("ALREADY_DECIDED"):
        approve_access(request_id=asked.pk, intent=approval(world, world.qa))
    again = asked_for(world, world.witness)
    assert again.status == RequestStatus.REQUESTED


def test_is_refused_when_something_speaks_against_it_by_now(world: World) -> None:
    person = PersonFactory.create()
    technician, administrator = (
        asked_for(world, person, role) for role in (Role.TECHNICIAN, Role.ADMINISTRATOR)
    )
    closed = asked_for(world, world.witness)
    approved(world, technician)
    deactivate_person(person_id=world.witness.pk, intent=world.signs(world.admin))

    with refused("ROLES_EXCLUDE_EACH_OTHER"):
        approve_access(request_id=administrator.pk, intent=approval(world, world.qa))
    with refused("DEACTIVATED"):
        approve_access(request_id=closed.pk, intent=approval(world, world.qa))


@pytest.mark.parametrize(
    ("locked", "given"), [(True, 1), (False, 2)], ids=["with the lock", "without it"]
)
def test_of_an_approval_and_a_rejection_at_once_one_counts(
    committed_world: World, locked: bool, given: int
) -> None:
    world = committed_world
    key = asked_for(world, world.witness).pk

    with nullcontext() if locked else without_locks():
        outcomes = race(
            lambda: approve_access(request_id=key, intent=approval(world, world.qa)),
            lambda: reject_access(request_id=key, intent=approval(world, world.qa2)),
            meet_in=("inventory.actions.approve_access.decide",
                     "accounts.actions.reject_access.decide"),
        )  # fmt: skip

    assert len(winners(outcomes)) == given


def update(written: str, key: int) -> None:
    """Write to a request by raw SQL, in an open Change."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_accessrequest SET {written} WHERE id = %s", [key])


@pytest.mark.parametrize(
    ("written", "constraint"),
    [
        ("decided_by_id = person_id", "accounts_somebody_else_decides"),
        ("decided_by_id = requested_by_id", "accounts_somebody_else_decides"),
        ("requested_by_id = person_id", "accounts_nobody_asks_for_themselves"),
    ],
)
def test_the_database_insists_on_three_people(world: World, written: str, constraint: str) -> None:
    asked = asked_for(world, world.witness)
    status = "" if written.startswith("requested") else ", status = 'approved', decided_at = now()"

    with machine_change("attacker", action="attack", reason="To see whether it holds"):
        with pytest.raises(IntegrityError) as fault, transaction.atomic():
            update(f"{written}{status}", asked.pk)
        assert broken_constraint(fault.value) == constraint


NOBODY_YET = NewAccount(
    user_id="first", full_name="First Person", password="icy-winter-morning-7",
    roles=[Role.ADMINISTRATOR],
)  # fmt: skip


@pytest.mark.django_db
def test_a_single_administrator_lets_others_in_alone_and_the_record_says_so() -> None:
    first = open_first_account(account=NOBODY_YET, device="set-up")
    opened = RoleMembership.history.get(person=first)
    assert (opened.change.door, opened.change.action) == (Door.MACHINE, "open_first_account")
    intent = SignedIntent(
        signer=first, meaning=Meaning.PERFORMED, reason="Set-up", device="desk", confirmed_at=NOON
    )

    def opens(user_id: str, role: Role) -> Person:
        account = NewAccount(
            user_id=user_id,
            full_name=user_id.title(),
            password="icy-winter-morning-7",
            roles=[role],
        )
        return create_person(account=account, intent=intent)

    quality, technician = opens("quality", Role.QA), opens("technician", Role.TECHNICIAN)

    alone, waiting = AccessRequest.objects.order_by("pk")
    assert (alone.person, alone.status) == (quality, RequestStatus.ALONE)
    assert (waiting.person, waiting.status) == (technician, RequestStatus.REQUESTED)
    assert quality.role_names() == ("qa",)
    assert technician.role_names() == ()
