"""Two people after one thing: exactly one gets it; and what would happen without the locks."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.claim_vials import claim_vials
from custody.actions.hand_over_retrieval import Receiver, hand_over_retrieval
from custody.actions.move_container import move_container
from custody.actions.move_vials import move_vials
from custody.actions.place_hold import place_hold
from custody.actions.place_vials import place_vials
from custody.actions.register_batches import register_batches
from custody.actions.release_hold import release_hold
from custody.actions.split_vial import Part, split_vial
from custody.chain import check_chains
from custody.messages import IncomingMessage
from custody.models import Claim, CustodyEvent, EventKind, HoldScope, Stay
from custody.placements import Placement
from inventory.models import Batch, Purpose, Vial, VialKind
from tests.custody.messages import announced_batch
from tests.custody.racing import Outcome, drop, race, without_locks
from tests.custody.retrievals import picked_retrieval, requested_retrieval
from tests.world import NOON, World

Step = Callable[[], object]


def winners(outcomes: list[Outcome]) -> list[Outcome]:
    """Return those that got through."""
    return [outcome for outcome in outcomes if outcome.error is None]


def moves(world: World, vial: Vial) -> tuple[Step, Step]:
    """Two people move one vial to two places."""

    def to(label: str, person: object) -> Step:
        position = world.place(label)
        return lambda: move_vials(
            placements=[Placement(vial_id=vial.pk, position_id=position.pk)],
            attribution=world.says(person),  # type: ignore[arg-type] # people of the world
            at=NOON,
        )

    return to("C1", world.technician), to("C2", world.witness)


MOVE = "custody.placements.snapshot"


@pytest.mark.urs("URS-32", "URS-89")
def test_two_moves_of_one_vial_leave_an_unbroken_chain(committed_world: World) -> None:
    vial = committed_world.stored()[0]

    outcomes = race(*moves(committed_world, vial), meet_in=MOVE)

    assert len(winners(outcomes)) == 2
    assert check_chains([vial.pk])[vial.pk].unbroken
    assert Stay.objects.open().filter(vial=vial).count() == 1


def test_without_the_lock_two_moves_tear_the_chain(committed_world: World) -> None:
    vial = committed_world.stored()[0]

    with without_locks():
        outcomes = race(*moves(committed_world, vial), meet_in=MOVE)

    assert len(winners(outcomes)) == 2
    assert not check_chains([vial.pk])[vial.pk].unbroken


def placings(world: World) -> tuple[Step, Step]:
    """Two people place two vials in one position."""
    position = world.place("D4")
    vials = world.received(2)

    def of(vial: Vial, person: object) -> Step:
        return lambda: place_vials(
            placements=[Placement(vial_id=vial.pk, position_id=position.pk)],
            attribution=world.says(person),  # type: ignore[arg-type] # people of the world
            at=NOON,
        )

    return of(vials[0], world.technician), of(vials[1], world.witness)


PLACE = "custody.placements.snapshot"


@pytest.mark.urs("URS-106")
def test_one_position_takes_one_of_two_vials(committed_world: World) -> None:
    outcomes = race(*placings(committed_world), meet_in=PLACE)

    assert len(winners(outcomes)) == 1
    assert ["POSITION_OCCUPIED"] in [outcome.codes for outcome in outcomes]
    assert Vial.objects.filter(position__label="D4").count() == 1


def test_without_the_lock_the_constraint_still_refuses_the_second(committed_world: World) -> None:
    with without_locks():
        outcomes = race(*placings(committed_world), meet_in=PLACE)

    assert len(winners(outcomes)) == 1
    assert ["POSITION_OCCUPIED"] in [outcome.codes for outcome in outcomes]


def test_without_lock_and_constraint_two_vials_stand_in_one_place(committed_world: World) -> None:
    drop("inventory_vial", "inventory_one_vial_per_position")

    with without_locks():
        outcomes = race(*placings(committed_world), meet_in=PLACE)

    together = Vial.objects.filter(position__label="D4").count()

    assert len(winners(outcomes)) == 2
    assert together == 2


def claims(world: World) -> tuple[Step, Step, Vial]:
    """Two people claim one vial for two orders of its patient."""
    vial = world.released()[0]
    first, second = requested_retrieval(world, vial), requested_retrieval(world, vial)

    def of(retrieval_id: int, person: object) -> Step:
        return lambda: claim_vials(
            retrieval_id=retrieval_id,
            vial_ids=[vial.pk],
            attribution=world.says(person),  # type: ignore[arg-type] # people of the world
            at=NOON,
        )

    return of(first.pk, world.technician), of(second.pk, world.witness), vial


CLAIM = "custody.actions.claim_vials._earlier"


@pytest.mark.urs("URS-32")
def test_one_of_two_claims_wins_and_the_other_reads_who_holds_it(committed_world: World) -> None:
    first, second, vial = claims(committed_world)

    outcomes = race(first, second, meet_in=CLAIM)

    assert len(winners(outcomes)) == 1
    loser = next(outcome for outcome in outcomes if outcome.error is not None)
    holder = Claim.objects.open().get(vial=vial).claimed_by
    assert loser.codes == ["CLAIMED"]
    assert holder.full_name in str(loser.error)
    assert f"{NOON:%H:%M}" in str(loser.error)


def test_without_lock_and_constraint_both_claims_win(committed_world: World) -> None:
    first, second, vial = claims(committed_world)

    drop("custody_claim", "custody_one_claim_per_vial")
    drop("custody_custodyevent", "custody_chain_has_no_fork")

    with without_locks():
        outcomes = race(first, second, meet_in=CLAIM)

    both = Claim.objects.open().filter(vial=vial).count()

    assert len(winners(outcomes)) == 2
    assert both == 2


def check_outs(world: World, vial: Vial) -> tuple[Step, Step]:
    """Two people check one vial out."""

    def by(person: object, second: object) -> Step:
        return lambda: check_out_vials(
            vial_ids=[vial.pk],
            purpose=InternalPurpose.QC,
            intent=world.signs(person, second),  # type: ignore[arg-type] # people of the world
            at=NOON,
        )

    return by(world.technician, world.qa), by(world.witness, world.qa)


CHECK_OUT = "custody.actions.check_out_vials.snapshot"


@pytest.mark.urs("URS-32")
def test_one_of_two_check_outs_wins(committed_world: World) -> None:
    vial = committed_world.stored()[0]

    outcomes = race(*check_outs(committed_world, vial), meet_in=CHECK_OUT)

    assert len(winners(outcomes)) == 1
    assert CustodyEvent.objects.filter(vial=vial, kind=EventKind.CHECKED_OUT).count() == 1
    assert check_chains([vial.pk])[vial.pk].unbroken


def test_without_the_lock_a_vial_is_in_two_pairs_of_hands(committed_world: World) -> None:
    vial = committed_world.stored()[0]

    with without_locks():
        race(*check_outs(committed_world, vial), meet_in=CHECK_OUT)

    assert CustodyEvent.objects.filter(vial=vial, kind=EventKind.CHECKED_OUT).count() == 2
    assert not check_chains([vial.pk])[vial.pk].unbroken


def box_and_rack(world: World) -> tuple[Step, Step, Vial]:
    """One person places a vial in a box while another moves the box to the other rack place."""
    vial = world.received()[0]
    position, target = world.place("A1"), world.rack.positions.get(label="4")

    def place() -> object:
        return place_vials(
            placements=[Placement(vial_id=vial.pk, position_id=position.pk)],
            attribution=world.says(world.technician),
            at=NOON,
        )

    def move() -> object:
        return move_container(
            container_id=world.box.pk,
            to_position_id=target.pk,
            attribution=world.says(world.witness),
            at=NOON + timedelta(seconds=1),
        )

    return place, move, vial


@pytest.mark.urs("URS-106")
def test_a_vial_placed_while_its_box_moves_is_not_left_behind(committed_world: World) -> None:
    place, move, vial = box_and_rack(committed_world)

    outcomes = race(place, move, meet_in="custody.rules.placing.refusals_to_stand")

    assert len(winners(outcomes)) == 2, [outcome.error for outcome in outcomes]
    assert check_chains([vial.pk])[vial.pk].unbroken
    assert Stay.objects.open().filter(vial=vial).count() == 1


@pytest.mark.urs("URS-06")
def test_the_same_message_twice_at_once_is_carried_out_once(committed_world: World) -> None:
    world = committed_world
    batch = announced_batch(world)
    message = IncomingMessage(source_system="EBR", message_id="m-1", body="{}")

    def register() -> object:
        return register_batches(
            message=message,
            batches=[batch],
            attribution=world.says(world.supervisor),
            at=NOON,
        )

    outcomes = race(register, register, meet_in="custody.actions.register_batches._known")

    assert len(winners(outcomes)) == 2
    assert Batch.objects.filter(number=batch.number).count() == 1


def test_without_the_message_lock_the_second_delivery_fails(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = committed_world
    batch = announced_batch(world)
    message = IncomingMessage(source_system="EBR", message_id="m-1", body="{}")
    monkeypatch.setattr("custody.actions.register_batches.was_carried_out", lambda _: False)

    def register() -> object:
        return register_batches(
            message=message,
            batches=[batch],
            attribution=world.says(world.supervisor),
            at=NOON,
        )

    outcomes = race(register, register, meet_in="custody.actions.register_batches._therapies")

    assert len(winners(outcomes)) == 1


def splits(world: World, vial: Vial) -> tuple[Step, Step]:
    """Two people split one vial, each taking more than half."""

    def into(code: str) -> Step:
        part = Part(
            code=code, volume_ml=vial.volume_ml * 3 / 4, kind=VialKind.VIAL, purpose=Purpose.QC
        )
        return lambda: split_vial(
            vial_id=vial.pk,
            parts=[part],
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )

    return into("PART-1"), into("PART-2")


SPLIT = "custody.actions.split_vial._make"


def test_a_vial_is_not_split_twice_beyond_its_volume(committed_world: World) -> None:
    vial = committed_world.checked_out(committed_world.stored())[0]

    outcomes = race(*splits(committed_world, vial), meet_in=SPLIT)

    assert len(winners(outcomes)) == 1
    assert ["TOO_MUCH"] in [outcome.codes for outcome in outcomes]


def test_without_the_lock_more_is_split_than_there_was(committed_world: World) -> None:
    vial = committed_world.checked_out(committed_world.stored())[0]

    with without_locks():
        outcomes = race(*splits(committed_world, vial), meet_in=SPLIT)

    made = sum(child.volume_ml for child in Vial.objects.filter(parent=vial))
    assert len(winners(outcomes)) == 2
    assert made > vial.volume_ml


def hand_overs(world: World) -> tuple[Step, Step, Vial]:
    """Send the same hand-over twice."""
    retrieval, vial = picked_retrieval(world)
    receiver = Receiver(
        name="Cora Courier", organisation="Cryo Wheels", identified_by="badge", is_courier=True
    )

    def hand_over() -> object:
        return hand_over_retrieval(
            retrieval_id=retrieval.pk,
            receiver=receiver,
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )

    return hand_over, hand_over, vial


HAND_OVER = "custody.actions.hand_over_retrieval.snapshot"


def test_a_double_hand_over_happens_once(committed_world: World) -> None:
    first, second, vial = hand_overs(committed_world)

    outcomes = race(first, second, meet_in=HAND_OVER)

    assert len(winners(outcomes)) == 1
    assert CustodyEvent.objects.filter(vial=vial, kind=EventKind.HANDED_OVER).count() == 1


def test_without_the_lock_a_vial_is_handed_over_twice(committed_world: World) -> None:
    first, second, vial = hand_overs(committed_world)

    with without_locks():
        race(first, second, meet_in=HAND_OVER)

    assert CustodyEvent.objects.filter(vial=vial, kind=EventKind.HANDED_OVER).count() == 2


def releases(world: World) -> tuple[Step, Step, Vial]:
    """Two people release one hold."""
    vial = world.stored()[0]
    hold = place_hold(
        scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.release), at=NOON
    )

    def by(person: object) -> Step:
        return lambda: release_hold(
            hold_id=hold.pk,
            intent=world.signs(person),  # type: ignore[arg-type] # people of the world
            at=NOON,
        )

    return by(world.qa), by(world.qa2), vial


RELEASE = "custody.actions.release_hold.snapshot"


def test_a_hold_is_released_once(committed_world: World) -> None:
    first, second, vial = releases(committed_world)

    outcomes = race(first, second, meet_in=RELEASE)

    assert len(winners(outcomes)) == 1
    assert CustodyEvent.objects.filter(vial=vial, kind=EventKind.HOLD_RELEASED).count() == 1


def test_without_the_lock_a_hold_is_released_twice(committed_world: World) -> None:
    first, second, vial = releases(committed_world)

    with without_locks():
        race(first, second, meet_in=RELEASE)

    assert CustodyEvent.objects.filter(vial=vial, kind=EventKind.HOLD_RELEASED).count() == 2
