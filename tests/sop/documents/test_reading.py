"""A document is read whole or not at all, and every fault is named with its place."""

import json
from typing import Any

import pytest

from audit.errors import ActionRefused
from sop.documents.comparing import Difference, compare, warnings_of_keys
from sop.documents.keys import key_for
from sop.documents.reading import as_kept, read_document, stored_document
from sop.documents.steps import ChoiceStep, ConfirmStep, Option
from tests.factories.procedures import document

GOOD = as_kept(document())


def with_step(**said: Any) -> dict[str, object]:
    """Return the document with a second step like this."""
    step = {"kind": "confirm", "key": "ok", "title": "Good", **said}
    return GOOD | {"steps": [{"kind": "confirm", "key": "first", "title": "First"}, step]}


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "The file"),
    "no JSON": ("SOP-1; Place vials", "The file"),
    "bytes that are no text": (b"\xff\xfe\x00", "The file"),
    "a list": ("[]", "The file"),
    "another format": (json.dumps(GOOD | {"format": "recipe"}), "format"),
    "a key that nobody knows": (json.dumps(GOOD | {"owner": "me"}), "owner"),
    "a step of no kind": (json.dumps(with_step(kind="explode")), "steps, step 2"),
    "a step with a field of another": (json.dumps(with_step(unit="K")), "steps, step 2"),
    "a number for a title": (json.dumps(with_step(title=7)), "steps, step 2"),
    "a code that is a path": (json.dumps(GOOD | {"code": "../../etc"}), "code"),
    "a title without end": (json.dumps(GOOD | {"title": "x" * 201}), "title"),
    "text without end": (json.dumps(GOOD | {"purpose": "x" * 4001}), "purpose"),
    "more steps than anybody follows": (
        json.dumps(GOOD | {"steps": with_step()["steps"] * 300}),  # type: ignore[operator]  # a list
        "steps",
    ),
    "nested deeper than anything": ("[" * 100_000, "The file"),
    "nested deeper than anything within": (
        json.dumps(GOOD)[:-1] + ', "purpose": ' + "[" * 5000 + "]" * 5000 + "}",
        "The file",
    ),
    "a file without end": (" " * 3_000_000 + json.dumps(GOOD), "The file"),
    "a number that is none": (json.dumps(GOOD | {"most_minutes": float("nan")}), "most_minutes"),
    "a number of a thousand digits": (
        json.dumps(GOOD | {"most_minutes": 10**1000}),
        "most_minutes",
    ),
}


@pytest.mark.urs("URS-06", "URS-08")
@pytest.mark.parametrize(("text", "place"), HOSTILE.values(), ids=HOSTILE.keys())
def test_refuses_and_says_where(text: str | bytes, place: str) -> None:
    with pytest.raises(ActionRefused) as caught:
        read_document(text)

    assert set(caught.value.codes) == {"NOT_A_PROCEDURE"}
    assert str(caught.value).startswith(place)


def test_names_every_fault_at_once() -> None:
    with pytest.raises(ActionRefused) as caught:
        read_document(json.dumps(with_step(title="", per="sometimes") | {"title": ""}))

    assert len(caught.value.refusals) == 3


def test_reads_back_what_it_wrote() -> None:
    assert stored_document(GOOD) == read_document(json.dumps(GOOD)) == document()


KEYS = [
    ("Put on gloves", (), "put-on-gloves"),
    ("Über −150 °C?", (), "uber-150-c"),
    ("氷", (), "step"),
    ("Scan", ("scan", "scan-2"), "scan-3"),
    ("x" * 60, (), "x" * 40),
    ("x" * 60, ("x" * 40,), f"{'x' * 38}-2"),
]


@pytest.mark.parametrize(("title", "taken", "key"), KEYS)
def test_makes_a_key_of_a_title(title: str, taken: tuple[str, ...], key: str) -> None:
    assert key_for(title, taken) == key


def steps(*keys: str, **titles: str) -> list[ConfirmStep]:
    """Return steps with these keys."""
    return [ConfirmStep(key=key, title=titles.get(key, key)) for key in keys]


@pytest.mark.urs("URS-08")
def test_compares_by_the_key_of_each_step() -> None:
    before = document(*steps("a", "b", "c", "d"), purpose="Old")
    now = document(*steps("d", "a", "new", "c", c="Changed"), purpose="New")

    found = compare(before, now)

    assert [(each.name, each.before, each.now) for each in found.whole] == [
        ("purpose", "Old", "New")
    ]
    assert [(step.key, step.difference) for step in found.steps] == [
        ("d", Difference.MOVED),
        ("a", Difference.SAME),
        ("b", Difference.REMOVED),
        ("new", Difference.ADDED),
        ("c", Difference.CHANGED),
    ]
    assert not found.is_same
    assert compare(before, before).is_same


def test_warns_of_steps_that_vanish_or_become_something_else() -> None:
    choice = ChoiceStep(
        key="a",
        title="Which?",
        options=(Option(value="x", label="X"), Option(value="y", label="Y")),
    )

    said = warnings_of_keys(document(*steps("a", "b")), document(choice))

    assert said == [
        "“Which?” was: Instruction to confirm. It is now: Choice.",
        "“b” is no longer a step.",
    ]
