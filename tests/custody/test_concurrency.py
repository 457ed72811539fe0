"""Two people after one thing: all stays true; and what would happen without the locks."""

import pytest

from custody.actions.register_batches import register_batches
from custody.chain import check_chains
from custody.messages import IncomingMessage
from custody.models import Claim
from inventory.models import Batch, Vial
from tests.custody.messages import announced_batch
from tests.custody.races import counts, ends, places, quality, retrievals
from tests.custody.races.contest import Race
from tests.custody.racing import Outcome, drop, race, winners, without_locks
from tests.world import NOON, World

RACES = {**places.RACES, **retrievals.RACES, **quality.RACES, **ends.RACES, **counts.RACES}
CAUGHT_TWICE = {name: contested for name, contested in RACES.items() if contested.dropped}
each_race = pytest.mark.parametrize("contested", RACES.values(), ids=RACES.keys())


def losers(outcomes: list[Outcome]) -> list[Outcome]:
    """Return those that were refused."""
    return [outcome for outcome in outcomes if outcome.error is not None]


@pytest.mark.urs("URS-32", "URS-89", "URS-106")
@each_race
def test_all_stays_true(committed_world: World, contested: Race) -> None:
    contest = contested.prepare(committed_world)

    outcomes = race(contest.first, contest.second, meet_in=contested.meet_in)

    assert len(winners(outcomes)) == 1 or (contested.both_win and not losers(outcomes)), outcomes
    assert all(set(loser.codes) & contested.loser for loser in losers(outcomes)), outcomes
    assert not contest.fault()
    chains = check_chains(list(Vial.objects.values_list("pk", flat=True)))
    assert all(chain.intact and chain.unbroken for chain in chains.values())


@each_race
def test_without_the_lock_the_fault_shows(committed_world: World, contested: Race) -> None:
    contest = contested.prepare(committed_world)
    for table, constraint in contested.dropped.items():
        drop(table, constraint)

    with without_locks():
        outcomes = race(contest.first, contest.second, meet_in=contested.meet_in)

    if contested.caught_by:
        assert contested.caught_by in str(losers(outcomes)[0].error)
        return
    assert len(winners(outcomes)) == 2, outcomes
    assert contest.fault()


@pytest.mark.parametrize("contested", CAUGHT_TWICE.values(), ids=CAUGHT_TWICE.keys())
def test_without_the_lock_the_constraint_still_holds(
    committed_world: World, contested: Race
) -> None:
    contest = contested.prepare(committed_world)

    with without_locks():
        outcomes = race(contest.first, contest.second, meet_in=contested.meet_in)

    assert len(winners(outcomes)) == 1
    assert not contest.fault()


@pytest.mark.urs("URS-32")
def test_whoever_comes_second_reads_who_holds_the_vial_and_since_when(
    committed_world: World,
) -> None:
    contest = retrievals.two_claims(committed_world)

    outcomes = race(contest.first, contest.second, meet_in=retrievals.CLAIMING)

    (loser,) = losers(outcomes)
    assert Claim.objects.open().get().claimed_by.full_name in str(loser.error)
    assert f"{NOON:%H:%M}" in str(loser.error)


@pytest.mark.urs("URS-06")
def test_the_same_message_twice_at_once_is_carried_out_once(committed_world: World) -> None:
    world = committed_world
    batch = announced_batch(world)
    message = IncomingMessage(source_system="EBR", message_id="m-1", body="{}")

    def register() -> object:
        return register_batches(
            message=message, batches=[batch], attribution=world.says(world.supervisor), at=NOON
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
            message=message, batches=[batch], attribution=world.says(world.supervisor), at=NOON
        )

    outcomes = race(register, register, meet_in="custody.actions.register_batches._therapies")

    assert len(winners(outcomes)) == 1


def test_a_race_in_which_nobody_meets_shows_nothing(committed_world: World) -> None:
    with pytest.raises(AssertionError, match="nobody came"):
        race(Vial.objects.count, Vial.objects.count, meet_in="custody.steps.snapshot")
