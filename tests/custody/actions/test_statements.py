"""How many statements an action takes, however many vials it is about."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.move_vials import move_vials
from custody.actions.place_hold import place_hold
from custody.actions.place_vials import place_vials
from custody.actions.put_back_vials import put_back_vials
from custody.models import HoldScope
from tests.custody.actions.cases import Do
from tests.custody.actions.ways import keys, placements
from tests.world import NOON, World

BOUNDS = ("SAVEPOINT", "RELEASE SAVEPOINT")  # of the test's own transaction: BEGIN and COMMIT


def placing(world: World, count: int) -> Do:
    """Prepare placing."""
    wanted = placements(world.other_box, world.received(count))
    return lambda by: place_vials(placements=wanted, attribution=world.says(by), at=NOON)


def moving(world: World, count: int) -> Do:
    """Prepare moving."""
    wanted = placements(world.other_box, world.stored(count))
    return lambda by: move_vials(placements=wanted, attribution=world.says(by), at=NOON)


def putting_back(world: World, count: int) -> Do:
    """Prepare putting back."""
    wanted = placements(world.box, world.checked_out(world.stored(count)))
    return lambda by: put_back_vials(placements=wanted, attribution=world.says(by), at=NOON)


def checking_out(world: World, count: int) -> Do:
    """Prepare checking out."""
    vials = world.stored(count)
    return lambda by: check_out_vials(
        vial_ids=keys(vials),
        purpose=InternalPurpose.QC,
        intent=world.signs(by, world.witness),
        at=NOON,
    )


def holding(world: World, count: int) -> Do:
    """Prepare a recall of a batch."""
    vials = world.released(count)
    world.qa.role_names()  # read once for each person, as a session does before any action
    return lambda _: place_hold(
        scope=HoldScope.BATCH,
        subject=vials[0].batch.number,
        intent=world.signs(world.qa),
        at=NOON,
        is_recall=True,
    )


@pytest.mark.urs("URS-115")
@pytest.mark.parametrize(
    ("prepare", "exactly"),
    [
        (placing, 14),
        (moving, 14),
        (putting_back, 17),
        (checking_out, 17),
        (holding, 21),
    ],  # one waits for other lifts
)
def test_takes_few_statements_for_one_and_as_many_for_twenty(
    world: World, prepare: Callable[[World, int], Do], exactly: int
) -> None:
    counted = []
    for count in (1, 20):
        act = prepare(world, count)
        with CaptureQueriesContext(connection) as asked:
            act(world.technician)
        statements = [row["sql"] for row in asked if not row["sql"].startswith(BOUNDS)]
        counted.append(len(statements))

    assert counted[0] == counted[1] == exactly
