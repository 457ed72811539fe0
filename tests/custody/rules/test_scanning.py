"""What may be scanned for an order: the claimed vial, and nothing else."""

import pytest

from audit.errors import Refusal
from custody.rules.scanning import refusals_of_scan, refusals_of_scans
from inventory.models import Purpose, Vial
from tests.custody.rules.things import product, retrieval, therapy, vial

MINE = vial()
ALSO_MINE = vial(pk=2, code="A-002")
OTHERS = vial(pk=3, code="B-001", therapy=therapy(2))


def codes(refusals: list[Refusal]) -> list[str]:
    """Return the codes."""
    return [refusal.code for refusal in refusals]


@pytest.mark.urs("URS-29", "URS-89")
@pytest.mark.parametrize(
    ("scanned", "expected"),
    [
        (MINE, []),
        (None, ["UNKNOWN_CODE"]),
        (ALSO_MINE, ["WRONG_VIAL"]),
        (OTHERS, ["WRONG_PATIENT"]),
        (vial(pk=4, purpose=Purpose.BACKUP), ["WRONG_PURPOSE"]),
        (vial(pk=5, product=product(pk=2, code="TCR")), ["WRONG_PRODUCT"]),
        (vial(pk=6, therapy=therapy(2), product=product(pk=2)), ["WRONG_PATIENT", "WRONG_PRODUCT"]),
        (vial(pk=7, program_id=2, therapy=therapy(2)), ["WRONG_PATIENT"]),
    ],
)
def test_takes_the_claimed_vial_only(scanned: Vial | None, expected: list[str]) -> None:
    refusals = refusals_of_scan("A-001", scanned, retrieval(), [MINE])

    assert codes(refusals) == expected


@pytest.mark.urs("URS-117")
def test_says_nothing_of_another_sponsors_vial() -> None:
    stranger = vial(pk=7, code="X-SECRET", program_id=2, therapy=therapy(2))

    words = refusals_of_scan("X-SECRET", stranger, retrieval(), [MINE])[0].words

    assert words.startswith("STOP.")
    assert "X-SECRET" not in words


@pytest.mark.urs("URS-89")
@pytest.mark.parametrize(
    ("scanned", "expected"),
    [
        ([MINE, ALSO_MINE], []),
        ([MINE, ALSO_MINE, MINE], []),
        ([MINE], ["NOT_SCANNED"]),
        ([], ["NOT_SCANNED", "NOT_SCANNED"]),
        ([MINE, ALSO_MINE, OTHERS], ["WRONG_PATIENT"]),
        ([MINE, OTHERS], ["WRONG_PATIENT", "NOT_SCANNED"]),
    ],
)
def test_wants_every_claimed_vial_and_none_beside(scanned: list[Vial], expected: list[str]) -> None:
    named = [row.code for row in scanned]
    found = {row.code: row for row in scanned}

    refusals = refusals_of_scans(named, found, retrieval(), [MINE, ALSO_MINE])

    assert codes(refusals) == expected
