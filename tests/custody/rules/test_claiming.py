"""Who gets which vial: the first to expire, never another patient's, and not lightly the last."""

from datetime import timedelta

import pytest

from custody.rules.claiming import refusals_to_skip, refusals_to_take_the_last
from inventory.models import Purpose, Vial
from tests.custody.rules.things import product, vial
from tests.world import NOON

BANK = product(pk=2, code="MSC-ALLO", is_autologous=False)
LATE = vial(product=BANK, therapy=None, code="LATE", expires_at=NOON + timedelta(days=90))
EARLY = vial(pk=2, product=BANK, therapy=None, code="EARLY", expires_at=NOON + timedelta(days=9))
BACKUP = vial(purpose=Purpose.BACKUP)


@pytest.mark.urs("URS-100")
@pytest.mark.parametrize(
    ("earlier", "reason", "is_refused"),
    [
        ([], "", False),
        ([EARLY], "", True),
        ([EARLY], "   ", True),
        ([EARLY], "Potency of the later lot", False),
    ],
)
def test_wants_a_reason_to_pass_over_what_expires_first(
    earlier: list[Vial], reason: str, *, is_refused: bool
) -> None:
    refusals = refusals_to_skip([LATE], earlier, reason)

    assert [refusal.code for refusal in refusals] == ["NOT_FIRST_TO_EXPIRE"] * is_refused
    assert all("EARLY" in refusal.words and "LATE" in refusal.words for refusal in refusals)


@pytest.mark.urs("URS-100")
@pytest.mark.parametrize(
    ("chosen", "has_spare", "reason", "is_refused"),
    [
        ([BACKUP], False, "", True),
        ([BACKUP], False, "  ", True),
        ([BACKUP], False, "The first infusion failed", False),
        ([BACKUP], True, "", False),
        ([], False, "", False),
    ],
)
def test_wants_a_reason_to_take_a_patients_last_backup(
    chosen: list[Vial], reason: str, *, has_spare: bool, is_refused: bool
) -> None:
    refusals = refusals_to_take_the_last(chosen, has_spare=has_spare, reason=reason)

    assert [refusal.code for refusal in refusals] == ["LAST_BACKUP"] * is_refused
    assert all(BACKUP.code in refusal.words for refusal in refusals)
