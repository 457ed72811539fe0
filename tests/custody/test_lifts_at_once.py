"""Two people at once in two boxes of one rack: the rack is taken out once."""

from datetime import timedelta

import pytest

from custody import lifts
from custody.actions.move_vials import move_vials
from custody.actions.place_vials import place_vials
from custody.models import Lift
from custody.placements import Placement
from inventory.models import Position, Vial
from tests.custody.racing import WAITS_FOR_NOBODY, Step, race
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-32", "URS-112")]

LATER = NOON + timedelta(hours=1)


def lifts_after_two_moves(world: World) -> int:
    """Let two people move a vial in a box of one rack each, a moment apart; count its lifts."""
    [one], [other] = world.stored(), world.received()
    stand = Placement(vial_id=other.pk, position_id=world.place("A1", world.other_box).pk)
    place_vials(placements=[stand], attribution=world.says(world.technician), at=NOON)

    def moving(vial: Vial, place: Position, seconds: int) -> Step:
        placements = [Placement(vial_id=vial.pk, position_id=place.pk)]
        by = world.says(world.technician if seconds else world.witness)
        at = LATER + timedelta(seconds=seconds)
        return lambda: move_vials(placements=placements, attribution=by, at=at)

    outcomes = race(
        moving(one, world.place("C1"), 0),
        moving(other, world.place("C1", world.other_box), 5),
        meet_in="custody.placements.write",
    )

    assert [outcome.error for outcome in outcomes] == [None, None]
    rows = Lift.objects.filter(lifted=world.rack, began_at__gt=LATER - timedelta(minutes=5))
    assert set(rows.values_list("container", flat=True)) == {world.box.pk, world.other_box.pk}
    return rows.values("series_began_at").distinct().count()


def test_is_one_lift_of_everything_in_the_rack(committed_world: World) -> None:
    assert lifts_after_two_moves(committed_world) == 1


def test_without_waiting_for_each_other_it_would_count_twice(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifts, "ONE_AFTER_THE_OTHER", WAITS_FOR_NOBODY)

    assert lifts_after_two_moves(committed_world) == 2
