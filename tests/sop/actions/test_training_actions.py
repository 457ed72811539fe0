"""Reading, assessing and taking back: who may, what is kept, and what it is worth afterwards."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Person
from accounts.roles import Role
from audit.models import Meaning
from sop.actions.assess_in_practice import assess_in_practice
from sop.actions.end_assessment import end_assessment
from sop.actions.sign_read_understood import sign_read_understood
from sop.documents.document import TrainingDemand
from sop.models import Assessment, ProcedureVersion, ReadUnderstood
from sop.queries.standing import stands_of
from sop.training import Stand, months_after
from tests.custody.racing import race, winners, without_locks
from tests.factories.people import PersonFactory
from tests.factories.procedures import document, in_force, train
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-07")
DAY = timedelta(days=1)


def version_of(world: World, **training: object) -> ProcedureVersion:
    """Return a version in force that asks for this training."""
    said = document(training=TrainingDemand.model_validate(training))
    return in_force(said, author=world.qa2, approver=world.release)


def read(
    world: World, who: Person, version: ProcedureVersion, at: datetime = NOON
) -> ReadUnderstood:
    """Let somebody sign that they read a version."""
    intent = world.signs(who, meaning=Meaning.RESPONSIBILITY)
    return sign_read_understood(version_id=version.pk, intent=intent, at=at)


def assess(
    world: World,
    version: ProcedureVersion,
    *,
    by: Person,
    who: Person | None = None,
    is_passed: bool = True,
    at: datetime = NOON,
) -> Assessment:
    """Assess the technician, or somebody else."""
    return assess_in_practice(
        person_id=(who or world.technician).pk,
        version_id=version.pk,
        is_passed=is_passed,
        observed="Three vials, gloves on, lid closed within a minute",
        intent=world.signs(by, meaning=Meaning.REVIEWED),
        at=at,
    )


def stand(who: Person, version: ProcedureVersion, at: datetime = NOON) -> Stand:
    """Return how somebody stands."""
    return stands_of([who.pk], [version], at=at)[who.pk, version.pk].judged.stand


def ready_to_assess(world: World) -> ProcedureVersion:
    """Return a version that the technician, two of quality and the supervisor have read."""
    version = version_of(world, assessment=True, valid_months=12)
    for person in (world.technician, world.qa, world.qa2, world.supervisor):
        train(person, version)
    return version


def test_reading_is_signed_once_by_oneself_and_qualifies(world: World) -> None:
    version = version_of(world)
    assert stand(world.technician, version) == Stand.TO_READ

    row = read(world, world.technician, version)

    assert_signed_and_kept(row, action="sign_read_understood")
    assert stand(world.technician, version) == Stand.QUALIFIED
    assert stand(world.witness, version) == Stand.TO_READ
    with refused("ALREADY_READ"):
        read(world, world.technician, version)
    with unauthorised():
        read(world, world.admin, version)


@pytest.mark.urs("URS-25")
def test_what_is_read_is_in_force_or_comes(world: World) -> None:
    first = version_of(world)
    second = in_force(
        document(), author=world.qa2, approver=world.release, number=2, since=NOON + DAY
    )

    read(world, world.technician, second)
    with refused("VERSION_NOT_TO_READ"):
        read(world, world.technician, first, at=NOON + DAY)

    assert stand(world.technician, second, at=NOON + DAY) == Stand.QUALIFIED


@pytest.mark.urs("URS-31")
def test_assessing_counts_for_the_months_of_the_document(world: World) -> None:
    version = ready_to_assess(world)
    assert stand(world.technician, version) == Stand.TO_ASSESS

    row = assess(world, version, by=world.qa)

    assert_signed_and_kept(row, action="assess_in_practice")
    assert row.counts_until == datetime(2027, 11, 20, 12, tzinfo=UTC)
    expected = {
        NOON: Stand.QUALIFIED,
        row.counts_until - 30 * DAY: Stand.EXPIRING,
        row.counts_until - timedelta(seconds=1): Stand.EXPIRING,
        row.counts_until: Stand.EXPIRED,
    }
    assert {at: stand(world.technician, version, at) for at in expected} == expected


def test_a_later_one_that_was_not_passed_takes_the_right_away(world: World) -> None:
    version = ready_to_assess(world)
    assess(world, version, by=world.qa)
    assess(world, version, by=world.qa, who=world.supervisor)

    assess(world, version, by=world.supervisor, is_passed=False, at=NOON + DAY)

    assert stand(world.technician, version, NOON) == Stand.QUALIFIED
    assert stand(world.technician, version, NOON + DAY) == Stand.FAILED


def test_quality_assesses_the_first_and_then_only_who_is_qualified(world: World) -> None:
    version = ready_to_assess(world)
    with refused("ASSESSOR_NOT_QUALIFIED"):
        assess(world, version, by=world.supervisor)

    assess(world, version, by=world.qa, who=world.supervisor)

    with refused("ASSESSOR_NOT_QUALIFIED"):
        assess(world, version, by=world.qa)
    assess(world, version, by=world.supervisor)
    assert stand(world.technician, version) == Stand.QUALIFIED


@pytest.mark.urs("URS-31")
def test_refuses_an_assessment_with_every_reason(world: World) -> None:
    version = ready_to_assess(world)
    plain = in_force(document(code="SOP-T-002"), author=world.qa2, approver=world.release)
    closed = PersonFactory.create(roles=[Role.TECHNICIAN], is_active=False)
    for person in (world.technician, world.qa):
        train(person, plain)
    with refused("OWN_ASSESSMENT"):
        assess(world, version, by=world.qa, who=world.qa)
    with refused("NOT_READ_YET"):
        assess(world, version, by=world.qa, who=world.witness)
    with refused("NOT_TO_BE_TRAINED", "NOT_READ_YET"):
        assess(world, version, by=world.qa, who=closed)
    with refused("NO_ASSESSMENT_ASKED", "NOTHING_OBSERVED"):
        assess_in_practice(
            person_id=world.technician.pk,
            version_id=plain.pk,
            is_passed=True,
            observed=" ",
            intent=world.signs(world.qa),
            at=NOON,
        )
    with unauthorised():
        assess(world, version, by=world.witness)
    assert not Assessment.objects.exists()


def test_quality_takes_an_assessment_back_once(world: World) -> None:
    version = ready_to_assess(world)
    passed = assess(world, version, by=world.qa)
    with unauthorised():
        end_assessment(assessment_id=passed.pk, intent=world.signs(world.supervisor), at=NOON)

    row = end_assessment(assessment_id=passed.pk, intent=world.signs(world.qa2), at=NOON + DAY)

    assert_signed_and_kept(row, action="end_assessment")
    assert stand(world.technician, version, NOON) == Stand.QUALIFIED
    assert stand(world.technician, version, NOON + DAY) == Stand.TO_ASSESS
    with refused("ALREADY_ENDED"):
        end_assessment(assessment_id=passed.pk, intent=world.signs(world.qa), at=NOON)
    failed = assess(world, version, by=world.qa, is_passed=False, at=NOON + DAY)
    with refused("NOTHING_TO_END"):
        end_assessment(assessment_id=failed.pk, intent=world.signs(world.qa), at=NOON + DAY)


def test_what_a_later_one_replaced_is_not_taken_back(world: World) -> None:
    version = ready_to_assess(world)
    old = assess(world, version, by=world.qa)
    assess(world, version, by=world.qa, at=NOON + DAY)

    with refused("NOT_THE_NEWEST"):
        end_assessment(assessment_id=old.pk, intent=world.signs(world.qa), at=NOON + DAY)


def test_a_new_version_asks_for_what_it_says(world: World) -> None:
    first = ready_to_assess(world)
    assess(world, first, by=world.qa)
    demands = {
        2: TrainingDemand(assessment=True),
        3: TrainingDemand(assessment=True, again_for_this_version=True),
    }
    versions = {
        number: in_force(
            document(training=demand), author=world.qa2, approver=world.release, number=number
        )
        for number, demand in demands.items()
    }
    assert stand(world.technician, versions[2]) == Stand.TO_READ
    for version in versions.values():
        train(world.technician, version)

    assert stand(world.technician, versions[2]) == Stand.QUALIFIED
    assert stand(world.technician, versions[3]) == Stand.TO_ASSESS


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (datetime(2026, 1, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2026, 12, 15, tzinfo=UTC), 1, datetime(2027, 1, 15, tzinfo=UTC)),
        (datetime(2024, 2, 29, tzinfo=UTC), 24, datetime(2026, 2, 28, tzinfo=UTC)),
    ],
)
def test_counts_months_by_the_calendar(day: datetime, months: int, expected: datetime) -> None:
    assert months_after(day, months) == expected


def test_assessed_and_taken_back_at_once_one_comes_after_the_other(
    committed_world: World,
) -> None:
    world = committed_world
    version = ready_to_assess(world)
    passed = assess(world, version, by=world.qa)

    outcomes = race(
        lambda: end_assessment(
            assessment_id=passed.pk, intent=world.signs(world.qa2), at=NOON + DAY
        ),
        lambda: assess(world, version, by=world.qa, at=NOON + DAY),
        meet_in=(
            "sop.actions.end_assessment.refusals_to_end",
            "sop.actions.assess_in_practice.months_after",
        ),
    )

    passed.refresh_from_db()
    was_first = outcomes[0].error is None
    assert winners(outcomes)
    assert outcomes[0].codes == ([] if was_first else ["NOT_THE_NEWEST"])
    assert (passed.ended_at is not None) is was_first
    assert stand(world.technician, version, NOON + DAY) == Stand.QUALIFIED


@pytest.mark.parametrize("locks", [True, False], ids=["with locks", "without them"])
def test_taken_back_by_two_at_once_it_is_taken_back_once(
    committed_world: World, locks: bool
) -> None:
    world = committed_world
    passed = assess(world, ready_to_assess(world), by=world.qa)

    def end(who: Person) -> Assessment:
        return end_assessment(assessment_id=passed.pk, intent=world.signs(who), at=NOON + DAY)

    with nullcontext() if locks else without_locks():
        outcomes = race(
            lambda: end(world.qa),
            lambda: end(world.qa2),
            meet_in="sop.actions.end_assessment.refuse_if",
        )

    assert len(winners(outcomes)) == (1 if locks else 2), "without locks it is signed for twice"
