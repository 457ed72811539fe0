"""Work without the procedure: a supervisor's signature, a deviation with it, and an end."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from accounts.models import Person
from accounts.roles import Role
from audit.errors import NotAuthorised, NotFound
from sop.actions.begin_emergency_work import begin_emergency_work
from sop.actions.end_emergency_work import end_emergency_work
from sop.models import Deviation, DeviationSource, EmergencyWork
from sop.queries.emergency_work import lasting_now
from tests.custody.racing import race, winners, without_locks
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World

pytestmark = pytest.mark.urs("URS-23")


def begin(world: World, by: Person | None = None, hours: int = 8) -> EmergencyWork:
    """Begin emergency work at the world's site."""
    intent = world.signs(by or world.supervisor, reason="The tank fails")
    return begin_emergency_work(site_id=world.site.pk, hours=hours, intent=intent)


@pytest.mark.urs("URS-113")
def test_lasts_by_the_databases_clock_and_opens_a_deviation_with_it(world: World) -> None:
    row = begin(world)

    assert_signed_and_kept(row, action="begin_emergency_work")
    assert row.ends_at - row.begun_at == timedelta(hours=8)
    deviation = Deviation.objects.get()
    assert deviation.number == row.deviation
    assert (deviation.source, deviation.site) == (DeviationSource.EMERGENCY_WORK, world.site)
    assert "The tank fails" in deviation.what_happened
    assert [work.id for work in lasting_now()] == [row.pk]
    with refused("LASTS_ALREADY"):
        begin(world)

    ended = end_emergency_work(work_id=row.pk, intent=world.signs(world.qa))

    assert_signed_and_kept(ended, action="end_emergency_work")
    assert lasting_now() == []
    with refused("NOT_LASTING"):
        end_emergency_work(work_id=row.pk, intent=world.signs(world.qa))
    assert begin(world, hours=1).deviation != row.deviation


def test_takes_a_supervisor_of_the_site_and_few_hours(world: World) -> None:
    elsewhere = PersonFactory.create(roles=[Role.SUPERVISOR])
    for who in (world.technician, world.qa, world.admin):
        with unauthorised():
            begin(world, who)
    with refused("OUTSIDE_SITE", by=NotAuthorised):
        begin(world, elsewhere)
    for hours in (0, 9):
        with refused("OUT_OF_BOUNDS"):
            begin(world, hours=hours)
    with refused("UNKNOWN_SITE", by=NotFound):
        begin_emergency_work(site_id=0, hours=1, intent=world.signs(world.supervisor))
    with refused("UNKNOWN_WORK", by=NotFound):
        end_emergency_work(work_id=0, intent=world.signs(world.supervisor))
    row = begin(world)
    with unauthorised():
        end_emergency_work(work_id=row.pk, intent=world.signs(world.technician))
    with refused("OUTSIDE_SITE", by=NotAuthorised):
        end_emergency_work(work_id=row.pk, intent=world.signs(elsewhere))
    assert Deviation.objects.count() == 1


@pytest.mark.parametrize("locks", [True, False], ids=["with locks", "without them"])
def test_begun_by_two_at_once_it_begins_once(committed_world: World, locks: bool) -> None:
    world = committed_world
    other = PersonFactory.create(roles=[Role.SUPERVISOR], sites=[world.site])

    with nullcontext() if locks else without_locks():
        outcomes = race(
            lambda: begin(world),
            lambda: begin(world, other),
            meet_in="sop.actions.begin_emergency_work.refuse_if",
        )

    assert len(winners(outcomes)) == EmergencyWork.objects.count() == (1 if locks else 2)
