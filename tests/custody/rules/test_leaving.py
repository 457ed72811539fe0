"""What may leave storage, and for whom."""

from datetime import timedelta

import pytest

from audit.errors import Refusal
from custody.rules.leaving import (
    refusals_to_consume,
    refusals_to_promise,
    refusals_to_transfer,
)
from inventory.models import Custody, Purpose, Quality
from tests.custody.rules.things import product, retrieval, therapy, vial
from tests.world import NOON

BANK = product(pk=2, code="MSC-ALLO", is_autologous=False)


def codes(refusals: list[Refusal]) -> list[str]:
    """Return the codes."""
    return [refusal.code for refusal in refusals]


@pytest.mark.urs("URS-89", "URS-96", "URS-99", "URS-103")
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"therapy": therapy(2)}, "WRONG_PATIENT"),
        ({"therapy": None}, "WRONG_PATIENT"),
        ({"product": BANK}, "WRONG_PRODUCT"),
        ({"purpose": Purpose.RETAIN}, "WRONG_PURPOSE"),
        ({"quality": Quality.QUARANTINE}, "NOT_RELEASED"),
        ({"quality": Quality.REJECTED}, "NOT_RELEASED"),
        ({"expires_at": NOON}, "EXPIRED"),
    ],
)
def test_keeps_a_vial_from_the_patient(facts: dict[str, object], code: str) -> None:
    refusals = refusals_to_promise(vial(**facts), retrieval=retrieval(), is_held=False, at=NOON)

    assert codes(refusals) == [code]


def test_keeps_a_held_vial_from_the_patient() -> None:
    refusals = refusals_to_promise(vial(), retrieval=retrieval(), is_held=True, at=NOON)

    assert codes(refusals) == ["ON_HOLD"]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"quality": Quality.COND_RELEASED},
        {"quality": Quality.OOS_SUPPLY},
        {"quality": Quality.OOS_SUPPLY, "expires_at": NOON - timedelta(days=1)},
    ],
)
def test_promises_a_vial_to_its_patient(facts: dict[str, object]) -> None:
    assert refusals_to_promise(vial(**facts), retrieval=retrieval(), is_held=False, at=NOON) == []


@pytest.mark.urs("URS-100")
def test_promises_an_unallocated_vial_of_a_bank_to_any_patient() -> None:
    unallocated = vial(product=BANK, therapy=None)

    refusals = refusals_to_promise(
        unallocated, retrieval=retrieval(product=BANK), is_held=False, at=NOON
    )

    assert refusals == []


def test_does_not_use_up_a_dose_in_a_test() -> None:
    assert codes(refusals_to_consume(vial(custody=Custody.CHECKED_OUT))) == ["NOT_A_SAMPLE"]


def test_uses_up_a_sample_in_a_test() -> None:
    sample = vial(custody=Custody.CHECKED_OUT, purpose=Purpose.QC)

    assert refusals_to_consume(sample) == []


@pytest.mark.parametrize("in_quarantine", [True, False])
@pytest.mark.parametrize("quality", [Quality.QUARANTINE, Quality.RELEASED])
def test_transfers_nothing_that_is_held(quality: Quality, in_quarantine: bool) -> None:
    held = vial(custody=Custody.CHECKED_OUT, quality=quality)

    refusals = refusals_to_transfer(held, in_quarantine=in_quarantine, is_held=True, at=NOON)

    assert "ON_HOLD" in codes(refusals)
