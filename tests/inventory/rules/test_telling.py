"""A code tells nothing of who the patient is."""

import pytest

from inventory.rules.telling import Who, refusals_of_telling_codes

MINA = Who("Mina de la Croix-Roux", "MRN 004-711")


@pytest.mark.urs("URS-86")
@pytest.mark.parametrize(
    "code",
    [
        "MINA-1",
        "lot 7 / mina",
        "CROIX-ROUX-02",
        "7CROIXA1",
        "MRN004711-3",
        "004711",
        "B-MRN.004.711",
    ],
)
def test_refuses_a_name_or_record_number_however_it_is_written(code: str) -> None:
    refusals = refusals_of_telling_codes(["A999926000001-001", code], MINA)

    assert [refusal.code for refusal in refusals] == ["CODE_TELLS_WHO"]
    assert refusals[0].words.startswith(code)


@pytest.mark.urs("URS-86")
@pytest.mark.parametrize("who", [None, MINA])
def test_refuses_a_social_security_number_also_of_nobody_known(who: Who | None) -> None:
    refusals = refusals_of_telling_codes(["X 123-45-6789"], who)

    assert [refusal.code for refusal in refusals] == ["CODE_TELLS_WHO"]


@pytest.mark.parametrize(
    "code",
    ["A999926000001-001", "VL-000042-K", "MINASTIR-1", "1123-45-67890", "DELAY-1", "RX-04711"],
)
def test_lets_codes_be_that_only_look_a_little_like_it(code: str) -> None:
    assert refusals_of_telling_codes([code], MINA) == []


def test_lets_every_other_code_be_where_nobody_is_known() -> None:
    assert refusals_of_telling_codes(["MINA-1"], None) == []
