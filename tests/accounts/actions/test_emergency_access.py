"""Emergency access: two others give it, it ends by itself, and quality sees what was done."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.access_rules import Limits
from accounts.actions.approve_emergency_access import approve_emergency_access
from accounts.actions.deliver_notice import deliver_notice
from accounts.actions.end_emergency_access import end_emergency_access
from accounts.actions.review_emergency_access import review_emergency_access
from accounts.actions.set_access_rules import set_access_rules
from accounts.authority import require_role
from accounts.emergencies import WAITS_FOR
from accounts.models import EmergencyAccess, Person, SecurityNotice
from accounts.queries.emergencies import (
    OpenEmergencies,
    changes_under,
    count_open,
    find_emergency,
)
from accounts.roles import Role
from audit.changes import machine_change
from audit.errors import NotAuthorised, NotFound
from audit.models import Change, Meaning
from inventory.actions.add_sponsor import add_sponsor
from inventory.actions.ask_emergency_access import ask_emergency_access
from inventory.models import Program
from sop.action import Action
from sop.authority import require_authority
from tests.browsing import Browser
from tests.custody.racing import race, winners
from tests.factories.inventory import ProgramFactory
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World

pytestmark = pytest.mark.urs("URS-22")
HOUR = timedelta(minutes=60)


def again(person: Person) -> Person:
    """Return a person as the next request reads them."""
    return Person.objects.get(pk=person.pk)


def ask(
    world: World, who: Person, role: Role | None, *, program: str = "", at: datetime | None = None
) -> EmergencyAccess:
    """Ask for a role or a program."""
    return ask_emergency_access(
        role=role,
        program_code=program,
        site_code="",
        intent=world.signs(again(who), reason="The tank is warming up"),
        at=at or timezone.now(),
    )


def approve(
    world: World, row: EmergencyAccess, *by: Person, at: datetime | None = None
) -> EmergencyAccess:
    """Let people approve, each from their own screen."""
    for person in by:
        intent = world.signs(again(person), meaning=Meaning.APPROVED, reason="It is so")
        row = approve_emergency_access(emergency_id=row.pk, intent=intent, at=at or timezone.now())
    return row


def given(world: World, who: Person, role: Role, *, at: datetime | None = None) -> EmergencyAccess:
    """Give emergency access by two."""
    row = ask(world, who, role, at=at)
    return approve(world, row, world.supervisor, world.release, at=at)


def open_for(person: Person) -> OpenEmergencies:
    """Return what is open now, as somebody sees it."""
    return count_open(person.pk, at=timezone.now())


def may_administer(person: Person) -> bool:
    """Say whether an action for administrators lets somebody in, by the database."""
    try:
        require_role(again(person), [Role.ADMINISTRATOR])
    except NotAuthorised:
        return False
    return True


@pytest.mark.urs("URS-31", "URS-69")
def test_takes_two_others_each_with_a_signature_and_tells_quality_at_once(
    world: World, settings: object
) -> None:
    settings.NOTICE_CONTACTS = {"quality": ["quality@example.org"]}  # type: ignore[attr-defined]  # pytest-django's own fixture
    began = timezone.now()
    row = ask(world, world.technician, Role.ADMINISTRATOR)
    assert not may_administer(world.technician)
    for outsider in (world.technician, world.inspector):
        with unauthorised():
            approve(world, row, outsider)

    first = approve(world, row, world.supervisor)
    assert not may_administer(world.technician), "one approval is none"
    with refused("SAME_APPROVER"):
        approve(world, row, world.supervisor)
    second = approve(world, first, world.release)

    assert_signed_and_kept(second, action="approve_emergency_access")
    assert may_administer(world.technician)
    assert second.expires_at is not None
    assert began + HOUR <= second.expires_at <= timezone.now() + HOUR
    notice = SecurityNotice.objects.get()
    assert (notice.kind, notice.severity, notice.about) == (
        ("emergency", "high", world.technician.user_id)
    )
    assert deliver_notice(at=timezone.now()), "it is queued for the very next run, not later"
    assert mail.outbox[0].to == ["quality@example.org"]
    with refused("NOT_WAITING"):
        approve(world, row, world.qa)


def test_both_may_sign_on_one_screen_and_who_asked_is_neither(world: World) -> None:
    row = ask(world, world.qa, Role.ADMINISTRATOR)
    one_is_the_asker = world.signs(world.supervisor, world.qa, meaning=Meaning.APPROVED)
    two_others = world.signs(world.supervisor, world.release, meaning=Meaning.APPROVED)

    with refused("OWN_EMERGENCY"):
        approve(world, row, world.qa)
    with refused("OWN_EMERGENCY"):
        approve_emergency_access(emergency_id=row.pk, intent=one_is_the_asker, at=timezone.now())
    given_now = approve_emergency_access(emergency_id=row.pk, intent=two_others, at=timezone.now())

    assert (given_now.first_approver, given_now.second_approver) == (
        (world.supervisor, world.release)
    )
    assert may_administer(world.qa)
    third = ask(world, world.witness, Role.SUPERVISOR)
    with refused("ON_EMERGENCY"):
        approve(world, third, world.qa)


@pytest.mark.urs("URS-15")
def test_ones_own_side_is_suspended_while_an_emergency_of_the_other_lasts(world: World) -> None:
    scopes = {"programs": [world.program.pk], "sites": [world.site.pk]}
    row = given(world, world.technician, Role.ADMINISTRATOR)

    person = again(world.technician)
    assert person.role_names() == ("administrator",)
    with pytest.raises(NotAuthorised) as caught:
        require_authority(person, Action.MOVE_VIALS, **scopes)  # type: ignore[arg-type]  # both are keys
    assert caught.value.codes == ["ROLE_MISSING"]
    end_emergency_access(emergency_id=row.pk, intent=world.signs(person), at=timezone.now())
    assert again(person).role_names() == ("technician",)
    require_authority(again(person), Action.MOVE_VIALS, **scopes)  # type: ignore[arg-type]  # as above
    more = given(world, world.witness, Role.SUPERVISOR)
    assert again(world.witness).role_names() == ("supervisor", "technician"), "one side, so both"
    assert more.role == Role.SUPERVISOR


@pytest.mark.urs("URS-27")
def test_ends_by_the_clock_of_the_database_with_nothing_running(world: World) -> None:
    almost = timezone.now() - HOUR + timedelta(seconds=1.5)
    given(world, world.technician, Role.ADMINISTRATOR, at=almost)
    held_in_this_request = again(world.technician)
    assert held_in_this_request.role_names() == ("administrator",)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1.6)")

    with unauthorised():
        add_sponsor(name="Too late", intent=world.signs(held_in_this_request))
    assert again(world.technician).role_names() == ("technician",)
    assert again(world.technician).emergencies() == ()


def test_a_program_opens_and_closes_again(world: World) -> None:
    other = ProgramFactory.create()
    person = world.technician
    row = approve(
        world, ask(world, person, None, program=other.code), world.supervisor, world.release
    )

    assert other in Program.objects.visible_to(person)
    require_authority(person, Action.MOVE_VIALS, programs=[other.pk], sites=[world.site.pk])
    end_emergency_access(emergency_id=row.pk, intent=world.signs(world.qa), at=timezone.now())

    assert other not in Program.objects.visible_to(person)
    with pytest.raises(NotAuthorised) as caught:
        require_authority(person, Action.MOVE_VIALS, programs=[other.pk])
    assert caught.value.codes == ["OUTSIDE_PROGRAM"]
    with refused("NOT_RUNNING"):
        end_emergency_access(emergency_id=row.pk, intent=world.signs(world.qa), at=timezone.now())
    with refused("UNKNOWN_SCOPE", by=NotFound):
        ask(world, person, None, program="NOWHERE")


def test_every_change_says_so_and_quality_reviews_them_all(world: World) -> None:
    row = given(world, world.technician, Role.ADMINISTRATOR)
    person = again(world.technician)
    sponsor = add_sponsor(name="In an emergency", intent=world.signs(person))
    change = Change.objects.latest("pk")

    assert change.role == f"administrator, emergency access {row.pk}"
    assert list(changes_under(row)) == [change]
    assert open_for(world.qa) == OpenEmergencies(waiting=0, lasting=1, to_review=0)
    with refused("STILL_RUNNING"):
        review_emergency_access(
            emergency_id=row.pk, intent=world.signs(world.qa), at=timezone.now()
        )
    ended = end_emergency_access(emergency_id=row.pk, intent=world.signs(person), at=timezone.now())
    assert_signed_and_kept(ended, action="end_emergency_access")
    assert open_for(world.qa) == OpenEmergencies(waiting=0, lasting=0, to_review=1)
    for outsider in (world.admin, world.release, again(world.technician)):
        with unauthorised():
            review_emergency_access(
                emergency_id=row.pk, intent=world.signs(outsider), at=timezone.now()
            )
    reviewed = review_emergency_access(
        emergency_id=row.pk, intent=world.signs(world.qa), at=timezone.now()
    )

    assert_signed_and_kept(reviewed, action="review_emergency_access")
    assert reviewed.reviewed_changes == changes_under(ended).count() == 1
    assert find_emergency(row.pk, at=timezone.now()).state == "Reviewed"
    assert open_for(world.qa) == OpenEmergencies(waiting=0, lasting=0, to_review=0)
    assert sponsor.history.get().change == change
    with refused("ALREADY_REVIEWED"):
        review_emergency_access(
            emergency_id=row.pk, intent=world.signs(world.qa2), at=timezone.now()
        )


def test_nobody_reviews_their_own(world: World) -> None:
    row = given(world, world.qa, Role.ADMINISTRATOR)
    end_emergency_access(emergency_id=row.pk, intent=world.signs(world.qa), at=timezone.now())

    with refused("OWN_EMERGENCY"):
        review_emergency_access(
            emergency_id=row.pk, intent=world.signs(again(world.qa)), at=timezone.now()
        )


def test_who_approved_it_does_not_review_it(world: World) -> None:
    row = approve(
        world, ask(world, world.technician, Role.ADMINISTRATOR), world.qa, world.supervisor
    )
    end_emergency_access(
        emergency_id=row.pk, intent=world.signs(world.technician), at=timezone.now()
    )

    with refused("OWN_APPROVAL"):
        review_emergency_access(
            emergency_id=row.pk, intent=world.signs(world.qa), at=timezone.now()
        )
    review_emergency_access(emergency_id=row.pk, intent=world.signs(world.qa2), at=timezone.now())


def test_waits_on_the_dashboard_of_whoever_may_still_approve_it(world: World) -> None:
    row = ask(world, world.technician, Role.ADMINISTRATOR)
    waits, none = (
        OpenEmergencies(waiting=1, lasting=0, to_review=0),
        OpenEmergencies(waiting=0, lasting=0, to_review=0),
    )
    assert [open_for(person) for person in (world.technician, world.qa)] == [none, waits]
    approve(world, row, world.qa)
    desk = Browser()
    desk.force_login(world.supervisor)

    assert "Emergency access to approve" in desk.get("/").text
    assert [open_for(person) for person in (world.qa, world.supervisor)] == [none, waits]
    assert count_open(world.supervisor.pk, at=timezone.now() + WAITS_FOR) == none


def test_refuses_what_an_emergency_never_gives_and_what_waited_too_long(world: World) -> None:
    with refused("ROLE_NEVER_GIVEN"):
        ask(world, world.technician, Role.RELEASE)
    with refused("NOTHING_ASKED"):
        ask(world, world.technician, None)
    with refused("ROLE_ALREADY_HELD"):
        ask(world, world.technician, Role.TECHNICIAN)
    for outsider in (world.inspector, PersonFactory.create(roles=[Role.SERVICE])):
        with unauthorised():
            ask(world, outsider, Role.TECHNICIAN)
    row = ask(world, world.technician, Role.SUPERVISOR)
    with refused("ALREADY_ASKED"):
        ask(world, world.technician, Role.SUPERVISOR)
    with refused("LAPSED"):
        approve(world, row, world.qa, at=row.requested_at + WAITS_FOR)
    later = row.requested_at + WAITS_FOR
    assert ask(world, world.technician, Role.SUPERVISOR, at=later).pk != row.pk


def guesses(row: EmergencyAccess, world: World) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what somebody might write past the rules, and the constraint that is in the way."""
    start = timezone.now()
    started = {
        "first_approver": world.qa,
        "second_approver": world.qa2,
        "started_at": start,
        "expires_at": start + HOUR,
    }
    own = started | {"second_approver": row.person}
    yield "accounts_emergency_takes_two_others", own
    yield "accounts_emergency_takes_two_others", started | {"second_approver": world.qa}
    too_long = started | {"expires_at": start + HOUR + timedelta(seconds=1)}
    yield "accounts_emergency_lasts_an_hour_at_most", too_long
    yield "accounts_emergency_starts_with_two", started | {"first_approver": None}
    yield "accounts_emergency_gives_something", {"role": Role.RELEASE}
    own_review = {"reviewed_by": row.person, "reviewed_at": start, "reviewed_changes": 0}
    yield "accounts_emergency_reviewed_by_another", started | own_review


