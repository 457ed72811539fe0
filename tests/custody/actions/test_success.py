"""Every action that appends: one event for each vial, true, attributed and signed."""

from dataclasses import dataclass

import pytest

from custody.models import CustodyEvent, EventKind
from inventory.models import Vial
from tests.custody.actions.cases import CASES
from tests.custody.actions.evidence import Expected, appends
from tests.world import World


@dataclass(frozen=True)
class Trace:
    """What an action leaves: its kind of event, who did it, with a witness, signed or not."""

    kind: EventKind
    by: str = "technician"
    witnessed: bool = False
    signed: bool = False


TRACES = {
    "place_vials": Trace(EventKind.PLACED),
    "move_vials": Trace(EventKind.MOVED),
    "put_back_vials": Trace(EventKind.PUT_BACK),
    "store_late": Trace(EventKind.PUT_BACK, witnessed=True, signed=True),
    "move_container": Trace(EventKind.MOVED_WITH_CONTAINER),
    "receive_batch": Trace(EventKind.RECEIVED, witnessed=True, signed=True),
    "check_out_vials": Trace(EventKind.CHECKED_OUT, witnessed=True, signed=True),
    "check_out_retrieval": Trace(EventKind.CHECKED_OUT, witnessed=True, signed=True),
    "pack_retrieval": Trace(EventKind.PACKED, witnessed=True, signed=True),
    "hand_over_retrieval": Trace(EventKind.HANDED_OVER, witnessed=True, signed=True),
    "confirm_arrival": Trace(EventKind.ARRIVED, signed=True),
    "record_administration": Trace(EventKind.ADMINISTERED, signed=True),
    "return_vials": Trace(EventKind.RETURNED, signed=True),
    "consume_vials": Trace(EventKind.CONSUMED, signed=True),
    "discard_vials": Trace(EventKind.DISCARDED, witnessed=True, signed=True),
    "transfer_vials": Trace(EventKind.TRANSFERRED, "supervisor", witnessed=True, signed=True),
    "record_found": Trace(EventKind.FOUND, "qa", signed=True),
    "split_vial": Trace(EventKind.SPLIT, witnessed=True, signed=True),
    "relabel_vial": Trace(EventKind.RELABELLED, witnessed=True, signed=True),
    "place_hold": Trace(EventKind.HELD, "qa"),
    "release_hold": Trace(EventKind.HOLD_RELEASED, "qa"),
    "decide_quality": Trace(EventKind.QUALITY_DECIDED, "release", signed=True),
    "claim_vials": Trace(EventKind.CLAIMED),
    "release_claim": Trace(EventKind.CLAIM_RELEASED),
    "close_count": Trace(EventKind.COUNTED),
}


@pytest.mark.urs("URS-31", "URS-33", "URS-34", "URS-36", "URS-49", "URS-52", "URS-91")
@pytest.mark.parametrize("name", TRACES)
def test_appends_one_true_event_for_each_vial(world: World, name: str) -> None:
    trace = TRACES[name]
    act = CASES[name].prepare(world)
    actor = getattr(world, trace.by)
    expected = Expected(
        trace.kind, actor, world.witness if trace.witnessed else None, signed=trace.signed
    )

    with appends(list(Vial.objects.order_by("pk")), expected):
        act(actor)


@pytest.mark.urs("URS-85", "URS-33")
def test_registering_begins_each_chain(world: World) -> None:
    CASES["register_batches"].prepare(world)(world.supervisor)

    events = list(CustodyEvent.objects.all())
    assert len(events) == Vial.objects.count() == 2
    assert {(event.kind, event.seq, event.actor) for event in events} == {
        (EventKind.REGISTERED, 1, world.supervisor)
    }


def test_actions_without_vials_in_hand_append_nothing(world: World) -> None:
    for name, by in (
        ("request_retrievals", world.supervisor),
        ("scan_pick", world.technician),
        ("start_count", world.witness),
    ):
        act = CASES[name].prepare(world)
        before = CustodyEvent.objects.count()

        act(by)

        assert CustodyEvent.objects.count() == before
