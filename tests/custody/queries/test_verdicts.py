"""The verdicts of many vials are those of each alone."""

from datetime import timedelta
from typing import Any

import pytest

from custody.actions.place_hold import place_hold
from custody.models import HoldScope
from custody.queries.facts import facts_by_code
from custody.queries.verdicts import verdicts
from inventory.models import Vial
from temperature.watching import judge_readings, watch_for_silence
from tests.custody.retrievals import claimed_retrieval, picked_retrieval
from tests.custody.test_chain import tamper
from tests.custody.test_time_out import split
from tests.factories.deviations import opened_deviation
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

MINUTE = timedelta(minutes=1)
LATER = NOON + 30 * MINUTE


def measured(world: World) -> None:
    """Measure the tank for half an hour, too warm for a while and then silent."""
    LimitVersionFactory.create(profile__unit=world.tank)
    probe = fitted_probe(world.tank)
    arrived(probe, [-190.0], start=probe.fittings.get().began_at, at=NOON)
    arrived(probe, [-190.0, *[-130.0] * 5, *[-190.0] * 4], start=NOON, at=LATER)
    judge_readings(at=LATER)
    watch_for_silence(at=LATER)


def in_every_state(world: World) -> list[Vial]:
    """Return vials that differ in what their verdicts rest on, in a measured tank."""
    parent = world.checked_out(world.released())[0]
    held, *others = world.released(5)
    for _ in range(2):
        place_hold(scope=HoldScope.VIALS, subject=held.code, intent=world.signs(world.qa), at=NOON)
        opened_deviation(world, vials=[held, others[0]])
    vials = [
        *(held, *others, parent),
        *world.expected(),
        *world.received(),
        *world.stored(2),
        claimed_retrieval(world)[1],
        picked_retrieval(world)[1],
        split(world, parent, "A9990260000010-901"),
    ]
    measured(world)
    for statement, vial in zip(BEHIND_THE_TRIGGERS, others, strict=True):
        tamper(statement, vial.pk)
    return vials


BEHIND_THE_TRIGGERS = [
    "UPDATE inventory_vial SET quality = 'rejected' WHERE id = %s",
    "UPDATE custody_custodyevent SET reason = 'x' WHERE vial_id = %s AND seq = 2",
    "UPDATE inventory_position SET condition = 'in_doubt' "
    "WHERE id = (SELECT position_id FROM inventory_vial WHERE id = %s)",
    "UPDATE inventory_vial SET expires_at = '2020-01-01' WHERE id = %s",
]


@pytest.mark.urs("URS-112", "URS-117")
def test_agree_with_each_alone_in_three_statements(
    world: World, django_assert_num_queries: Any
) -> None:
    vials = in_every_state(world)

    with django_assert_num_queries(3):
        judged = verdicts([vial.pk for vial in vials], at=LATER)

    alone = {vial.pk: facts_by_code(vial.code, seen_by=world.qa, at=LATER) for vial in vials}
    assert judged == {key: facts and facts.judgement for key, facts in alone.items()}
    assert judged == {key: one for key in judged for one in verdicts([key], at=LATER).values()}
    codes = {finding.code for one in judged.values() for finding in one.findings}
    assert {
        *("CHAIN_BROKEN", "CUSTODY_GAP", "PLACE_IN_DOUBT", "CHANGED_SINCE_RELEASE", "EXPIRED"),
        *("ON_HOLD", "OPEN_DEVIATION", "EXCURSION", "TEMPERATURE_GAP", "NO_HOLD"),
    } <= codes


@pytest.mark.urs("URS-112")
def test_vials_that_stand_alike_are_judged_once(world: World) -> None:
    vials = world.released(5)
    measured(world)

    judged = verdicts([vial.pk for vial in vials], at=LATER)

    assert len(judged) == 5
    assert len({id(judgement) for judgement in judged.values()}) == 1
