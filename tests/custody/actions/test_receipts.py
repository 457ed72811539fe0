"""A receipt keeps what was found on arrival, and the one outcome that followed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from audit.models import Signature
from custody.actions.receive_batch import receive_batch
from custody.models import EventKind, Outcome, Receipt
from inventory.models import Quality
from tests.custody.actions.evidence import refused
from tests.custody.actions.ways import keys
from tests.world import NOON, World, fresh

LIMIT = Decimal("-135.0")  # of every product of the world: the stored criterion
FAULTS = {
    "SEAL_BROKEN": {"seal_intact": False},
    "LABELS_ILLEGIBLE": {"labels_legible": False},
    "TOO_WARM": {"arrival_celsius": LIMIT + Decimal("0.1")},
}


@pytest.mark.urs("URS-95", "URS-96")
@pytest.mark.parametrize("outcome", Outcome)
def test_keeps_the_inspection_with_its_one_outcome_under_two_signatures(
    world: World, outcome: Outcome
) -> None:
    vials = world.expected(2)
    found = replace(
        world.inspection(2, outcome), arrival_celsius=LIMIT, condition="frost on one lid"
    )

    receipt = receive_batch(
        batch_id=vials[0].batch_id,
        vial_ids=keys(vials),
        inspection=found,
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )

    kept = Receipt.objects.get()
    assert kept == receipt
    assert (kept.outcome, kept.counted, kept.expected_count) == (outcome, 2, 2)
    assert (kept.seal_number, kept.seal_intact, kept.labels_legible) == ("SEAL-1", True, True)
    assert (kept.arrival_celsius, kept.condition) == (LIMIT, "frost on one lid")
    signers = Signature.objects.filter(record_table="custody_receipt", record_id=kept.pk)
    assert {row.signer for row in signers} == {world.technician, world.witness}
    assert {vial.quality for vial in fresh(vials)} == {Quality.QUARANTINE}
    event = vials[0].events.get(kind=EventKind.RECEIVED)
    assert event.details["outcome"] == outcome


@pytest.mark.urs("URS-95")
@pytest.mark.parametrize("code", FAULTS)
def test_what_fails_a_criterion_is_never_simply_accepted(world: World, code: str) -> None:
    vials = world.expected()
    found = replace(world.inspection(1), **FAULTS[code])  # type: ignore[arg-type] # facts of an inspection
    intent = world.signs(world.technician, world.witness)

    with refused(code):
        receive_batch(
            batch_id=vials[0].batch_id,
            vial_ids=keys(vials),
            inspection=found,
            intent=intent,
            at=NOON,
        )
    receipt = receive_batch(
        batch_id=vials[0].batch_id,
        vial_ids=keys(vials),
        inspection=replace(found, outcome=Outcome.QUARANTINED),
        intent=intent,
        at=NOON,
    )
    assert receipt.outcome == Outcome.QUARANTINED
