"""Two different messages about one new thing in the same instant: one is carried out."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest
from django.db import IntegrityError

from audit.errors import Busy
from audit.models import RefusedAttempt
from custody.actions.register_batches import register_batches
from custody.actions.request_retrievals import request_retrievals
from custody.messages import IncomingMessage
from custody.models import Retrieval
from custody.rules.messages import AnnouncedBatch
from custody.rules.orders import Order
from inventory.models import Batch, Message, Patient, Vial
from tests.custody.messages import announced_batch
from tests.custody.racing import Outcome, race
from tests.custody.retrievals import order_for
from tests.world import NOON, World

Step = Callable[[], object]
WRITING = "custody.actions.register_batches.keep"
ASKING = "custody.actions.request_retrievals.keep"


def announcing(world: World, batch: AnnouncedBatch, message_id: str) -> Step:
    """Announce one batch under a message id of its own."""
    message = IncomingMessage(source_system="EBR", message_id=message_id, body=message_id)
    return lambda: register_batches(
        message=message, batches=[batch], attribution=world.says(world.supervisor), at=NOON
    )


def ordering(world: World, order: Order, message_id: str) -> Step:
    """Order under a message id of its own."""
    message = IncomingMessage(source_system="Scheduling", message_id=message_id, body=message_id)
    return lambda: request_retrievals(
        message=message, orders=[order], attribution=world.says(world.supervisor), at=NOON
    )


def loser_of(outcomes: list[Outcome]) -> Outcome:
    """Return the one that was refused; the other was carried out."""
    refused = [outcome for outcome in outcomes if outcome.error is not None]
    assert len(refused) == 1, outcomes
    return refused[0]


def forget_the_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let messages about one donation no longer wait for each other."""
    monkeypatch.setattr("custody.actions.register_batches.wait_for", lambda _: None)


def forget_to_ask_anew(monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    """Take the translation of broken constraints away."""
    monkeypatch.setattr(f"custody.actions.{action}.refused_anew_by", lambda *_: nullcontext())


@pytest.mark.urs("URS-06", "URS-94")
@pytest.mark.parametrize("waits", [True, False])
def test_the_second_message_about_one_batch_reads_every_reason(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, *, waits: bool
) -> None:
    world, batch = committed_world, announced_batch(committed_world)
    if not waits:
        forget_the_locks(monkeypatch)

    outcomes = race(
        announcing(world, batch, "m-1"), announcing(world, batch, "m-2"), meet_in=WRITING
    )

    loser = loser_of(outcomes)
    assert loser.codes == ["BATCH_KNOWN", "BARCODE_KNOWN", "BARCODE_KNOWN"]
    assert all(vial.code in str(loser.error) for vial in batch.vials)
    assert (Batch.objects.count(), Vial.objects.count(), Message.objects.count()) == (1, 2, 1)
    assert RefusedAttempt.objects.get().subject["body"] in {"m-1", "m-2"}


@pytest.mark.urs("URS-88")
@pytest.mark.parametrize(
    ("shared", "codes"),
    [
        ({"vials"}, ["BARCODE_KNOWN", "BARCODE_KNOWN"]),
        ({"number"}, ["BATCH_KNOWN"]),
        ({"coi"}, ["COI_OF_ANOTHER"]),
        ({"donation_number", "check_character"}, ["DONATION_OF_ANOTHER"]),
    ],
)
def test_one_of_two_batches_with_one_identity_in_common_is_refused(
    committed_world: World, shared: set[str], codes: list[str]
) -> None:
    world, first = committed_world, announced_batch(committed_world)
    second = replace(announced_batch(world), **{name: getattr(first, name) for name in shared})

    outcomes = race(
        announcing(world, first, "m-1"), announcing(world, second, "m-2"), meet_in=WRITING
    )

    assert loser_of(outcomes).codes == codes
    assert Batch.objects.count() == Message.objects.count() == 1


def test_without_waiting_one_donation_has_two_donors(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, first = committed_world, announced_batch(committed_world)
    second = replace(
        announced_batch(world),
        donation_number=first.donation_number,
        check_character=first.check_character,
    )
    forget_the_locks(monkeypatch)

    outcomes = race(
        announcing(world, first, "m-1"), announcing(world, second, "m-2"), meet_in=WRITING
    )

    assert not [outcome.error for outcome in outcomes if outcome.error]
    assert Batch.objects.filter(donation_number=first.donation_number).count() == 2


def test_two_batches_of_one_new_patient_are_both_registered_in_the_end(
    committed_world: World,
) -> None:
    world, first = committed_world, announced_batch(committed_world)
    same = {name: getattr(first, name) for name in ("coi", "patient", "product_code")}
    steps = (
        announcing(world, first, "m-1"),
        announcing(world, replace(announced_batch(world), **same), "m-2"),
    )

    outcomes = race(*steps, meet_in=WRITING)

    loser = loser_of(outcomes)
    assert isinstance(loser.error, Busy)
    assert "send it again" in str(loser.error)
    steps[outcomes.index(loser)]()
    assert (Batch.objects.count(), Patient.objects.filter(pseudonym=first.patient).count()) == (
        (2, 1)
    )


def test_without_asking_anew_the_second_message_is_a_fault_of_the_server(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, batch = committed_world, announced_batch(committed_world)
    forget_the_locks(monkeypatch)
    forget_to_ask_anew(monkeypatch, "register_batches")

    outcomes = race(
        announcing(world, batch, "m-1"), announcing(world, batch, "m-2"), meet_in=WRITING
    )

    assert isinstance(loser_of(outcomes).error, IntegrityError)


@pytest.mark.urs("URS-06")
def test_the_second_message_about_one_order_is_refused(committed_world: World) -> None:
    world = committed_world
    order = order_for(world.released()[0])

    outcomes = race(ordering(world, order, "o-1"), ordering(world, order, "o-2"), meet_in=ASKING)

    loser = loser_of(outcomes)
    assert loser.codes == ["ORDER_KNOWN"]
    assert order.number in str(loser.error)
    assert Retrieval.objects.count() == 1


def test_without_asking_anew_the_second_order_is_a_fault_of_the_server(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = committed_world
    order = order_for(world.released()[0])
    forget_to_ask_anew(monkeypatch, "request_retrievals")

    outcomes = race(ordering(world, order, "o-1"), ordering(world, order, "o-2"), meet_in=ASKING)

    assert isinstance(loser_of(outcomes).error, IntegrityError)
