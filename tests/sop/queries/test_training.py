"""Who has to be trained for what, who is not, and what a new version will ask for."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from accounts.roles import Role
from audit.changes import machine_change
from sop.action import Action
from sop.documents.document import TrainingDemand
from sop.models import Assessment, Follows, ProcedureVersion
from sop.qualification import is_qualified
from sop.queries.standing import stands_of
from sop.queries.training import Matrix, Wanted, demand_of, soon_of, training_matrix, training_of
from sop.training import GAPS, Stand
from tests.factories.inventory import SiteFactory
from tests.factories.people import PersonFactory
from tests.factories.procedures import HOUSE, document, govern, in_force, train
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-07")
DAY = timedelta(days=1)


def version_of(
    world: World, code: str = "SOP-T-001", number: int = 1, **more: object
) -> ProcedureVersion:
    """Return a version that asks for an assessment."""
    said = document(code=code, training=TrainingDemand(assessment=True))
    return in_force(said, author=world.qa2, approver=world.release, number=number, **more)  # type: ignore[arg-type]  # its `since`


def passed(who: Person, version: ProcedureVersion, by: Person, until: datetime) -> None:
    """Let somebody have passed an assessment that counts until then."""
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        Assessment(
            person=who,
            version=version,
            assessor=by,
            is_passed=True,
            observed="Three vials",
            assessed_at=NOON - 300 * DAY,
            counts_until=until,
        ).save(force_insert=True)


def stands(matrix: Matrix) -> dict[str, str]:
    """Return how those stand who have to know the first version, by the first name."""
    return {
        row.person.name.split()[0]: str(row.cells[0].standing.judged.stand)
        for row in matrix.rows
        if row.cells[0].is_required
    }


def test_shows_how_each_stands_who_has_to_follow_it(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = version_of(world)
    govern(Action.PLACE_VIALS, version)
    late = PersonFactory.create(
        full_name="Late Example", roles=[Role.TECHNICIAN], sites=[world.site]
    )
    for who, until in {
        world.technician: NOON + 100 * DAY,
        world.witness: NOON + 30 * DAY,
        late: NOON,
    }.items():
        train(who, version)
        passed(who, version, world.qa, until)

    only = Wanted(procedure="SOP-T-001")
    with django_assert_num_queries(6):  # as it says itself
        matrix = training_matrix(at=NOON, sites=[world.site.pk], wanted=only)

    assert stands(matrix) == {
        "Technician": Stand.QUALIFIED,
        "Witness": Stand.EXPIRING,
        "Late": Stand.EXPIRED,
        "Supervisor": Stand.TO_READ,
    }
    assert matrix.gaps == 2
    assert {row.person.name for row in matrix.rows} > {"Qa Example"}, "who may follow it is shown"
    gaps = training_matrix(at=NOON, wanted=Wanted(only_gaps=True))
    assert {row.person.name for row in gaps.rows} == {"Late Example", "Supervisor Example"}
    for nothing in (
        Wanted(role="release", procedure="SOP-T-001", only_gaps=True),
        Wanted(procedure="SOP-X"),
        Wanted(site_id=0),
    ):
        assert training_matrix(at=NOON, wanted=nothing).rows == ()
    assert training_matrix(at=NOON, sites=[SiteFactory.create().pk]).rows == ()


@pytest.mark.urs("URS-23")
def test_asks_for_what_counts_where_somebody_works(world: World) -> None:
    wide, narrow = version_of(world, "SOP-WIDE"), version_of(world, "SOP-SITE")
    elsewhere = SiteFactory.create()
    away = PersonFactory.create(
        full_name="Away Example", roles=[Role.TECHNICIAN], sites=[elsewhere]
    )
    govern(Action.PLACE_VIALS, wide)
    govern(Action.PLACE_VIALS, narrow, site=world.site)
    govern(Action.PACK_VIALS, wide, Follows.SCREEN, program=world.program, site=elsewhere)

    def asked(who: Person) -> set[str]:
        row = training_of(who.pk, at=NOON)
        assert row is not None
        codes = {cell.version.procedure.code for cell in row.cells if cell.is_required}
        return codes - {HOUSE}

    assert asked(world.technician) == {"SOP-SITE"}
    assert asked(away) == {"SOP-WIDE"}
    assert asked(world.qa) == set()
    assert training_of(world.admin.pk, at=NOON) is None


@pytest.mark.urs("URS-25")
def test_says_what_a_new_version_will_require(world: World) -> None:
    first = version_of(world)
    govern(Action.PLACE_VIALS, first)
    for who in (world.technician, world.witness, world.supervisor):
        train(who, first)
    passed(world.technician, first, world.qa, NOON + 100 * DAY)
    second = version_of(world, number=2, since=NOON + 10 * DAY)

    demand = demand_of(second.pk, at=NOON)

    assert demand is not None
    assert (demand.to_read, demand.to_assess) == (3, 2)
    row = training_of(world.technician.pk, at=NOON)
    assert row is not None
    assert not row.has_gap, "what comes is no gap yet"
    expiring, coming = soon_of(row, at=NOON)
    assert (expiring, [cell.version for cell in coming]) == ([], [second])
    assert soon_of(row, at=NOON - 5 * DAY) == ([], [])
    assert demand_of(0, at=NOON) is None


@pytest.mark.urs("URS-07")
def test_says_of_everybody_what_the_gate_says(world: World) -> None:
    now = timezone.now()
    versions = [
        in_force(
            document(code=code, training=demand), author=world.qa2, approver=world.release, number=n
        )
        for code, n, demand in (
            ("SOP-T-001", 1, TrainingDemand(assessment=True)),
            ("SOP-T-001", 2, TrainingDemand(assessment=True, again_for_this_version=True)),
            ("SOP-T-001", 3, TrainingDemand(assessment=True)),
            ("SOP-T-002", 1, TrainingDemand()),
        )
    ]
    people = [world.technician, world.witness, world.supervisor, world.release]
    for person, number in product(people[:3], range(4)):
        train(person, versions[number])
    passed(world.technician, versions[0], world.qa, now + DAY)
    passed(world.witness, versions[1], world.qa, now + DAY)
    passed(world.release, versions[1], world.qa, now + DAY)
    passed(world.supervisor, versions[1], world.qa, now - DAY)

    stands = stands_of([person.pk for person in people], versions, at=now)

    expected = {
        (person.pk, version.pk): is_qualified(person.pk, version.pk)
        for person, version in product(people, versions)
    }
    assert {key: each.judged.stand not in GAPS for key, each in stands.items()} == expected
    assert set(expected.values()) == {True, False}
