"""Labels for what holds vials are read by the oldest laser and from arm's length."""

from collections.abc import Callable

import pytest

from inventory.codes.own import OwnKind, new_code
from inventory.codes.scan import read_scan
from reports.labels.containers import container_labels
from reports.labels.content import ContainerLabel
from reports.labels.errors import LabelDoesNotFit
from reports.labels.stock import BOX_ROLL, BOX_SHEET, UNIT_ROLL, VIAL_ROLL, LabelStock
from tests.reports.labels.conftest import Decode

BOX = ContainerLabel(
    code=new_code(OwnKind.BOX, 123),
    name="Box 1",
    kind="Box 9 x 9",
    place="Leiden › LN2-01 › R1",
    print_instance=2,
)


@pytest.mark.urs("URS-85")
@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("stock", [BOX_ROLL, UNIT_ROLL])
@pytest.mark.parametrize("kind", list(OwnKind))
def test_gives_the_code_back(decode: Decode, stock: LabelStock, dpi: int, kind: OwnKind) -> None:
    label = ContainerLabel(code=new_code(kind, 999_999), name=kind.name)

    found = decode(container_labels([label], stock), dpi=dpi)

    assert found == [(label.code, "Code128")]
    assert read_scan("]C0" + found[0][0]).code == label.code


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_gives_every_code_back_from_a_sheet(decode: Decode, dpi: int) -> None:
    labels = [
        ContainerLabel(code=new_code(OwnKind.BOX, n), name=f"Box {n}", kind="Box 9 x 9")
        for n in range(1, 25)
    ]

    found = decode(container_labels(labels, BOX_SHEET), dpi=dpi)

    assert {text for text, _ in found} == {label.code for label in labels}


def test_says_name_kind_place_and_print_in_words(words_on: Callable[[bytes], str]) -> None:
    words = words_on(container_labels([BOX], BOX_ROLL))

    for expected in (BOX.code, "Box 1", "Box 9 x 9", "LN2-01", "print 2"):
        assert expected in words


def test_keeps_the_near_end_of_a_long_place(words_on: Callable[[bytes], str]) -> None:
    deep = ContainerLabel(
        code=BOX.code, name="Box 1", place=" / ".join(["Building 7"] * 12 + ["R1"])
    )

    words = words_on(container_labels([deep], BOX_ROLL))

    assert "…" in words
    assert words.rstrip().endswith("/ R1")


@pytest.mark.parametrize(
    ("label", "stock", "words"),
    [
        (ContainerLabel(code="Ü-1", name="x"), BOX_ROLL, "print it as 2D"),
        (ContainerLabel(code="X" * 60, name="x"), BOX_ROLL, "too fine to scan"),
        (ContainerLabel(code=BOX.code, name="x" * 200), BOX_ROLL, "too long"),
        (ContainerLabel(code="A1", name="x"), VIAL_ROLL, None),
        (
            ContainerLabel(code="A1", name="x"),
            LabelStock(name="low", words="A strip", width_mm=50, height_mm=8, dpi=300),
            "too low for bars",
        ),
    ],
)
def test_refuses_what_does_not_fit(
    label: ContainerLabel, stock: LabelStock, words: str | None
) -> None:
    if words is None:
        assert container_labels([label], stock).startswith(b"%PDF")
        return
    with pytest.raises(LabelDoesNotFit, match=words):
        container_labels([label], stock)
