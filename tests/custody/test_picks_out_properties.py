"""Whatever is done at picks of a vial, it is out for the union of its times."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.changes import machine_change
from audit.errors import ActionRefused
from custody.actions.claim_vials import claim_vials
from custody.actions.scan_pick import scan_pick
from custody.actions.witness_pick import witness_pick
from custody.lifts import Reach, note_lift
from custody.models import Retrieval
from custody.queries.exposure import exposure_page
from custody.queries.warmth import warmth_of
from custody.warmth import spent_by
from inventory.models import Vial
from tests.custody.picks import (
    MINUTE,
    SECOND,
    WIDE,
    checked_out,
    endures,
    given_back,
    put_back,
)
from tests.custody.retrievals import requested_retrieval
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-112")

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["scan", "witness", "check out", "back", "give back", *Reach]),
        st.integers(1, 400),
    ),
    max_size=9,
)


class Picking:
    """Picks of one vial, one after the other, and what is lifted beside them."""

    def __init__(self, world: World, vial: Vial) -> None:
        self.world, self.vial = world, vial
        self.order: Retrieval | None = None
        self.since: datetime | None = None
        self.own: list[tuple[datetime, datetime]] = []

    def do(self, step: str, at: datetime) -> None:
        """Do one step where it is possible."""
        if isinstance(step, Reach):
            self._lift(step, at)
            return
        if self.order is None:
            self.order = self._claimed(at)
        try:
            self._act(step, self.order, at)
        except ActionRefused:
            return
        if step in {"scan", "witness"}:
            self.since = self.since or at
        if step in {"back", "give back"}:
            self.own += [] if self.since is None else [(self.since, at)]
            self.order = self.since = None

    def _act(self, step: str, order: Retrieval, at: datetime) -> None:
        world = self.world
        if step in {"scan", "witness"}:
            by = world.technician if step == "scan" else world.witness
            said = world.says(by)
            scan_pick(retrieval_id=order.pk, code=self.vial.code, attribution=said, at=at)
        elif step == "check out":
            checked_out(world, order, at)
        elif step == "back":
            put_back(world, self.vial, at)
        else:
            given_back(world, order, at)

    def _claimed(self, at: datetime) -> Retrieval:
        world = self.world
        order = requested_retrieval(world, self.vial)
        said = world.says(world.technician)
        keys = [self.vial.pk]
        claim_vials(retrieval_id=order.pk, vial_ids=keys, attribution=said, at=at)
        witness_pick(retrieval_id=order.pk, intent=world.signs(world.witness))
        return order

    def _lift(self, reach: Reach, at: datetime) -> None:
        with machine_change("test", action="test", reason="Test") as change:
            note_lift(change, reach, positions=[self.world.place("C1").pk], at=at)


def length_of_union(spans: list[tuple[datetime, datetime]]) -> timedelta:
    """Return how long at least one of these times goes on."""
    total, reached = timedelta(), datetime.min.replace(tzinfo=NOON.tzinfo)
    for began, ended in sorted(spans):
        total += max(timedelta(), ended - max(began, reached))
        reached = max(reached, ended)
    return total


@given(steps=STEPS)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_done_it_is_out_for_the_union_of_its_times(
    world: World, steps: list[tuple[str, int]]
) -> None:
    before = transaction.savepoint()
    vial, neighbour = world.released(2)
    endures(vial, **WIDE)
    picking, clock = Picking(world, vial), NOON + 60 * MINUTE
    for step, pause in steps:
        clock += pause * SECOND
        picking.do(step, clock)
    until = clock + 100 * SECOND

    facts = warmth_of([vial.pk, neighbour.pk], at=until)
    found = spent_by(facts[vial.pk], until)

    own = picking.own + ([] if picking.since is None else [(picking.since, until)])
    lifts = exposure_page(neighbour.pk, at=until).times.lifts
    lifted = [(row.began_at, row.ended_at) for row in lifts]
    assert found.total == length_of_union(own + lifted)
    assert found.taken_out == len(own)
    for key in facts:
        assert warmth_of([key], at=until) == {key: facts[key]}
    transaction.savepoint_rollback(before)
