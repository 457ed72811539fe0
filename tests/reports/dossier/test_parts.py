"""Parts of a dossier that the story of one therapy does not reach."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest

from inventory.models import Batch, Identifier, Patient, Therapy, Vial
from reports.dossier.contents import ChainCheck
from reports.dossier.identity import links_of
from reports.dossier.plain import as_plain


class Colour(StrEnum):
    """A choice."""

    RED = "red"


@dataclass(frozen=True)
class Thing:
    """One of each kind of value."""

    day: date
    size: Decimal
    colour: Colour
    more: dict[str, tuple[int, ...]]


def test_writes_every_kind_of_value_plainly() -> None:
    thing = Thing(date(2026, 3, 4), Decimal("1.50"), Colour.RED, {"a": (1, 2)})

    assert as_plain(thing) == {
        "day": "2026-03-04",
        "size": "1.50",
        "colour": "red",
        "more": {"a": [1, 2]},
    }


def test_refuses_what_has_no_plain_form() -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        as_plain(object())


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (ChainCheck(events=0, is_intact=False, is_unbroken=False, first_broken=None), "no event"),
        (ChainCheck(events=4, is_intact=True, is_unbroken=True, first_broken=None), "no gap"),
        (ChainCheck(events=4, is_intact=True, is_unbroken=False, first_broken=None), "WITH A GAP"),
        (ChainCheck(events=4, is_intact=False, is_unbroken=True, first_broken=2), "at event 2"),
    ],
)
def test_says_what_a_chain_shows(check: ChainCheck, words: str) -> None:
    assert words in str(check)


@pytest.mark.urs("URS-87")
def test_draws_allocation_split_and_relabelling() -> None:
    therapy = Therapy(pk=1, coi="CHA9990260004AX", patient=Patient(pseudonym="PT-1"))
    lot = Batch(pk=2, number="B-1", donation_number="A999026000274")
    parent = Vial(pk=3, code="P-1", kind="vial", batch=lot)
    child = Vial(pk=4, code="P-1a", kind="vial", batch=lot, parent=parent)
    new = Identifier(code="P-1a", kind="vial", vial=child)
    old = Identifier(code="OLD-1", kind="vial", vial=child, replaced_by=new)

    edges = {
        (link.from_code, link.relation, link.to_code)
        for link in links_of(therapy, [lot], [child], [old, new])
    }

    assert edges == {
        ("PT-1", "receives", "CHA9990260004AX"),
        ("A999026000274", "was made into", "B-1"),
        ("B-1", "was filled into", "P-1a"),
        ("P-1", "was split into", "P-1a"),
        ("P-1a", "is allocated to", "CHA9990260004AX"),
        ("OLD-1", "also names", "P-1a"),
        ("OLD-1", "was replaced by", "P-1a"),
    }
