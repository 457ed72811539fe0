"""Which step of a run is due, whatever was recorded before; no database."""

from datetime import UTC, datetime

import pytest

from sop.action import Action
from sop.documents.steps import ActStep, ChoiceStep, ConfirmStep, Option, Per, ScanStep
from sop.rules.walking import Passed, Walk, acts_due, refusals_of_order
from tests.factories.procedures import document

pytestmark = pytest.mark.urs("URS-23")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GLOVES = ConfirmStep(key="gloves", title="Put on cryo gloves")
SCAN = ScanStep(key="vial", title="Scan the vial", per=Per.VIAL)
PLACE = ActStep(key="place", title="Put it in its place", per=Per.VIAL, action=Action.PLACE_VIALS)
LID = ConfirmStep(key="lid", title="Close the lid")
TANK = ChoiceStep(
    key="tank",
    title="Is the tank warm?",
    options=(
        Option(value="no", label="No", leads_to="lid"),
        Option(value="yes", label="Yes"),
    ),
)


def passed(key: str, vial: int | None = None, option: str = "") -> Passed:
    """Return a step that was passed."""
    return Passed(key=key, vial_id=vial, person_id=1, at=NOON, option=option)


PUT_AWAY = (passed("gloves"), passed("vial", 7), passed("place", 7), passed("vial"))


def walk(*behind: Passed, vial: int | None = None) -> Walk:
    """Return a put-away that has come this far."""
    return Walk(document=document(GLOVES, SCAN, PLACE, LID), passed=behind, vial_in_hand=vial)


@pytest.mark.parametrize(
    ("at", "key", "vial"),
    [
        (walk(), "gloves", None),
        (walk(passed("gloves")), "vial", None),
        (walk(passed("gloves"), passed("vial", 7), vial=7), "place", 7),
        (walk(passed("gloves"), passed("vial", 7), passed("place", 7)), "vial", None),
        (walk(passed("gloves"), passed("vial", 7), vial=None), "vial", None),
        (
            walk(passed("gloves"), passed("vial", 7), passed("place", 7), passed("vial")),
            "lid",
            None,
        ),
    ],
    ids=["first", "next vial", "its step", "its end", "set aside", "after the vials"],
)
def test_one_step_is_due(at: Walk, key: str, vial: int | None) -> None:
    due = at.due()

    assert due is not None
    assert (due.step.key, due.vial_id) == (key, vial)
    assert refusals_of_order(at, key, vial) == []


def test_comes_to_its_end() -> None:
    done = walk(
        passed("gloves"), passed("vial", 7), passed("place", 7), passed("vial"), passed("lid")
    )

    assert done.due() is None
    assert [one.code for one in refusals_of_order(done, "lid", None)] == ["DONE_ALREADY"]


@pytest.mark.parametrize(
    ("at", "key", "vial", "code"),
    [
        (walk(), "lid", None, "OUT_OF_ORDER"),
        (walk(), "place", 7, "OUT_OF_ORDER"),
        (walk(passed("gloves")), "gloves", None, "DONE_ALREADY"),
        (walk(passed("gloves"), passed("vial", 7), vial=7), "place", 8, "OUT_OF_ORDER"),
        (walk(passed("gloves"), passed("vial", 7), vial=7), "vial", 7, "DONE_ALREADY"),
        (walk(), "no-such", None, "NO_SUCH_STEP"),
    ],
)
def test_refuses_every_other_step(at: Walk, key: str, vial: int | None, code: str) -> None:
    assert [one.code for one in refusals_of_order(at, key, vial)] == [code]


@pytest.mark.parametrize(("answer", "key"), [("no", "lid"), ("yes", "gloves")])
def test_a_choice_leads_past_the_steps_that_do_not_apply(answer: str, key: str) -> None:
    at = Walk(document=document(TANK, GLOVES, LID, PLACE), passed=[passed("tank", option=answer)])

    due = at.due()

    assert due is not None
    assert due.step.key == key


def test_names_the_act_only_when_it_is_due() -> None:
    early = walk(passed("gloves"))
    due = walk(passed("gloves"), passed("vial", 7), vial=7)

    assert acts_due(early, Action.PLACE_VIALS) == []
    assert acts_due(due, Action.DISCARD_VIALS) == []
    [found] = acts_due(due, Action.PLACE_VIALS)
    assert found.vial_id == 7


OUT = ActStep(key="out", title="Take it out", per=Per.VIAL, action=Action.CHECK_OUT_VIALS)


def taking_out(*behind: Passed, vial: int | None = None) -> Walk:
    """Return a procedure that takes vials out on one sheet, come this far."""
    return Walk(document=document(SCAN, OUT, LID), passed=behind, vial_in_hand=vial)


def test_a_further_vial_is_taken_up_while_one_waits_for_its_sheet() -> None:
    at = taking_out(passed("vial", 7), vial=7)

    assert refusals_of_order(at, "vial", None) == []
    assert at.due_at("vial", None) == at.further_vial()
    by_scan = walk(passed("gloves"), passed("vial", 7), vial=7)
    assert [one.code for one in refusals_of_order(by_scan, "vial", None)] == ["OUT_OF_ORDER"]


@pytest.mark.parametrize("vial", [8, None], ids=["one in hand", "all set aside"])
def test_a_sheet_is_due_for_every_vial_that_waits(vial: int | None) -> None:
    behind = (passed("vial", 7), passed("vial", 8), passed("vial", 9), passed("out", 9))

    found = acts_due(taking_out(*behind, vial=vial), Action.CHECK_OUT_VIALS)

    assert [due.vial_id for due in found] == [7, 8]
    assert taking_out(*behind, vial=vial).vials() == [7, 8, 9]
