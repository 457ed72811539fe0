"""Putting on record what signing waits for: who may, what is refused, and that it is signed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.actions.acknowledge_policy import acknowledge_policy
from accounts.actions.publish_policy import publish_policy
from accounts.actions.record_certification import record_certification
from accounts.actions.verify_first_identity import verify_first_identity
from accounts.actions.verify_identity import verify_identity
from accounts.models import IdentityVerification
from accounts.readiness import newest_policy, readiness_of
from audit.changes import machine_change
from tests.custody.racing import race, winners
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

TODAY = NOON.date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.urs("URS-12")
def test_records_who_verified_an_identity_how_and_when(world: World) -> None:
    person = PersonFactory.create()

    row = verify_identity(
        person_id=person.pk,
        method=" Passport seen ",
        verified_on=TODAY,
        intent=world.signs(world.admin),
    )

    assert (row.verifier_name, row.method) == (world.admin.full_name, "Passport seen")
    assert_signed_and_kept(row, action="verify_identity")
    assert readiness_of(person.pk).is_identified


@pytest.mark.urs("URS-12")
def test_refuses_a_verification_that_says_nothing(world: World) -> None:
    person, kiosk = PersonFactory.create(), PersonFactory.create(is_shared=True)
    by = world.signs(world.admin)

    for person_id, method, day, code in (
        (world.admin.pk, "Passport seen", TODAY, "OWN_IDENTITY"),
        (kiosk.pk, "Passport seen", TODAY, "SHARED_ACCOUNT"),
        (person.pk, "  ", TODAY, "METHOD_MISSING"),
        (person.pk, "Passport seen", TOMORROW, "DAY_AHEAD"),
    ):
        with refused(code):
            verify_identity(person_id=person_id, method=method, verified_on=day, intent=by)

    with unauthorised():
        verify_identity(
            person_id=person.pk, method="Seen", verified_on=TODAY, intent=world.signs(world.qa)
        )


@pytest.mark.urs("URS-12")
def test_the_database_lets_nobody_verify_themselves(world: World) -> None:
    row = IdentityVerification(
        person=world.qa, verified_by=world.qa, verifier_name="Me", method="A", verified_on=TODAY
    )

    with (
        pytest.raises(IntegrityError, match="accounts_nobody_verifies_themselves"),
        machine_change("bench 1", action="guess", reason="Guessing"),
    ):
        row.save()


@pytest.mark.urs("URS-12")
def test_the_first_is_verified_by_whoever_installs_and_nobody_after(world: World) -> None:
    def first(user_id: str, method: str = "Passport seen") -> object:
        return verify_first_identity(
            user_id=user_id, verifier_name="QA", method=method, verified_on=TODAY, device="host"
        )

    with refused("NOT_THE_FIRST"):
        first(world.admin.user_id)
    with refused("NOT_THE_FIRST", "METHOD_MISSING", "NO_SUCH_ACCOUNT"):
        first("nobody", method="")


@pytest.mark.urs("URS-13")
def test_records_the_certification(world: World) -> None:
    by = world.signs(world.admin)

    row = record_certification(reference="LNR-7", sent_on=TODAY, intent=by)

    assert_signed_and_kept(row, action="record_certification")
    with refused("REFERENCE_MISSING"):
        record_certification(reference=" ", sent_on=TODAY, intent=by)
    with refused("DAY_AHEAD"):
        record_certification(reference="LNR-8", sent_on=TOMORROW, intent=by)
    with unauthorised():
        record_certification(reference="LNR-8", sent_on=TODAY, intent=world.signs(world.qa))


@pytest.mark.urs("URS-64")
def test_each_revision_is_acknowledged_once_by_each_person(world: World) -> None:
    earlier = newest_policy()
    assert earlier is not None
    assert readiness_of(world.technician.pk).has_acknowledged
    policy = publish_policy(text="Revised.", intent=world.signs(world.qa))

    assert policy.revision == earlier.revision + 1
    assert_signed_and_kept(policy, action="publish_policy")
    assert not readiness_of(world.technician.pk).has_acknowledged
    row = acknowledge_policy(policy_id=policy.pk, intent=world.signs(world.technician))
    assert_signed_and_kept(row, action="acknowledge_policy")
    assert readiness_of(world.technician.pk).has_acknowledged
    with refused("ALREADY_ACKNOWLEDGED"):
        acknowledge_policy(policy_id=policy.pk, intent=world.signs(world.technician))


@pytest.mark.urs("URS-64")
def test_refuses_an_old_revision_an_empty_text_and_other_publishers(world: World) -> None:
    earlier = newest_policy()
    assert earlier is not None
    publish_policy(text="Revised.", intent=world.signs(world.admin))

    with refused("POLICY_REPLACED"):
        acknowledge_policy(policy_id=earlier.pk, intent=world.signs(world.witness))
    with refused("TEXT_MISSING"):
        publish_policy(text=" ", intent=world.signs(world.admin))
    with unauthorised():
        publish_policy(text="Mine", intent=world.signs(world.technician))


@pytest.mark.urs("URS-64")
def test_two_publishers_at_once_make_one_revision(committed_world: World) -> None:
    world = committed_world

    outcomes = race(
        lambda: publish_policy(text="One", intent=world.signs(world.admin)),
        lambda: publish_policy(text="Other", intent=world.signs(world.qa)),
        meet_in="accounts.actions.publish_policy.refused_by",
    )

    assert len(winners(outcomes)) == 1
    assert ["PUBLISHED_MEANWHILE"] in [outcome.codes for outcome in outcomes]
