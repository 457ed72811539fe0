"""A vial label is scanned, read by people, and never loses what must be on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.labels.content import AUTOLOGOUS_WORDS, Field, VialLabel
from reports.labels.errors import LabelDoesNotFit
from reports.labels.stock import BAG_ROLL, VIAL_ROLL, VIAL_SHEET, LabelStock
from reports.labels.vials import plan_vial_label, vial_labels
from tests.reports.labels.conftest import Decode

CODE = "A999026000137X-001"
LABEL = VialLabel(
    code=CODE,
    coi="CHA9990260004AX",
    product="Autologous TCR-T",
    batch="B-26-2803",
    expires_on=date(2028, 2, 27),
    is_autologous=True,
    volume_ml=Decimal("5.0"),
    storage="≤ −150 °C",
    print_instance=1,
)
TINY = LabelStock(name="tiny", words="0.5 ml tube, 17 x 10 mm", width_mm=17, height_mm=10, dpi=600)


@pytest.mark.urs("URS-85")
@pytest.mark.parametrize("dpi", [300, 600])
@pytest.mark.parametrize("turned", [0, 90, 180])
def test_gives_the_code_back_from_wrap_and_cap(decode: Decode, dpi: int, turned: int) -> None:
    pdf = vial_labels([LABEL], VIAL_ROLL)

    assert decode(pdf, dpi=dpi, turned=turned) == [(CODE, "DataMatrix")] * 2


@pytest.mark.parametrize("dpi", [300, 600])
def test_gives_every_code_back_from_a_sheet(decode: Decode, dpi: int) -> None:
    labels = [replace(LABEL, code=f"A999026000137X-{n:03d}") for n in range(1, 7)]

    pdf = vial_labels(labels, VIAL_SHEET, first_place=3)

    assert {text for text, _ in decode(pdf, dpi=dpi)} == {label.code for label in labels}


def test_prints_one_page_for_each_label_of_a_roll(decode: Decode) -> None:
    labels = [replace(LABEL, code=f"A999026000137X-{n:03d}") for n in range(1, 4)]

    pdf = vial_labels(labels, BAG_ROLL)

    assert [decode(pdf, dpi=300, page=n)[0][0] for n in range(3)] == [v.code for v in labels]


def test_continues_on_the_next_sheet(decode: Decode) -> None:
    pdf = vial_labels(
        [LABEL, replace(LABEL, code="A999026000137X-002")], VIAL_SHEET, first_place=84
    )

    assert decode(pdf, dpi=300, page=1)[0][0] == "A999026000137X-002"


@pytest.mark.urs("URS-85")
def test_says_everything_in_words_too(words_on: Callable[[bytes], str]) -> None:
    words = words_on(vial_labels([LABEL], VIAL_ROLL))

    for expected in (
        CODE,
        "CHA9990260004AX",
        "Autologous TCR-T",
        "Lot B-26-2803",
        "5 ml",
        "Exp 2028-02-27",
        "150 °C",
        AUTOLOGOUS_WORDS,
        "print 1",
    ):
        assert expected in words


def test_stresses_the_end_of_the_chain_of_identity() -> None:
    plan = plan_vial_label(LABEL, VIAL_ROLL)

    assert [line.parts for line in plan.words.lines if line.stressed] == [("CHA99902600", "04AX")]


def test_says_autologous_only_of_autologous(words_on: Callable[[bytes], str]) -> None:
    bank = replace(LABEL, is_autologous=False, coi="")

    assert "autologous use" not in words_on(vial_labels([bank], VIAL_ROLL))


def test_leaves_out_only_what_the_rules_allow() -> None:
    long = replace(LABEL, product="Autologous T cell receptor therapy", storage="≤ -150 °C vapour")

    plan = plan_vial_label(long, VIAL_ROLL)

    assert plan.is_partial
    assert set(plan.words.left_out) <= {Field.PRINT, Field.VOLUME, Field.STORAGE}
    assert plan.rules_version == "1"


def test_refuses_stock_that_is_too_small() -> None:
    with pytest.raises(LabelDoesNotFit, match="Choose a larger label"):
        vial_labels([LABEL], TINY)


def test_refuses_a_code_too_long_for_its_symbol() -> None:
    with pytest.raises(LabelDoesNotFit, match="too fine to scan"):
        vial_labels([replace(LABEL, code="Xy" * 300)], VIAL_ROLL)


def test_refuses_to_print_nothing() -> None:
    with pytest.raises(ValueError, match="no label"):
        vial_labels([], VIAL_ROLL)


def test_refuses_a_place_that_the_sheet_lacks() -> None:
    with pytest.raises(ValueError, match="places 0 to 84"):
        vial_labels([LABEL], VIAL_SHEET, first_place=85)


def test_prints_the_same_label_the_same_way() -> None:
    assert vial_labels([LABEL], VIAL_ROLL) == vial_labels([LABEL], VIAL_ROLL)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh0123456789-()", min_size=4, max_size=26))
def test_gives_back_any_code_that_it_prints(decode: Decode, code: str) -> None:
    pdf = vial_labels([replace(LABEL, code=code)], BAG_ROLL)

    assert decode(pdf, dpi=300) == [(code, "DataMatrix")]
