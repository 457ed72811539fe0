"""Which vial may be taken up next while others are being put away."""

import pytest

from custody.rules.putting_away import Subject, refusals_to_take_up
from inventory.models import Custody
from tests.custody.rules.things import therapy, vial

NOBODY = Subject()


@pytest.mark.urs("URS-23", "URS-29")
@pytest.mark.parametrize(
    ("custody", "codes"),
    [
        (Custody.RECEIVED, []),
        (Custody.CHECKED_OUT, []),
        (Custody.RETURNED, []),
        (Custody.IN_STORAGE, ["VIAL_ALREADY_STORED"]),
        (Custody.NOT_RECEIVED, ["NOT_RECEIVED"]),
        (Custody.MISSING, ["VIAL_MISSING"]),
        (Custody.PACKED, []),
        (Custody.DISCARDED, ["VIAL_GONE"]),
    ],
)
def test_takes_up_only_what_is_in_hand(custody: Custody, codes: list[str]) -> None:
    refusals = refusals_to_take_up(vial(custody=custody), NOBODY)

    assert [refusal.code for refusal in refusals] == codes


@pytest.mark.urs("URS-89")
@pytest.mark.parametrize(
    ("subject", "codes"),
    [
        (Subject(therapy_id=1), []),
        (Subject(therapy_id=2), ["WRONG_PATIENT"]),
        (Subject(batch_id=1), []),
        (Subject(batch_id=2), ["OTHER_BATCH"]),
    ],
)
def test_keeps_to_one_patient_or_one_batch(subject: Subject, codes: list[str]) -> None:
    refusals = refusals_to_take_up(vial(custody=Custody.RECEIVED, therapy=therapy()), subject)

    assert [refusal.code for refusal in refusals] == codes