def test_the_database_holds_two_others_and_one_hour(world: World) -> None:
    asked = ask(world, world.technician, Role.SUPERVISOR)

    for constraint, written in guesses(asked, world):
        row = EmergencyAccess.objects.get(pk=asked.pk)
        for name, value in written.items():
            setattr(row, name, value)
        with (
            pytest.raises(IntegrityError, match=constraint),
            machine_change("bench 1", action="guess", reason="Guessing"),
        ):
            row.save(update_fields=list(written))


def test_how_long_it_lasts_is_a_rule_of_the_site(world: World) -> None:
    with refused("OUT_OF_BOUNDS"):
        set_access_rules(limits=Limits(emergency_minutes=61), intent=world.signs(world.admin))
    set_access_rules(limits=Limits(emergency_minutes=10), intent=world.signs(world.admin))

    row = given(world, world.technician, Role.ADMINISTRATOR)

    assert row.started_at is not None
    assert row.expires_at == row.started_at + timedelta(minutes=10)


def test_two_who_approve_at_once_are_the_first_and_the_second(committed_world: World) -> None:
    world = committed_world
    row = ask(world, world.technician, Role.ADMINISTRATOR)

    outcomes = race(
        lambda: approve(world, row, world.supervisor),
        lambda: approve(world, row, world.release),
        meet_in="accounts.actions.approve_emergency_access.locked_emergency",
    )

    assert len(winners(outcomes)) == 2
    both = EmergencyAccess.objects.get(pk=row.pk)
    assert {both.first_approver_id, both.second_approver_id} == {
        world.supervisor.pk,
        world.release.pk,
    }
    assert SecurityNotice.objects.count() == 1
